"""Small graphs for tests of queries: claims in, a snapshot and what queries ask for out."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from graphkit.build import build
from graphkit.catalogue import load
from graphkit.config import Config
from graphkit.model import Claim, Evidence, Reading, Scope, Skipped, edge, mention, node
from graphkit.querying import Answer, Frame, Snapshots
from graphkit.render import write

AT = Evidence("/services/0", 3)
FRAME = Frame("2026-11-23", "8f31c2a0", "2026-11-20")
LLAMA = mention("groq/llama-3.3-70b-versatile", context="gateway:litellm")
MISTRAL = mention("mistral/mistral-small-latest", context="gateway:litellm")
UNKNOWN = mention("azure/prod-llm", context="gateway:litellm")

catalogue = cache(load)


def reading(*claims: Claim, path: str = "inventory.yaml", since: str = "2026-02-11") -> Reading:
    """Make the reading of one document."""
    return Reading(Scope("native", "shop", path), "0" * 64, claims, time=since, since=(since,) * len(claims))


def broken(*skipped: Skipped, path: str = "broken.yaml") -> Reading:
    """Make the reading of a document that could not be read to its end."""
    return Reading(Scope("native", "shop", path), "1" * 64, (), skipped, complete=False)


def asked(*readings: Reading, config: Config | None = None) -> Snapshots:
    """Build the graph of *readings* for queries."""
    settings = config or Config()
    return Snapshots(build(readings, catalogue=catalogue(), config=settings), FRAME, settings, catalogue)


def of(*claims: Claim | Iterable[Claim]) -> Snapshots:
    """Build the graph of the claims of one document."""
    flat: list[Claim] = []
    for claim in claims:
        flat += [claim] if isinstance(claim, Claim) else claim
    return asked(reading(*flat))


def needs(source: str, *targets: str, environment: str = "", at: Evidence = AT) -> list[Claim]:
    """Claim that a service exists and requires each of *targets*."""
    key = source if ":" in source else f"service:{source}"
    return [node(key, at)] + [edge(key, "REQUIRES", end, at, environment=environment) for end in targets]


def shop() -> Snapshots:
    """Build a shop: chat uses Llama, desk uses chat, mail a name that nobody knows, ledger nothing."""
    return of(
        needs("chat", LLAMA, environment="production"),
        needs("desk", "service:chat"),
        needs("mail", UNKNOWN),
        needs("quotes", MISTRAL),
        needs("ledger"),
        node("service:chat", AT, name="Support chat", criticality="high"),
        edge("service:chat", "OWNED_BY", "team:cx", AT),
        edge("service:chat", "PART_OF", "system:care", AT),
        node("team:cx", AT, name="CX"),
    )


def services(answer: Answer, certainty: str = "certain") -> list[str]:
    """List the ids of the services that an answer has rows for."""
    found = [r["key"] for r in answer.rows if r["kind"] == "service" and r["certainty"] == certainty]
    return sorted(key.removeprefix("service:") for key in found)


def row_of(answer: Answer, key: str) -> Mapping[str, Any]:
    """Give the one row about *key*."""
    (row,) = [row for row in answer.rows if row["key"] == key]
    return row


def chain(answer: Answer, row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Give a row's witness as (source, kind, target)."""
    edges = {edge["id"]: edge for edge in answer.because}
    found = [edges[name] for name in row["witness"]]
    return [(edge["source"], edge["kind"], edge["target"]) for edge in found]


def text(answer: Answer, form: str = "table") -> str:
    """Write an answer as people or programs get it."""
    out = io.StringIO()
    write(answer, format=form, out=out, width=None, color=False)
    return out.getvalue()


def envelope(answer: Answer) -> Any:  # noqa: ANN401 - JSON
    """Give an answer as a program reads it."""
    return json.loads(text(answer, "json"))
