"""The native inventory as YAML, JSON and TOML: what it says, and what is wrong with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers.native import IMPORTER, inventory_schema
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped
from tests.importers.native_reading import items, problems, requires, shown, told

SHARED = Path(__file__).parents[3] / "shared"

WHOLE = """\
graphkit: 1
defaults: {environment: production}
teams:
  - {id: payments, name: Payments, contact: "#payments"}
systems:
  - {id: shop, owner: payments}
services:
  - id: assistant
    name: Assistant
    owner: payments
    system: shop
    criticality: critical
    requires:
      - service: search
      - need: chat
        any_of:
          - {model: groq/llama-3.1-8b, order: 1, usage: {requests: 2M, input_tokens: 1.5B, period: 2026-10}}
          - {model: mistral/mistral-small, order: 2}
        requires_capabilities: [tools]
        min_context_tokens: 32k
      - {model: meta-llama/Llama-3.1-70B, consumption: self_host, optional: true}
models:
  - {id: acme/bot, base: meta-llama/Llama-3.1-8B, relation: finetune, publisher: acme, license: apache-2.0}
  - {id: azure/chat, is: azure/gpt-5-mini}
vendors:
  - {id: acme, name: Acme, parent: null}
  - {id: labs, parent: acme}
"""
TOLD = """\
team:payments name="Payments" contact="#payments"
system:shop
system:shop OWNED_BY team:payments
assistant name="Assistant" criticality="critical"
assistant OWNED_BY team:payments
assistant PART_OF system:shop
assistant REQUIRES search environment="production"
assistant REQUIRES <meta-llama/Llama-3.1-70B> consumption="self_host" optional=true environment="production"
assistant REQUIRES <groq/llama-3.1-8b> (chat) order=1 \
usage={"requests": 2000000, "input_tokens": 1500000000, "per": "month", "period": "2026-10"} \
capabilities=["tools"] min_context_tokens=32000 environment="production"
assistant REQUIRES <mistral/mistral-small> (chat) order=2 \
capabilities=["tools"] min_context_tokens=32000 environment="production"
<acme/bot> declared=true
<acme/bot> DERIVED_FROM <meta-llama/Llama-3.1-8B> (finetune)
<acme/bot> PUBLISHED_BY vendor:acme
<acme/bot> LICENSED_UNDER license:apache-2.0 (declared)
<azure/chat> SAME_AS <azure/gpt-5-mini>
vendor:acme name="Acme"
vendor:labs
vendor:labs SUBSIDIARY_OF vendor:acme
"""


def sorted_properties(lines: list[str]) -> list[list[str]]:
    """Give lines as sorted words, for what may be written in another order."""
    return [sorted(line.split()) for line in lines]


def test_everything_that_an_inventory_says_becomes_a_claim() -> None:
    """The example of the format, line by line."""
    assert sorted_properties(told(WHOLE)) == sorted_properties(TOLD.splitlines())


def test_json_and_toml_say_what_yaml_says() -> None:
    """Three spellings, one inventory."""
    requirement = {"model": "m", "order": 1, "usage": {"requests": 2}}
    as_json = json.dumps({"graphkit": 1, "services": [{"id": "a", "requires": [requirement]}]})
    yaml = 'graphkit: 1\nservices: [{id: a, requires: [{model: m, order: 1, usage: {requests: "2"}}]}]'
    toml = 'graphkit = 1\n[[services]]\nid = "a"\n[[services.requires]]\nmodel = "m"\norder = 1\n'
    toml += "usage = {requests = 2}\n"
    assert told(yaml) == told(as_json, "i.json") == told(toml, "i.toml")


def test_every_claim_of_yaml_has_its_line_and_comes_from_the_user() -> None:
    """Whoever asks why is led to the line."""
    at = next(
        item.at
        for item in items(WHOLE)
        if isinstance(item, Claim) and shown(item.target) == "<groq/llama-3.1-8b>"
    )
    assert (at.pointer, at.line, at.method) == ("/services/0/requires/1/any_of/0", 17, "user")


def test_the_parts_of_a_yaml_stream_are_read_as_one_inventory() -> None:
    """A service that two parts name is a duplicate with the lines of both."""
    found = problems(
        "graphkit: 1\nservices: [{id: a}]\n---\ngraphkit: 1\nservices: [{id: a}]\n---\nkind: Pod\n"
    )
    assert [(item.code, item.pointer, item.line) for item in found] == [
        ("E-DUPID", "/1/services/0", 5),
        ("E-KIND", "/2", 7),
    ]
    assert "line 2 and line 5" in found[0].message


def test_an_unknown_key_is_named_with_the_nearest_right_one_and_the_rest_is_kept() -> None:
    """All of them in one run."""
    text = "graphkit: 1\nvendrs: []\nservices:\n  - {id: a, ownr: web, requires: [{modle: m}, {model: n}]}\n"
    found = problems(text)
    messages = {item.pointer: item.message for item in found if item.code == "E-KIND"}
    assert "'vendors'" in messages["/vendrs"]
    assert "'owner'" in messages["/services/0/ownr"]
    assert any("'model'" in item.message for item in found if item.pointer == "/services/0/requires/0/modle")
    assert {item.line for item in found if item.pointer.startswith("/services")} == {4}
    assert "a REQUIRES <n>" in told(text)


def test_a_wrong_member_leaves_the_places_of_the_others_as_they_are() -> None:
    """Pointers are those of the document, not of what was kept of it."""
    text = "graphkit: 1\nservices:\n- id: a\n  requires:\n  - 7\n  - model: m\n"
    text += "  - {need: n, any_of: [8, {model: k}]}\n"
    pointers = [
        item.at.pointer for item in items(text) if isinstance(item, Claim) and item.kind == "REQUIRES"
    ]
    assert pointers == ["/services/0/requires/1", "/services/0/requires/2/any_of/1"]
    assert [item.pointer for item in problems(text)] == [
        "/services/0/requires/0",
        "/services/0/requires/2/any_of/0",
    ]


def test_a_wrong_value_is_left_out_alone() -> None:
    """The service stays, without its criticality."""
    text = "graphkit: 1\nservices: [{id: a, name: A, criticality: urgent}]"
    assert told(text) == ["E-KIND /services/0/criticality", 'a name="A"']
    assert "found 'urgent'" in problems(text)[0].message


def test_what_may_be_secret_is_never_shown() -> None:
    """Neither a value in the wrong place nor an e-mail address."""
    text = """
graphkit: 1
teams: [{id: web, contact: "ann@shop.example"}, {id: bob@shop.example}]
services: [{id: a, owner: "Ann <ann@shop.example>", api_key: hunter2, requires: [hunter2]}]
"""
    found = items(text)
    assert [item.code for item in found if isinstance(item, Skipped)].count("I-REDACTED") == 3
    assert "shop.example" not in str(found)
    assert "hunter2" not in str(found)


@pytest.mark.parametrize(
    ("text", "number"),
    [("2M", 2_000_000), ("900k", 900_000), ("1.5B", 1_500_000_000), ("12", 12), ("1,000,000", 1_000_000)],
)
def test_quantities_are_decimal(text: str, number: int) -> None:
    """A k is a thousand."""
    assert requires(f'{{model: m, usage: {{requests: "{text}"}}}}') == [
        f'<m> usage={{"requests": {number}, "per": "month"}}'
    ]


@pytest.mark.parametrize("text", ["-1", "many", "1.5.5", "9" * 50, "٣", "[1]"])
def test_what_is_no_quantity_is_left_out(text: str) -> None:
    """The requirement stays."""
    assert requires(f"{{model: m, usage: {{requests: {text}}}}}") == [
        "E-KIND /services/0/requires/0/usage/requests",
        "<m>",
    ]


def test_every_kind_of_target_has_its_end() -> None:
    """A package is normalized, a route and an offering are keys."""
    found = requires(
        "{route: litellm/fast}", "{offering: groq/x}", "{package: 'pkg:PyPI/Open_AI@1'}", "{service: s}"
    )
    assert found == ["route:litellm/fast", "offering:groq/x", "package:pkg:pypi/open-ai@1", "s"]


@pytest.mark.parametrize(
    "entry", ["{}", "{model: a, service: b}", "{package: openai}", "{order: 1}", "{model: ''}"]
)
def test_a_requirement_without_one_target_is_left_out(entry: str) -> None:
    """And named with its place."""
    assert requires(entry) == ["E-KIND /services/0/requires/0"]


def test_a_variable_is_never_a_model() -> None:
    """Its default is one."""
    assert requires("{model: '${M:-llama3}'}", "{model: '${M}'}", "{model: '{{ x }}'}") == [
        "<llama3>",
        "W-UNRESOLVED-VAR /services/0/requires/1",
        "W-UNRESOLVED-VAR /services/0/requires/2",
    ]


def test_entries_of_one_need_are_one_need() -> None:
    """Members may be spelled out one by one."""
    assert requires("{need: n, model: a, order: 1, k: 2}", "{need: n, any_of: [{model: b, order: 2}]}") == [
        "<a> (n) order=1 k=2",
        "<b> (n) order=2 k=2",
    ]


def test_needs_of_two_environments_stay_apart() -> None:
    """Production is not rescued by staging."""
    found = requires("{need: n, model: a, k: 1, environment: x}", "{need: n, model: b, environment: y}")
    assert found == ['<a> (n) environment="x" k=1', '<b> (n) environment="y"']


@pytest.mark.parametrize(
    ("entries", "lines"),
    [
        (["{need: n, k: 1, model: a}", "{need: n, k: 2, model: b}"], ["E-NEED /services/0/requires/1"]),
        (["{need: n, k: 3, any_of: [{model: a}, {model: b}]}"], ["E-NEED /services/0/requires/0"]),
        (["{need: n, any_of: []}"], ["E-NEED /services/0/requires/0"]),
        (["{model: a, k: 2}"], ["E-NEED /services/0/requires/0"]),
        (["{need: n, model: a, any_of: [{model: b}]}"], ["E-NEED /services/0/requires/0"]),
        (
            ["{need: n, any_of: [{model: a, order: 2}, {model: a, order: 1}]}"],
            ["W-NEED /services/0/requires/0/any_of/1"],
        ),
        (["{any_of: [{model: a}]}"], ["W-NOID /services/0/requires/0"]),
    ],
)
def test_a_contradiction_inside_one_need_is_named(entries: list[str], lines: list[str]) -> None:
    """With its place; the first value is kept, of two orders the lower."""
    assert [line for line in requires(*entries) if line.startswith(("E-", "W-"))] == lines


def test_of_two_orders_of_one_member_the_lower_is_kept() -> None:
    """A fallback to what stands before is no fallback."""
    found = requires("{need: n, any_of: [{model: a, order: 3}, {model: b, order: 2}, {model: a, order: 1}]}")
    assert found[1:] == ["<a> (n) order=1", "<b> (n) order=2"]


def test_an_entry_without_an_id_gets_one_that_does_not_depend_on_its_place() -> None:
    """Two equal ones get two."""
    first = told("graphkit: 1\nservices: [{name: A}, {name: A}, {id: x}]")
    second = told("graphkit: 1\nservices: [{id: y}, {id: ' ', name: A}, {name: A}]")
    names = [line for line in first if line.startswith("unnamed-")]
    assert len(set(names)) == 2
    assert names == [line for line in second if line.startswith("unnamed-")]
    assert first[0] == "W-NOID /services/0"


def test_a_base_without_a_relation_is_a_guess() -> None:
    """One base is taken for a finetune, several for a merge."""
    text = "graphkit: 1\nmodels: [{id: a, base: x}, {id: b, base: [x, y]}]"
    guesses = [item for item in items(text) if isinstance(item, Claim) and item.kind == "DERIVED_FROM"]
    assert [item.qualifier for item in guesses] == ["finetune", "merge", "merge"]
    assert {(item.at.method, item.at.confidence) for item in guesses} == {("inferred", 0.5)}
    assert {item.code for item in problems(text)} == {"W-RELATION"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{"name": "x", "dependencies": {"graphkit": "1.0"}}'),
        ("graphkit.toml", 'store = "graphkit.db"\n[company]\ngraphkit = 1\n'),
        ("event.yaml", "graphkit_event: 1\nid: x\n"),
        ("map.yaml", "data:\n  file: |\n    graphkit: 1\n"),
        ("guide.md", "Write\n\ngraphkit: 1\n"),
        ("empty.yaml", ""),
    ],
)
def test_other_files_are_not_claimed(path: str, text: str) -> None:
    """The key must stand at the top."""
    assert not IMPORTER.claims(Document.of(path, text))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("graphkit: 2", "E-KIND"),
        ("graphkit: 1\n a: [", "E-SYNTAX"),
        ("services: []", "E-KIND"),
        ("- 1", "E-KIND"),
    ],
)
def test_a_document_that_is_no_inventory_is_refused(text: str, code: str) -> None:
    """Also when it was named on the command line."""
    with pytest.raises(DocumentError) as raised:
        list(IMPORTER.read(Document.of("i.yaml", text), Context()))
    assert raised.value.code == code


def test_an_inventory_that_says_nothing_is_clear() -> None:
    """Every part is optional."""
    assert told("graphkit: 1\nservices:\n") == []


@pytest.mark.parametrize("name", ["a\nb", "\0", "<script>", "=cmd()", "\u202eabc", "x" * 10_000, "a:b/c~d"])
def test_names_are_kept_as_they_are(name: str) -> None:
    """Whoever shows them escapes them."""
    text = json.dumps({"graphkit": 1, "services": [{"id": name, "requires": [{"model": name}]}]})
    found = [item for item in items(text, "i.json") if isinstance(item, Claim)]
    assert found[0].source == f"service:{name}"
    assert json.dumps(name, ensure_ascii=False) in found[1].target


_KEYS = st.sampled_from(
    [
        *("id", "name", "owner", "requires", "need", "any_of", "k", "order", "model", "service", "package"),
        *("usage", "requests", "base", "relation", "is", "requires_capabilities", "optional", "parent"),
        *("contact", "odd/~key"),
    ]
)
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)
_SECTIONS = st.sampled_from(["defaults", "teams", "systems", "services", "models", "vendors", "other"])


@given(st.dictionaries(_SECTIONS, TREES | st.lists(st.dictionaries(_KEYS, TREES, max_size=5), max_size=4)))
def test_whatever_stands_below_the_keys_is_read_or_named(tree: dict[str, Any]) -> None:
    """Any type at any place: claims and skipped, no exception."""
    for item in items(json.dumps({"graphkit": 1, **tree}), "i.json"):
        assert json.dumps(item)


def test_the_schema_lists_the_keys_of_the_example() -> None:
    """It is made of the same models as the validation."""
    schema = inventory_schema()
    assert set(schema["properties"]) == {
        "graphkit",
        "defaults",
        "teams",
        "systems",
        "services",
        "models",
        "vendors",
    }
    assert schema["properties"]["graphkit"] == {"const": 1, "default": None, "title": "Graphkit"}
    assert schema["required"] == ["graphkit"]
    assert schema["$defs"]["Service"]["required"] == ["id"]
    assert schema["$defs"]["Service"]["additionalProperties"] is False
    assert "is" in schema["$defs"]["Model"]["properties"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the worked example is not beside the checkout")
def test_the_worked_example_is_read_without_a_problem() -> None:
    """Both of its inventories."""
    for path in sorted((SHARED / "estate" / "inventory").iterdir()):
        found = items(path.read_bytes(), path.name)
        assert found
        assert not [item for item in found if isinstance(item, Skipped)]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside the checkout")
def test_no_real_file_of_another_format_is_claimed() -> None:
    """Neither as a tree nor as a sheet."""
    files = [path for path in sorted((SHARED / "corpus").rglob("*")) if path.is_file()]
    assert [path for path in files if IMPORTER.claims(Document.of(path.name, path.read_bytes()))] == []
