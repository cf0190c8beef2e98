"""Edges of a proof as sentences: "source verb target", and where that is stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from graphkit.model import EDGE_KINDS
from graphkit.render.text import cell, visible

if TYPE_CHECKING:
    from graphkit.querying.answer import Row


def verb(kind: object) -> str:
    """Give the words that an edge of this kind is read with; an unknown kind speaks for itself.

    >>> verb("HOSTED_BY"), verb("NEW_KIND")
    ('is hosted by', 'new kind')
    """
    known = EDGE_KINDS.get(str(kind))
    return known.verb if known else visible(str(kind)).lower().replace("_", " ")


def place(edge: Mapping[str, Any]) -> str:
    """Give the place where an edge is stated: `document:line`, else the document and the pointer in it.

    >>> place({"document": "a.yaml", "line": 3}), place({"document": "a.json", "pointer": "/x"})
    ('a.yaml:3', 'a.json#/x')
    """
    document = cell(edge.get("document"))
    if edge.get("line") is not None:
        return f"{document}:{cell(edge['line'])}"
    pointer = cell(edge.get("pointer"))
    return f"{document}#{pointer}" if pointer else document


def source(edge: Mapping[str, Any]) -> str:
    """Give how an edge came to be known: importer, method, confidence; what is unknown is left out."""
    confidence = edge.get("confidence")
    said = [cell(edge.get("importer")), cell(edge.get("method"))]
    said.append("" if confidence is None else f"confidence {cell(confidence)}")
    return ", ".join(part for part in said if part)


def witness(row: Row) -> tuple[str, ...]:
    """Give the ids of the edges that prove *row*, in the order of the chain; none where it has no witness."""
    chain = row.get("witness")
    return tuple(map(str, chain)) if isinstance(chain, list | tuple) else ()


def edges_by_id(because: Iterable[Row]) -> dict[str, Row]:
    """Map the ids of edges to the edges."""
    return {str(edge.get("id")): edge for edge in because}
