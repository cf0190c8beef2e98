"""Inventories and other documents that can be read and say what cannot be."""

import pytest

from tests.cli.running import Folder

WRONG = """graphkit: 1
servces: []
teams: [{id: web, nmae: Web}]
services:
  - id: a
    onwer: web
    requires:
      - {modle: x}
      - {model: groq/llama-3.3-70b-versatile, ordr: 1}
      - {need: n, any_off: []}
  - id: a
    name: other
  - name: nameless
models:
  - {id: m, base: nowhere/x, relation: finetun}
  - {id: m, base: m}
"""
NEAREST = {
    2: ("E-KIND", "services"),
    3: ("E-KIND", "name"),
    6: ("E-KIND", "owner"),
    8: ("E-KIND", "model"),
    9: ("E-KIND", "order"),
    10: ("E-KIND", "any_of"),
    11: ("E-DUPID", "line 5"),
    13: ("W-NOID", "derived"),
    15: ("E-KIND", "finetune"),
    16: ("E-DUPID", "line 15"),
}


def test_every_wrong_key_of_an_inventory_is_told_with_its_line_and_the_nearest_right_name(
    folder: Folder,
) -> None:
    """All at once; what stands beside it is kept; the exit code says that something was lost."""
    folder.write("inventory.yaml", WRONG)
    told = folder.run("import", "inventory.yaml", code=3).err.splitlines()
    for line, (code, offered) in NEAREST.items():
        found = [text for text in told if text.startswith(f"inventory.yaml:{line}: {code}: ")]
        assert any(offered in text for text in found), (line, found)
    assert folder.services("vendor:meta") == ["a"]


def test_an_answer_from_a_document_that_was_read_in_part_is_not_complete(folder: Folder) -> None:
    """It says so, and --strict makes an exit code of it."""
    folder.write("inventory.yaml", WRONG)
    folder.run("import", "inventory.yaml", code=3)
    assert folder.ask("blast-radius", "vendor:meta")["complete"] is False
    assert "INCOMPLETE" in folder.run("blast-radius", "vendor:meta", "--strict", code=3).out


TWICE = {
    "keys.json": ('{"graphkit": 1, "services": [{"id": "first", "id": "second"}]}', "first"),
    "keys.yaml": ("graphkit: 1\nservices: [{id: first, id: second}]\n", "first"),
    "sections.yaml": ("graphkit: 1\nservices: [{id: first}]\nservices: [{id: second}]\n", "first"),
    "ids.yaml": ("graphkit: 1\nservices:\n- {id: first, name: A}\n- {id: first, name: B}\n", "first"),
}


@pytest.mark.parametrize("name", sorted(TWICE))
def test_the_last_of_two_equal_keys_or_ids_never_silently_wins(folder: Folder, name: str) -> None:
    """Both places are named, the first is kept."""
    text, kept = TWICE[name]
    folder.write(name, text)
    assert f"{name}:" in folder.run("import", name, code=3).err
    rows = folder.ask("coverage")["summary"]
    assert rows["services"]["total"] == 1
    folder.run("depends-on", f"service:{kept}")
    folder.run("depends-on", "service:second", code=2)


CONTRADICTIONS = {
    "two ks": "- {need: n, k: 1, any_of: [{model: a/b}]}\n      - {need: n, k: 2, any_of: [{model: c/d}]}",
    "k above members": "- {need: n, k: 3, any_of: [{model: a/b}, {model: c/d}]}",
    "k below one": "- {need: n, k: 0, any_of: [{model: a/b}]}",
    "two orders": "- {need: n, any_of: [{model: a/b, order: 1}, {model: a/b, order: 2}]}",
    "nobody": "- {need: n, any_of: []}",
}


@pytest.mark.parametrize("name", sorted(CONTRADICTIONS))
def test_a_need_that_contradicts_itself_is_told(folder: Folder, name: str) -> None:
    """Whoever reads the answer must know what was taken."""
    folder.write(
        "inventory.yaml", f"graphkit: 1\nservices:\n  - id: a\n    requires:\n      {CONTRADICTIONS[name]}\n"
    )
    done = folder.run("import", "inventory.yaml", code=None)
    assert "-NEED: " in done.err or ": E-KIND: " in done.err


def test_what_only_a_reference_names_becomes_a_stub_and_then_real(folder: Folder) -> None:
    """Another document may be the one that knows it."""
    folder.write("a.yaml", "graphkit: 1\nservices: [{id: a, owner: ghosts, requires: [{service: ghost}]}]\n")
    folder.run("import", ".")
    assert folder.services("service:ghost") == ["a"]
    assert "ghost" in folder.run("coverage").out
    folder.write(
        "b.yaml", "graphkit: 1\nservices: [{id: ghost, requires: [{model: groq/llama-3.3-70b-versatile}]}]\n"
    )
    folder.run("import", ".")
    assert folder.services("vendor:meta") == ["a", "ghost"]


CYCLE = """graphkit: 1
services:
  - {id: a, requires: [{service: b}]}
  - {id: b, requires: [{service: c}, {service: b}]}
  - {id: c, requires: [{service: a}, {model: own/x}]}
models:
  - {id: own/x, base: own/y, relation: finetune}
  - {id: own/y, base: own/x, relation: finetune}
  - {id: own/z, base: own/z, relation: merge}
vendors:
  - {id: one, parent: two}
  - {id: two, parent: one}
"""


@pytest.mark.parametrize(
    "question",
    [
        ("blast-radius", "service:a"),
        ("blast-radius", "vendor:one"),
        ("depends-on", "service:a"),
        ("why", "service:a"),
        ("why", "service:a", "--from", "service:b"),
        ("unresolved",),
        ("coverage",),
    ],
    ids=" ".join,
)
def test_every_question_ends_in_a_graph_with_circles(folder: Folder, question: tuple[str, ...]) -> None:
    """Services, models and vendors go in circles, and one of each leads to itself."""
    folder.write("inventory.yaml", CYCLE)
    folder.run("import", ".", code=None)
    folder.run(*question)


def test_all_services_of_a_circle_depend_on_what_one_of_them_needs(folder: Folder) -> None:
    """A circle is no reason to stop early."""
    folder.write("inventory.yaml", CYCLE)
    folder.run("import", ".", code=None)
    assert folder.services("model:own/y") == ["a", "b", "c"]


CIRCULAR = {
    "litellm.yaml": """model_list:
  - {model_name: a, litellm_params: {model: groq/llama-3.3-70b-versatile}}
  - {model_name: b, litellm_params: {model: mistral/mistral-small-latest}}
litellm_settings: {fallbacks: [{a: [b]}, {b: [a]}, {a: [a]}]}
router_settings: {model_group_alias: {x: y, y: x, z: z}}
""",
    "catalog-info.yaml": """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: a}
spec: {type: service, lifecycle: production, owner: web, dependsOn: ["component:a", "component:nobody"]}
""",
    "bom.json": """{"bomFormat": "CycloneDX", "specVersion": "1.6",
  "metadata": {"component": {"type": "application", "name": "app", "bom-ref": "a"}},
  "components": [{"type": "library", "bom-ref": "b", "name": "x", "purl": "pkg:pypi/x@1"},
    {"type": "library", "bom-ref": "b", "name": "y", "purl": "pkg:pypi/y@1"}],
  "dependencies": [{"ref": "a", "dependsOn": ["b", "a", "nowhere"]}, {"ref": "b", "dependsOn": ["b", "a"]}]}
""",
    "service.yaml": """apiVersion: v1
kind: Service
metadata: {name: a, namespace: x}
spec: {type: ExternalName, externalName: a.x.svc.cluster.local}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: x}
spec: {template: {spec: {containers: [{name: c, image: i, env: [
  {name: OPENAI_BASE_URL, value: "http://a.x.svc:80"}, {name: LLM_MODEL, value: $(LLM_MODEL)}]}]}}}
""",
}


@pytest.mark.parametrize("name", sorted(CIRCULAR))
def test_circles_and_dangling_references_of_every_format_are_read(folder: Folder, name: str) -> None:
    """They occur in real files; nothing hangs, nothing else is lost."""
    folder.write(name, CIRCULAR[name])
    folder.run("import", name, code=None)
    for question in (("blast-radius", "vendor:meta"), ("coverage",), ("unresolved",)):
        folder.run(*question)


def test_a_variable_that_is_not_stated_never_becomes_a_model(folder: Folder) -> None:
    """Neither in a gateway nor in a manifest nor in an inventory."""
    folder.write(
        "litellm.yaml",
        "model_list:\n"
        "  - {model_name: a, litellm_params: {model: os.environ/MODEL}}\n"
        "  - {model_name: b, litellm_params: {model: 'groq/${MODEL}'}}\n"
        "  - {model_name: c, litellm_params: {model: groq/llama-3.3-70b-versatile}}\n",
    )
    folder.write(
        "inventory.yaml", "graphkit: 1\nservices: [{id: a, requires: [{model: '{{ .Values.model }}'}]}]\n"
    )
    done = folder.run("import", ".", code=None)
    assert "W-UNRESOLVED-VAR" in done.err
    models = [row["name"] for row in folder.ask("unresolved")["rows"]]
    assert [name for name in models if "${" in name or "os.environ" in name] == []


def test_a_sheet_with_damage_of_every_kind_keeps_its_good_rows(folder: Folder) -> None:
    """Repeated headers, ragged rows, sentinels, a cell over two lines, Windows' code page."""
    text = (
        "Service;Owner;Criticality;Model\r\n"
        "chat;Büro;high;groq/llama-3.3-70b-versatile\r\n"
        "Service;Owner;Criticality;Model\r\n"
        'mail;"first\r\nsecond";n/a;mistral/mistral-small-latest\r\n'
        "short\r\n"
        "long;web;low;openai/gpt-5-mini;extra;more\r\n"
    )
    folder.write("services.csv", text.encode("cp1252"))
    done = folder.run("import", "services.csv", code=None)
    assert "W-CSV" in done.err
    assert folder.services("vendor:meta") == ["chat"]
    assert {"chat", "mail", "short", "long"} <= set(folder.services_known())


def test_a_sheet_of_services_with_a_column_of_models_keeps_the_models(folder: Folder) -> None:
    """One flat sheet with the keys of the inventory as columns: id is the service's."""
    folder.write("services.csv", "id;owner;criticality;model\nchat;web;high;groq/llama-3.3-70b-versatile\n")
    folder.run("import", "services.csv")
    assert folder.services("vendor:meta") == ["chat"]
