"""What every query is and answers, over the tuple: its own schema, on graphs of every kind."""

import dataclasses
import io
import json
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from graphkit.build import build
from graphkit.catalogue import load
from graphkit.config import Config
from graphkit.errors import GraphkitError
from graphkit.events.files import shipped
from graphkit.model import Claim, Evidence, Reading, Scope, Skipped, edge, mention, node
from graphkit.queries import QUERIES
from graphkit.querying import Frame, Query, Snapshots
from graphkit.querying.schema import envelope_schema
from graphkit.render import write
from tests.repository import ROOT

every = pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
_AT = Evidence("/services/0", 3)
_STRANGE = "\0 a\nb <script>alert(1)</script> \u202eabc " + "x" * 300
_FRAME = Frame("2026-11-23", "8f31c2a0", "2026-11-20")
_REFS = (
    "vendor:meta",
    "service:bot",
    "service:desk",
    "team:cx",
    "system:care",
    "offering:groq/llama-3.1-8b-instant",
    "family:llama",
    "license:llama3.1",
    f"service:{_STRANGE}",
    "service:nobody",
)
_TEXTS = ("str", "str | None")


def _claims() -> list[Claim]:
    llama = mention("groq/llama-3.1-8b-instant", context="gateway:litellm")
    return [
        node("service:bot", _AT, name="Bot", criticality="high"),
        edge("service:bot", "REQUIRES", llama, _AT, qualifier="chat", environment="production"),
        edge("service:bot", "REQUIRES", mention("mistral-small-latest"), _AT, qualifier="chat", order=2),
        edge("service:bot", "OWNED_BY", "team:cx", _AT),
        edge("service:bot", "PART_OF", "system:care", _AT),
        edge("service:desk", "REQUIRES", "service:bot", _AT),
        edge("service:desk", "REQUIRES", "service:desk", _AT),
        edge("service:bot", "REQUIRES", "service:desk", _AT),
        edge("service:mail", "REQUIRES", mention("azure/prod-llm", context="gateway:litellm"), _AT),
        edge("service:mail", "REQUIRES", mention("fast", base_url="http://x.corp"), _AT),
        node(f"service:{_STRANGE}", _AT, name=_STRANGE, criticality=_STRANGE, environment=_STRANGE),
        edge(f"service:{_STRANGE}", "REQUIRES", mention(_STRANGE), _AT, qualifier=_STRANGE),
        edge(f"service:{_STRANGE}", "REQUIRES", llama, Evidence(_STRANGE, None, "inferred", 0.5, _STRANGE)),
    ]


@cache
def graphs() -> tuple[Snapshots, ...]:
    """Build an empty graph, one with everything, and one with everything and documents that were refused."""
    claims = tuple(_claims())
    whole = Reading(
        Scope("native", "shop", "a.yaml"), "0", claims, time="2026-02-11", since=("2026-02-11",) * len(claims)
    )
    skipped = (Skipped("E-NEED", _STRANGE, "/x", 1), Skipped("W-STRAY", "odd"))
    broken = Reading(Scope("litellm", _STRANGE, _STRANGE), "1", (), skipped, complete=False)
    config, catalogue = Config(), load()
    return tuple(
        Snapshots(
            build(found, catalogue=catalogue, config=config),
            _FRAME,
            config,
            lambda: catalogue,
            event=lambda name: shipped(name, catalogue),
            other=_other,
        )
        for found in ([], [whole], [whole, broken])
    )


def _other(text: str) -> Snapshots:
    """Give the other side of a comparison: without anything, or with everything."""
    return graphs()[1 if text.startswith("service:") else 0]


def questions(query: type[Query]) -> Iterator[Query]:
    """Ask a query with every reference or side, both values for its flags, defaults for the rest."""
    fields = dataclasses.fields(query)  # type: ignore[arg-type] # the protocol says it is a dataclass
    choices: dict[str, tuple[Any, ...]] = {}
    texts = _REFS if any(field.name == "ref" for field in fields) else _REFS[:2]
    for field in fields:
        default = () if field.default is dataclasses.MISSING else (field.default,)
        if field.type in _TEXTS:
            choices[field.name] = (*default, *texts)
        elif field.type == "tuple[str, ...]":
            choices[field.name] = ((), ("meta-llama-line-end",), ("hosts-drop-llama", "meta-llama-line-end"))
        elif field.type == "bool":
            choices[field.name] = (False, True)
        else:
            assert default, f"{query.name}: {field.name} needs an example here"
    for values in product(*choices.values()):
        yield query(**dict(zip(choices, values, strict=True)))


def written(question: Query, snapshots: Snapshots, form: str) -> str | None:
    """Write the answer to a question; None where it is refused as a user's mistake."""
    try:
        answer = question.answer(snapshots)
    except GraphkitError:
        return None
    out = io.StringIO()
    write(answer, format=form, out=out, width=None, color=False)
    return out.getvalue()


@every
def test_a_query_asks_a_question_and_has_its_page(query: type[Query]) -> None:
    """The first line of its docstring is the question; docs/queries has a page for it."""
    assert (query.__doc__ or "").splitlines()[0].endswith("?")
    assert query.name == query.name.lower()
    for field in dataclasses.fields(query):  # type: ignore[arg-type] # the protocol says it is a dataclass
        assert field.metadata.get("help"), field.name
    assert Path(ROOT, "docs", "queries", f"{query.name}.md").is_file()


@every
def test_the_schema_of_a_query_is_one(query: type[Query]) -> None:
    """A JSON Schema of the 2020-12 draft, as plain JSON."""
    schema = json.loads(json.dumps(envelope_schema(query)))
    jsonschema.Draft202012Validator.check_schema(schema)


@every
def test_every_answer_validates_against_its_querys_own_schema(query: type[Query]) -> None:
    """With every parameter, on an empty graph, a full one and one with gaps; at least one is an answer."""
    validator = jsonschema.Draft202012Validator(envelope_schema(query))
    answered = 0
    for snapshots in graphs():
        for question in questions(query):
            text = written(question, snapshots, "json")
            if text is not None:
                answered += 1
                whole = json.loads(text)
                problems = [
                    f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(whole)
                ]
                assert problems == [], question
                assert_proven(whole)
    assert answered


def assert_proven(whole: dict[str, Any]) -> None:
    """Assert that `because` lists once every edge that a witness names, and no other."""
    chains = [row.get("witness", row.get("path")) for row in whole["rows"]]
    named = {edge for chain in chains if isinstance(chain, list) for edge in chain}
    listed = [edge["id"] for edge in whole["because"]]
    assert len(listed) == len(set(listed))
    assert named == set(listed)


@every
def test_the_same_question_has_the_same_bytes(query: type[Query]) -> None:
    """On the same graph, and on one that came back from its bytes; keys in their order."""
    for snapshots in graphs():
        again = dataclasses.replace(
            snapshots, current=type(snapshots.current).from_bytes(snapshots.current.to_bytes())
        )
        for question in questions(query):
            one = written(question, snapshots, "json")
            assert written(question, again, "json") == one
            if one is not None:
                assert list(json.loads(one)) == list(envelope_schema(query)["properties"])


@every
@pytest.mark.parametrize("form", ["table", "ndjson", "csv", "markdown", "mermaid"])
def test_every_answer_can_be_written_in_every_format(query: type[Query], form: str) -> None:
    """Also with strange names, which never reach a terminal as they are."""
    for snapshots in graphs():
        for question in questions(query):
            text = written(question, snapshots, form)
            if text is not None and form == "table":
                assert "\0" not in text
                assert "\u202e" not in text
