"""The peer: what one writes in an afternoon with json, networkx and pickle.

`python networkx_peer.py build IN.json OUT.pickle` keeps the graph, `... ask OUT.pickle WORD` writes all that
reaches a thing with WORD in its name, with the number of steps.
"""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import networkx as nx


def build(source: Path, target: Path) -> None:
    """Read an inventory and keep its graph; edges go from what is required to who requires it."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    for service in json.loads(source.read_bytes())["services"]:
        for requirement in service["requires"]:
            for member in requirement.get("any_of", (requirement,)):
                graph.add_edge(_end(member), service["id"], order=member.get("order", 1))
    target.write_bytes(pickle.dumps(graph))


def ask(source: Path, word: str) -> None:
    """Print what reaches the names that contain *word*, nearest first, as JSON."""
    graph: nx.DiGraph[str] = pickle.loads(source.read_bytes())  # noqa: S301 - written by `build` a moment ago
    seeds = [name for name in graph if word in name.lower()]
    layers = enumerate(nx.bfs_layers(graph, seeds))
    rows = [{"name": name, "steps": steps} for steps, layer in layers for name in sorted(layer)]
    json.dump(rows, sys.stdout)


def _end(member: dict[str, Any]) -> str:
    return str(member.get("service") or member["model"])


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        ask(Path(sys.argv[2]), sys.argv[3])
