"""JSON Schemas of answers: the envelope around all rows, and the columns that rows share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from graphkit.model import CRITICALITIES, EDGE_KINDS, METHODS, NODE_KINDS

if TYPE_CHECKING:
    from graphkit.querying.answer import Query

TEXT: Final = MappingProxyType({"type": "string"})
NUMBER: Final = MappingProxyType({"type": "integer", "minimum": 0})
COUNT_OR_NULL: Final = MappingProxyType({"type": ["integer", "null"], "minimum": 0})
TRUTH: Final = MappingProxyType({"type": "boolean"})
DATE: Final = MappingProxyType({"type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
KEY_OR_NULL: Final = MappingProxyType({"type": ["string", "null"]})
EDGE_IDS: Final = MappingProxyType({"type": "array", "items": {"type": "string", "pattern": "^e[0-9]+$"}})
KEYS: Final = MappingProxyType({"type": "array", "items": TEXT})

ROW_OF_A_NODE: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "key": TEXT,
        "kind": MappingProxyType({"enum": tuple(NODE_KINDS)}),
        "name": TEXT,
        "certainty": MappingProxyType({"enum": ("certain", "possible")}),
        "hops": NUMBER,
        "distance": NUMBER,
        "witness": EDGE_IDS,
    }
)
"""The columns of a row about a node, in their order."""

_MORE: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "owner": KEY_OR_NULL,
        "system": KEY_OR_NULL,
        "criticality": MappingProxyType({"enum": (*CRITICALITIES, None)}),
        "environment": KEY_OR_NULL,
        "since": DATE,
        "chain": TEXT,
    }
)


def row_schema(columns: Mapping[str, Mapping[str, Any]], *more: str) -> Mapping[str, Any]:
    """Make the schema of a row with *columns* and *more* of the usual ones: all required, no others."""
    whole = {**columns, **{name: _MORE[name] for name in more}}
    return MappingProxyType(
        {
            "type": "object",
            "properties": MappingProxyType(whole),
            "required": tuple(whole),
            "additionalProperties": False,
        }
    )


SEVERITIES: Final = ("watch", "degraded", "at_risk", "lost")
"""What a row under events may say, the mildest first."""

_COUNT: Final = MappingProxyType({"type": "integer", "minimum": 0})

ROW_UNDER_EVENTS: Final = row_schema(
    {
        **{part: ROW_OF_A_NODE[part] for part in ("key", "kind", "name")},
        "severity": {"enum": SEVERITIES},
        "impact": {"type": "object", "additionalProperties": {"enum": SEVERITIES}},
        "status": {
            "enum": ("bound_now", "through_host", "on_upgrade", "dependent", "fallback_holds", "unknown")
        },
        **{part: ROW_OF_A_NODE[part] for part in ("certainty", "hops", "distance", "witness")},
        **{part: _MORE[part] for part in ("owner", "system", "criticality", "environment")},
        "fallbacks": {
            "anyOf": (
                {"type": "null"},
                row_schema(dict.fromkeys(("wired", "surviving", "independent"), _COUNT)),
            )
        },
        "since": DATE,
        "first_date": DATE,
        "notice_days": {"type": "integer"},
    }
)
"""A row about a node that events hit."""

ROW_OF_AN_ARGUMENT: Final = row_schema(
    {
        **{part: ROW_OF_A_NODE[part] for part in ("key", "kind", "name")},
        "severity": {"enum": ("none", *SEVERITIES)},
        **{part: ROW_OF_A_NODE[part] for part in ("certainty", "hops", "distance", "witness")},
        "events": KEYS,
        "chain": TEXT,
    }
)
"""A chain to a node that events strike: the severity is the most that arrives over it."""

CHANGES: Final = (
    "exposed",
    "worse",
    "certain",
    "possible",
    "better",
    "freed",
    "added",
    "removed",
    "renamed",
    "unresolved",
    "resolved",
)
"""What a row of a comparison tells, in the order of the rows."""

SEVERITY_OR_NULL: Final = MappingProxyType({"enum": (*SEVERITIES, None)})
CERTAINTY_OR_NULL: Final = MappingProxyType({"enum": ("certain", "possible", None)})


def list_of(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Make the schema of a list of objects with *columns*."""
    return {"type": "array", "items": row_schema(columns)}


def envelope_schema(query: type[Query]) -> dict[str, Any]:
    """Give the JSON Schema of what `--format json` prints for *query*, as plain lists and dictionaries."""
    properties: dict[str, Any] = {
        "schema_version": {"const": 1},
        "query": {"const": query.name},
        "params": {"type": "object"},
        "as_of": TEXT | {"type": ["string", "null"]},
        "on": DATE | {"type": "string"},
        "revision": TEXT,
        "catalogue": TEXT,
        "complete": TRUTH,
        "warnings": list_of({"code": TEXT, "message": TEXT, "count": NUMBER}),
        "summary": {"type": "object"},
        "rows": {"type": "array", "items": query.row_schema},
        "because": list_of(_edge()),
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"graphkit {query.name}",
        **row_schema(properties),
    }
    return {name: _plain(value) for name, value in schema.items()}


def _edge() -> dict[str, Any]:
    """Give the columns of an edge as `because` lists it."""
    return {
        "id": EDGE_IDS["items"],
        "source": TEXT,
        "kind": {"enum": tuple(EDGE_KINDS)},
        "target": TEXT,
        "scope": TEXT,
        "importer": TEXT,
        "document": TEXT,
        "pointer": TEXT,
        "line": {"type": ["integer", "null"], "minimum": 1},
        "method": {"enum": METHODS},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    }


def _plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
