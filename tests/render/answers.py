"""Answers as queries give them, made by number: the input of the tests of rendering."""

import random
from dataclasses import replace
from typing import Any

from graphkit.querying import Answer, Column, Frame, Warned

FRAME = Frame("2026-11-23", "8f31c2", "2026-11-20")

HOSTILE = (
    "<script>window.__pwned=1</script>",
    "</script><img src=x onerror=window.__pwned=1>",
    "javascript:window.__pwned=1",
    "\"'`><svg onload=window.__pwned=1>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "pay\u202elap\u2066\x1b[31m",
    "nul\x00 new\nline\ttab",
    "long " + "x" * 10_000,
    "\ud800 alone",
    "=cmd|' /C calc'!A0",
    "[bold red]a | b[/] `c` <b>d</b> %%{init: {}}%% \u2028",
    "漢字" * 40,
    "-->]]><!--",
)


def edge(number: int, source: str, kind: str, target: str) -> dict[str, Any]:
    """Give an edge as `because` has it."""
    return {
        "id": f"e{number}",
        "source": source,
        "kind": kind,
        "target": target,
        "scope": "native:shop/inventory.yaml",
        "importer": "native",
        "document": "inventory.yaml",
        "pointer": f"/services/{number}",
        "line": number if number % 3 else None,
        "method": "declared",
        "confidence": 1.0,
    }


def row(key: str, name: str, witness: list[str], **given: Any) -> dict[str, Any]:  # noqa: ANN401 - any value of a row
    """Give a row of blast-radius without an event."""
    values: dict[str, Any] = {
        "key": key,
        "kind": key.partition(":")[0],
        "name": name,
        "certainty": "certain",
        "hops": 0,
        "distance": len(witness),
        "witness": witness,
        "owner": None,
        "system": None,
        "criticality": None,
        "environment": "production",
        "since": "2026-02-11",
    }
    return values | given


def answer(rows: list[dict[str, Any]], because: list[dict[str, Any]], **given: Any) -> Answer:  # noqa: ANN401 - any field
    """Give a blast-radius answer with *rows*."""
    made = Answer("blast-radius", {"ref": "vendor:meta", "events": []}, FRAME, tuple(rows), tuple(because))
    return replace(made, **given)


def company(services: int, *, seed: int = 7, names: tuple[str, ...] = ()) -> Answer:
    """Give an answer for a company of that many services in teams; *names* are those of the first ones."""
    chance, teams = random.Random(seed), max(1, services // 8)
    because = [edge(0, "model:meta/llama-3.1-8b", "PUBLISHED_BY", "vendor:meta")]
    because.append(edge(1, "offering:groq/llama-3.1-8b-instant", "SERVES", "model:meta/llama-3.1-8b"))
    because.append(edge(2, "route:litellm/fast", "REQUIRES", "offering:groq/llama-3.1-8b-instant"))
    rows = [
        row("model:meta/llama-3.1-8b", "Llama 3.1 8B", ["e0"]),
        row("offering:groq/llama-3.1-8b-instant", "groq llama-3.1-8b-instant", ["e1", "e0"]),
        row("route:litellm/fast", "fast", ["e2", "e1", "e0"]),
    ]
    for number in range(services):
        before = rows[chance.randrange(len(rows)) if number % 3 else chance.randrange(3)]
        key = f"service:svc-{number}"
        because.append(edge(number + 3, key, "REQUIRES", before["key"]))
        rows.append(
            row(
                key,
                names[number] if number < len(names) else f"checkout-part-{number}",
                [f"e{number + 3}", *before["witness"]],
                hops=before["hops"] + 1,
                owner=f"team:team-{chance.randrange(teams)}" if number % 7 else None,
                criticality=chance.choice(["critical", "high", "medium", "low", None]),
                certainty="possible" if number % 9 == 4 else "certain",
            )
        )
    possible = sum(made["certainty"] == "possible" for made in rows)
    hit = services - possible
    return answer(
        sorted(rows, key=lambda made: (made["hops"], made["distance"], made["kind"], made["key"])),
        because,
        headline=(f"{hit:,} of {services + 4:,} services are hit, {possible:,} more may be, 4 are clear.",),
        notes=(("Clear", "billing, ledger: every name of theirs is resolved"), ("Basis", "6 sources")),
        summary={
            "services": {"total": services + 4, "hit": hit, "possible": possible, "clear": 4},
            "next_date": None,
        },
        complete=False,
        warnings=(Warned("W-MODEL-UNRESOLVED", "A model name could not be identified.", 3),),
    )


NAMED = (
    Column("SERVICE", lambda made: str(made["name"])),
    Column("CRIT", lambda made: str(made["criticality"] or "-")),
)
