"""Small graphs with plans laid over them, and what is required there."""

from collections.abc import Mapping
from typing import Any

from graphkit.model import Claim, edge, mention
from graphkit.querying import Snapshots
from graphkit.querying.planning import with_plan
from graphkit.snapshot import EDGE_CODES, OPTIONAL
from tests.queries.asking import AT, asked, reading

MISTRAL = "offering:mistral/mistral-medium-latest"
GROQ = "offering:groq/llama-3.3-70b-versatile"
CEREBRAS = "offering:cerebras/llama-3.3-70b"
HEAD = "graphkit_plan: 1\nid: p\nreplace:\n"
EVERYBODY = "  - {from: family:llama, to: mistral/mistral-medium-latest}\n"


def requires(owner: str, target: str, need: str = "", **props: object) -> Claim:
    """Claim that a service or a route requires a thing by its key, or a model by its name."""
    source = owner if ":" in owner else f"service:{owner}"
    end = target if target.startswith(("service:", "route:")) else mention(target)
    return edge(source, "REQUIRES", end, AT, qualifier=need, **props)


def graph(*claims: Claim) -> Snapshots:
    """Build the graph of the claims of one document."""
    return asked(reading(*claims))


def planned(snapshots: Snapshots, replacements: str) -> Snapshots:
    """Lay a plan with these lines over a graph."""
    return with_plan(snapshots, (HEAD + replacements).encode(), "plan.yaml")


def edges(snapshots: Snapshots, owner: str) -> list[Mapping[str, Any]]:
    """Give the requirements of a service or a route, by order."""
    snapshot = snapshots.current
    node = snapshot.index(owner if ":" in owner else f"service:{owner}")
    assert node is not None
    found = [
        {
            "target": snapshot.n_key[int(snapshot.e_target[number])],
            "need": snapshot.texts[int(snapshot.e_qualifier[number])],
            "k": int(snapshot.d_k[need]) if (need := int(snapshot.e_need[number])) >= 0 else None,
            "order": int(snapshot.e_order[number]),
            "optional": bool(snapshot.e_flags[number] & OPTIONAL),
            "environment": snapshot.texts[int(snapshot.e_environment[number])],
            "props": snapshot.edge_props(number),
            "line": int(snapshot.e_line[number]),
        }
        for number in snapshot.out_edges(node)
        if snapshot.e_kind[number] == EDGE_CODES["REQUIRES"]
    ]
    return sorted(found, key=lambda row: (row["need"], row["order"], row["target"]))


def targets(snapshots: Snapshots, owner: str) -> list[str]:
    """Give what a service or a route requires, by order."""
    return [row["target"] for row in edges(snapshots, owner)]


def opened(snapshots: Snapshots, owner: str) -> list[str]:
    """Give what a service requires, routes opened."""
    found: list[str] = []
    waiting, seen = [owner], set()
    while waiting:
        for target in targets(snapshots, waiting.pop()):
            if target.startswith("route:") and target not in seen:
                seen.add(target)
                waiting.append(target)
            elif not target.startswith("route:"):
                found.append(target)
    return sorted(found)
