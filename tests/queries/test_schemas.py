"""Answers fit the schemas that graphkit ships."""

import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from graphkit.model import Skipped
from graphkit.queries import QUERIES
from graphkit.querying import Query
from graphkit.querying.schema import envelope_schema
from tests.queries.asking import LLAMA, UNKNOWN, asked, broken, envelope, needs, reading
from tests.repository import ROOT

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}


def problems(value: Any, schema: dict[str, Any], place: str = "") -> list[str]:  # noqa: ANN401 - JSON
    """Check the few words of JSON Schema that ours use."""
    found = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{place}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_TYPES[kind](value) for kind in kinds):
        found.append(f"{place}: {value!r} is no {kinds}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{place}: {value!r} does not match")
    if isinstance(value, dict) and "properties" in schema:
        if list(value) != list(schema["properties"]):
            found.append(f"{place}: keys are {list(value)}")
        for name, inner in schema["properties"].items():
            found += problems(value.get(name), inner, f"{place}/{name}")
    for number, member in enumerate(value if isinstance(value, list) and "items" in schema else ()):
        found += problems(member, schema["items"], f"{place}/{number}")
    return found


def made(query: type[Query]) -> Query:
    """Make the query with the parameters that it must have."""
    fields = dataclasses.fields(query)  # type: ignore[arg-type]  # a query is a dataclass
    return query(**{field.name: "service:desk" for field in fields if field.default is dataclasses.MISSING})


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_real_answer_fits_the_schema_of_its_query(query: type[Query]) -> None:
    """Keys in this order, and no other."""
    claims = [*needs("desk", "service:chat"), *needs("chat", LLAMA), *needs("mail", UNKNOWN, "service:desk")]
    snapshots = replace(asked(reading(*claims), broken(Skipped("E-SYNTAX", "x"))), other=lambda _: asked())
    asking = query(ref="Meta") if query.name == "blast-radius" else made(query)  # type: ignore[call-arg]
    answer = envelope(asking.answer(snapshots))
    assert answer["rows"]
    assert problems(answer, envelope_schema(query)) == []


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_schema_is_plain_json(query: type[Query]) -> None:
    """Anybody's validator can read it."""
    schema = envelope_schema(query)
    assert json.loads(json.dumps(schema)) == schema
    assert schema["properties"]["query"] == {"const": query.name}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_asks_a_question_and_explains_its_parameters(query: type[Query]) -> None:
    """The first line of its docstring is the question."""
    assert (query.__doc__ or "").splitlines()[0].endswith("?")
    fields = dataclasses.fields(query)  # type: ignore[arg-type]  # a query is a dataclass
    assert all(field.metadata["help"] for field in fields)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_query_has_a_page(query: type[Query]) -> None:
    """With the four parts that all pages have."""
    page = (ROOT / "docs" / "queries" / f"{query.name}.md").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert titles == ["What it answers", "Why ask", "Example", "Limits"]


def test_knowing_the_queries_loads_nothing_heavy() -> None:
    """`graphkit --help` must come at once."""
    heavy = ("numpy", "networkx", "pydantic")
    code = f"import sys, graphkit.queries; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
