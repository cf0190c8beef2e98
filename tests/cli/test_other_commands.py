"""`init`, `doctor`, `store`, `schema` and `resolve`."""

import json
import re
import tomllib
from typing import Any

import pytest

from tests.cli.running import ON, Folder

GOOD = """graphkit: 1
services:
  - {id: chat, owner: web, requires: [{model: groq/llama-3.3-70b-versatile}]}
"""


@pytest.fixture
def good(folder: Folder) -> Folder:
    """Give a folder with an inventory and a store made of it."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    return folder


def test_init_writes_files_that_say_nothing_until_they_are_filled_in(folder: Folder) -> None:
    """What a newcomer does first: no made-up service is in the graph, and the next step is named."""
    told = folder.run("init").err
    assert "`graphkit import .`" in told
    tomllib.loads((folder.path / "graphkit.toml").read_text())
    done = folder.run("import", ".")
    assert "E-" not in done.err
    assert "in the graph: 0 services" in done.out
    folder.write("own.yaml", GOOD)
    folder.run("import", ".")
    assert folder.services_known() == ["chat"]


def test_the_sample_that_init_writes_is_an_inventory_without_its_comment_signs(folder: Folder) -> None:
    """Every line that is commented out says something when it is taken in."""
    folder.run("init", "new")
    text = (folder.path / "new/inventory.yaml").read_text().partition("graphkit: 1\n")[2]
    taken = [re.sub(r"^# (?=\w+:|  )", "", line) for line in text.splitlines()]
    done = folder.run("import", "-", stdin="\n".join(["graphkit: 1", *taken]))
    assert [line for line in done.err.splitlines() if not line.startswith("documents:")] == []
    assert folder.services_known() == ["checkout", "product-search"]
    assert folder.services("vendor:meta") == ["checkout"]
    settings = (folder.path / "new/graphkit.toml").read_text().splitlines()
    taken = [re.sub(r'^# (?=\[|"?[\w/-]+"? = )', "", line) for line in settings]
    folder.write("new/graphkit.toml", "\n".join(taken))
    assert settings_of(Folder(folder.path / "new"))["same"]["value"] == "1 entries"


def test_init_never_touches_what_exists(folder: Folder) -> None:
    """Not even in a second run; a new folder is made."""
    folder.write("inventory.yaml", "mine")
    assert "not touched" in folder.run("init").err
    assert (folder.path / "inventory.yaml").read_text() == "mine"
    folder.run("init", "new/company")
    assert (folder.path / "new/company/inventory.yaml").exists()
    folder.run("init", "inventory.yaml", code=2)


def settings_of(folder: Folder, *words: str, env: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Give what doctor says of the settings."""
    found: dict[str, dict[str, Any]] = folder.start("doctor", "-f", "json", *words, env=env).json()[
        "settings"
    ]
    return found


def test_doctor_tells_where_each_value_came_from(good: Folder) -> None:
    """Default, file, environment, option: the later wins."""
    assert settings_of(good)["store"] == {"value": "graphkit.db", "from": "default"}
    good.write("graphkit.toml", 'store = "data/my.db"\ncurrency = "EUR"\n')
    told = settings_of(good)
    assert told["store"]["value"].endswith("data/my.db")
    assert told["store"]["from"].endswith("graphkit.toml")
    assert told["currency"]["value"] == "EUR"
    told = settings_of(good, env={"GRAPHKIT_STORE": "env.db"})
    assert told["store"] == {"value": "env.db", "from": "environment GRAPHKIT_STORE"}
    told = settings_of(good, "--store", "option.db", env={"GRAPHKIT_STORE": "env.db"})
    assert told["store"] == {"value": "option.db", "from": "--store"}


def test_doctor_answers_without_a_store_and_names_versions(folder: Folder) -> None:
    """It is what people run when nothing works."""
    out = folder.run("doctor").out
    assert "there is no store here" in out
    assert all(name in out for name in ("python", "pydantic", "neo4j", "catalogue"))


def test_a_relative_store_in_a_configuration_is_beside_it(folder: Folder) -> None:
    """Also when graphkit runs in a folder below, where the file is found upwards."""
    folder.write("graphkit.toml", 'store = "kept.db"\n')
    folder.write("sub/inventory.yaml", GOOD)
    Folder(folder.path / "sub").run("import", ".")
    assert (folder.path / "kept.db").exists()
    assert Folder(folder.path / "sub").services("vendor:meta") == ["chat"]


def test_a_section_of_pyproject_is_a_configuration(folder: Folder) -> None:
    """[tool.graphkit], where there is no graphkit.toml."""
    folder.write("pyproject.toml", '[tool.graphkit]\nstore = "p.db"\n')
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    assert (folder.path / "p.db").exists()


def test_the_store_can_be_named_in_every_way(good: Folder) -> None:
    """A path and sqlite:///path are one store; memory: is a new one each time."""
    whole = good.path / "graphkit.db"
    answers = {
        good.run("coverage", "--store", store, "-f", "json", *ON).out
        for store in ("graphkit.db", str(whole), f"sqlite:///{whole}", "sqlite:///graphkit.db")
    }
    assert len(answers) == 1
    assert good.run("coverage", "--store", "memory:", "-f", "json").json()["rows"] == []


def test_store_info_and_scopes_say_what_is_in(good: Folder) -> None:
    """As a table and as JSON."""
    info = good.run("store", "info", "-f", "json").json()
    assert (info["documents"], info["view"], info["incomplete"]) == (1, "current", 0)
    assert "documents" in good.run("store", "info").out
    (scope,) = good.run("store", "scopes", "-f", "json").json()
    assert scope["claims"] == info["claims"]
    assert json.loads(good.run("store", "scopes", "-f", "ndjson").out) == scope
    assert scope["scope"] in good.run("store", "scopes").out


def test_store_forget_closes_a_scope_and_keeps_its_past(good: Folder) -> None:
    """All names must exist, else nothing is closed and the nearest is offered."""
    (scope,) = good.run("store", "scopes", "-f", "json").json()
    name = str(scope["scope"])
    assert name in good.run("store", "forget", name, name[:-1], code=2).err
    assert good.services("vendor:meta") == ["chat"]
    good.run("store", "forget", name)
    assert good.services("vendor:meta") == []
    again = good.run("store", "info", "--as-of", str(scope["imported"]), "-f", "json").json()
    assert again["documents"] == 1


def test_store_build_says_whether_it_built(good: Folder) -> None:
    """The second time there is nothing to do."""
    good.write("inventory.yaml", GOOD + "  - {id: more}\n")
    good.run("import", ".", "--no-build")
    assert good.run("store", "info", "-f", "json").json()["view"] == "behind"
    assert good.run("store", "build").err == "built\n"
    assert good.run("store", "build").err == "the view was already current\n"


def schemas() -> list[str]:
    """Give the names that `graphkit schema` lists."""
    from graphkit.cli.schemas import _known

    return sorted(_known())


@pytest.mark.parametrize("name", schemas())
def test_every_schema_is_a_json_schema(folder: Folder, name: str) -> None:
    """An object with properties, of a stated draft, whose references lead somewhere."""
    schema = folder.run("schema", name).json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert schema["properties"]
    types = {"object", "array", "string", "number", "integer", "boolean", "null"}
    for part in parts_of(schema):
        stated = part.get("type", [])
        if isinstance(stated, str | list) and "properties" not in stated:
            assert set([stated] if isinstance(stated, str) else stated) <= types
        if "$ref" in part:
            target: Any = schema
            for step in part["$ref"].removeprefix("#/").split("/"):
                target = target[step]
    folder.run("schema", name, "-o", "x.json")
    assert json.loads((folder.path / "x.json").read_text()) == schema


def parts_of(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON is anything
    """Give every schema within a schema; names of properties are no schemas."""
    if isinstance(value, list):
        return [part for member in value for part in parts_of(member)]
    if not isinstance(value, dict):
        return []
    found = [value]
    for name, member in value.items():
        if name in ("properties", "$defs", "patternProperties") and isinstance(member, dict):
            found += [part for inner in member.values() for part in parts_of(inner)]
        elif name not in ("enum", "const", "examples", "default"):
            found += parts_of(member)
    return found


def test_schema_lists_what_there_is(folder: Folder) -> None:
    """Queries, the inventory and the configuration."""
    assert folder.run("schema").out.split() == schemas()
    assert {"blast-radius", "inventory", "config"} <= set(schemas())


FIELDS = [
    "id",
    "context",
    "is_model",
    "provider",
    "publisher",
    "vendor_origin",
    "family",
    "version",
    "size",
    "variant",
    "derivation",
    "license_id",
    "license_class",
    "confidence",
    "candidates",
    "because",
]


def test_resolve_prints_one_object_a_name_in_input_order(folder: Folder) -> None:
    """With exactly the fields of the contract; lists joined, unknown is empty."""
    names = ("groq/llama-3.3-70b-versatile", "no-such-model-zzz", "NousResearch/Hermes-3-Llama-3.1-8B")
    rows = [json.loads(line) for line in folder.run("resolve", *names, "-f", "ndjson").out.splitlines()]
    assert [row["id"] for row in rows] == list(names)
    assert all(list(row) == FIELDS for row in rows)
    assert [row["vendor_origin"] for row in rows] == ["meta", "", "meta"]
    assert rows[1]["confidence"] == 0
    assert all(isinstance(row["confidence"], int | float) for row in rows)
    assert folder.run("resolve", *names, "-f", "json").json() == rows


def test_resolve_reads_names_and_json_objects_from_standard_input(folder: Folder) -> None:
    """Blank lines are passed over; a broken object is a name like any other; bytes may be anything."""
    lines = [
        b"groq/llama-3.3-70b-versatile",
        b'{"id": "mistral", "context": "ollama"}',
        b"",
        b'{"id": 5}',
        b"{broken",
        b"\xff\xfe",
        b'{"id": "a\\u0000b\\n"}',
        b"x" * 10_000,
        "gpt-5-mini\u2028".encode(),
        b"[" * 5_000,
        b'{"id":' * 5_000,
    ]
    out = folder.run("resolve", "-", "-f", "ndjson", stdin=b"\r\n".join(lines)).out
    rows = [json.loads(line) for line in out.removesuffix("\n").split("\n")]
    assert len(rows) == len(lines) - 1
    assert rows[1]["context"] == "ollama"
    assert (rows[1]["id"], rows[1]["vendor_origin"]) == ("mistral", "mistral")


def test_the_context_of_a_name_decides_what_it_means(folder: Folder) -> None:
    """In its library Ollama is the one who serves it; anywhere else that is not said."""

    def row(context: str) -> Any:  # noqa: ANN401 - JSON is anything
        return folder.run("resolve", "llama3.1:8b", "--context", context, "-f", "json").json()[0]

    assert row("ollama")["family"] == "llama"
    assert row("")["provider"] != "ollama"


def test_resolve_explains_field_by_field(folder: Folder) -> None:
    """With rule, row and confidence."""
    out = folder.run("resolve", "NousResearch/Hermes-3-Llama-3.1-8B", "--explain").out
    assert "vendor_origin" in out
    assert "confidence" in out


def test_an_override_of_the_configuration_always_wins(folder: Folder) -> None:
    """[models] in graphkit.toml is our own word."""
    folder.write("graphkit.toml", '[models]\n"azure/prod-1" = "meta-llama/Llama-3.3-70B-Instruct"\n')
    (row,) = folder.run("resolve", "azure/prod-1", "-f", "json").json()
    assert row["vendor_origin"] == "meta"
    assert "graphkit.toml" in row["because"]


def test_output_of_every_command_goes_where_it_is_told(good: Folder) -> None:
    """-o is an option of all commands that print data."""
    for words in (
        ("store", "info"),
        ("store", "scopes"),
        ("doctor",),
        ("schema", "config"),
        ("resolve", "gpt-5"),
    ):
        good.run(*words, "-f", "json", "-o", "out.json")
        assert json.loads((good.path / "out.json").read_text())
        (good.path / "out.json").unlink()
