"""An answer as a picture in text: a Mermaid flowchart of the edges that prove its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, TextIO

from graphkit.render.proof import edges_by_id, verb, witness
from graphkit.render.text import cell, counted, cut, visible

if TYPE_CHECKING:
    from graphkit.querying import Answer
    from graphkit.querying.answer import Row

MOST_NODES: Final = 200
"""How many nodes are drawn; Mermaid gives up at 50,000 characters and at 500 edges."""

MOST_EDGES: Final = 500
"""How many edges are drawn."""

_LONGEST = 60
# Mermaid's own escapes. A percent sign could begin a directive, which is obeyed even within a label.
_SPECIAL: Final = re.compile(r"[^\w .,:/@+()=-]")


def write_mermaid(answer: Answer, out: TextIO) -> None:
    """Write a flowchart: nodes in the order of the rows, possible ones dashed, what is left out counted."""
    edges = edges_by_id(answer.because)
    proof = {name: edges[name] for row in answer.rows for name in witness(row) if name in edges}
    nodes = _nodes(answer, proof)
    ids = {key: f"n{number}" for number, key in enumerate(list(nodes)[:MOST_NODES])}
    possible = {str(row.get("key")) for row in answer.rows if row.get("certainty") == "possible"}
    drawn = [edge for edge in proof.values() if _ends(edge)[0] in ids and _ends(edge)[1] in ids]
    out.write("flowchart LR\n")
    for key, name in ids.items():
        shown = nodes[key] + (" (possible)" if key in possible else "")
        out.write(f'  {name}["{_label(shown)}"]{":::possible" if key in possible else ""}\n')
    for edge in drawn[:MOST_EDGES]:
        start, end = _ends(edge)
        out.write(f'  {ids[start]} -- "{_label(verb(edge.get("kind")))}" --> {ids[end]}\n')
    out.writelines(_left_out(len(nodes) - len(ids), len(proof) - len(drawn[:MOST_EDGES])))
    if possible & ids.keys():
        out.write("  classDef possible stroke-dasharray: 5 4\n")


def _nodes(answer: Answer, proof: dict[str, Row]) -> dict[str, str]:
    """Give key and label of every node: each row with the chain that proves it, in the order of the rows."""
    names = {str(row["key"]): cell(row.get("name")) for row in answer.rows if row.get("key")}
    keys: dict[str, None] = {}
    for row in answer.rows:
        chain = [end for name in witness(row) if name in proof for end in _ends(proof[name])]
        keys.update(dict.fromkeys(([str(row["key"])] if row.get("key") else []) + chain))
    return {key: names.get(key) or visible(key) for key in keys}


def _ends(edge: Row) -> tuple[str, str]:
    """Give the keys of both ends of an edge."""
    return str(edge.get("source")), str(edge.get("target"))


def _left_out(nodes: int, edges: int) -> Iterator[str]:
    """Say what is not drawn, in a comment for those who read the text and a node for those who see it."""
    if nodes:
        yield f"  %% {counted(nodes, 'more node')} not drawn\n"
        yield f'  more["and {nodes:,} more"]\n'
    if edges:
        yield f"  %% {counted(edges, 'more edge')} not drawn\n"


def _label(text: str) -> str:
    """Give *text* as a label within quotes."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", cut(text, _LONGEST))
