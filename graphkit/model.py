"""Node and edge kinds as tables, keys, and the values that importers give: claims, skipped, readings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

METHODS: Final = ("user", "declared", "observed", "inferred", "catalogue")
"""How a claim came to be known, the best first: the merge order."""

CRITICALITIES: Final = ("critical", "high", "medium", "low")

NODE_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "vendor": "Vendor",
        "license": "License",
        "family": "Family",
        "model": "Model",
        "offering": "Offering",
        "route": "Route",
        "dataset": "Dataset",
        "package": "Package",
        "service": "Service",
        "system": "System",
        "team": "Team",
    }
)
"""Key prefix of a kind -> its name in the graph."""


class EdgeKind(NamedTuple):
    """One kind of edge, read as a sentence: source KIND target."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    verb: str


_USERS = ("service", "route")
_ANY = tuple(NODE_KINDS)

EDGE_KINDS: Final[Mapping[str, EdgeKind]] = MappingProxyType(
    {
        "REQUIRES": EdgeKind(_USERS, ("service", "route", "offering", "model", "package"), "requires"),
        "SERVES": EdgeKind(("offering",), ("model",), "serves"),
        "HOSTED_BY": EdgeKind(("offering",), ("vendor",), "is hosted by"),
        "DERIVED_FROM": EdgeKind(("model",), ("model",), "is derived from"),
        "TRAINED_ON_OUTPUTS_OF": EdgeKind(("model",), ("model",), "is trained on outputs of"),
        "TRAINED_ON": EdgeKind(("model",), ("dataset",), "is trained on"),
        "DEPENDS_ON": EdgeKind(("package",), ("package",), "depends on"),
        "PUBLISHED_BY": EdgeKind(
            ("model", "family", "license", "package", "dataset"), ("vendor",), "is published by"
        ),
        "IN_FAMILY": EdgeKind(("model",), ("family",), "is in family"),
        "LICENSED_UNDER": EdgeKind(("model", "package", "dataset"), ("license",), "is licensed under"),
        "SUBSIDIARY_OF": EdgeKind(("vendor",), ("vendor",), "belongs to"),
        "SUCCEEDED_BY": EdgeKind(("model", "family"), ("model", "family"), "is succeeded by"),
        "SAME_AS": EdgeKind(_ANY, _ANY, "is the same as"),
        "OWNED_BY": EdgeKind(_ANY, ("team",), "is owned by"),
        "PART_OF": EdgeKind(_ANY, ("system",), "is part of"),
    }
)

CARRIERS: Final = (
    "REQUIRES",
    "SERVES",
    "HOSTED_BY",
    "DERIVED_FROM",
    "TRAINED_ON_OUTPUTS_OF",
    "TRAINED_ON",
    "DEPENDS_ON",
)
"""The kinds of edges that carry impact from target to source."""

RELATIONS: Final = ("finetune", "quantized", "adapter", "merge", "distill")

# Ends that only claims use. The build turns every one of them into nodes of the kinds above.
NAME: Final = "name"
ENDPOINT: Final = "endpoint"
_QUALIFIED: Final = "\x1f"


class Evidence(NamedTuple):
    """Where and how a claim is stated; importer, document and its time stand in the reading."""

    pointer: str = ""
    line: int | None = None
    method: str = "declared"
    confidence: float = 1.0
    document: str = ""


class Claim(NamedTuple):
    """A node (kind and target empty) or an edge, as one document states it.

    *source* and *target* are keys, or the ends that `mention` and `qualified` make. *qualifier* is the
    need for REQUIRES, the relation for DERIVED_FROM and the how for LICENSED_UNDER. *props* holds JSON
    values only.
    """

    source: str
    kind: str
    target: str
    qualifier: str
    props: Mapping[str, Any]
    at: Evidence


class Skipped(NamedTuple):
    """Something seen and not understood: the reason and the place, `E-` when part of the document is lost."""

    code: str
    message: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None


class Scope(NamedTuple):
    """What one read replaces as a whole."""

    importer: str
    root: str
    path: str

    def __str__(self) -> str:
        """Give the name that people see and `store forget` takes."""
        return f"{self.importer}:{self.root}/{self.path}"


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one read of one scope gave.

    *digest* is that of the document's bytes, *time* the document's own ISO time or empty. *since* is one
    ISO date a claim, parallel to *claims*; it is empty until a store has taken the reading.
    """

    scope: Scope
    digest: str
    claims: tuple[Claim, ...]
    skipped: tuple[Skipped, ...] = ()
    complete: bool = True
    time: str = ""
    since: tuple[str, ...] = field(default=())


def node(key: str, at: Evidence, /, **props: object) -> Claim:
    """Make the claim that a node exists; empty properties are left out.

    >>> node("service:checkout", Evidence("/services/0"), name="Checkout", criticality=None).props
    {'name': 'Checkout'}
    """
    return Claim(key, "", "", "", {k: v for k, v in props.items() if v not in (None, "", (), [], {})}, at)


def edge(
    source: str, kind: str, target: str, at: Evidence, /, *, qualifier: str = "", **props: object
) -> Claim:
    """Make the claim that source KIND target; empty properties are left out."""
    return Claim(
        source,
        kind,
        target,
        qualifier,
        {k: v for k, v in props.items() if v not in (None, "", (), [], {})},
        at,
    )


def key(kind: str, identity: str) -> str:
    """Make the key `kind:id`.

    >>> key("service", "checkout")
    'service:checkout'
    """
    return f"{kind}:{clean(identity)}"


def qualified(kind: str, identity: str, qualifier: str) -> str:
    """Make an end for a node known under a qualifier (a namespace, a project, a gateway file).

    The build drops the qualifier where the name alone is clear.
    """
    return f"{key(kind, identity)}{_QUALIFIED}{clean(qualifier)}" if qualifier else key(kind, identity)


def split_qualified(end: str) -> tuple[str, str]:
    """Give the key and the qualifier of an end, the qualifier empty where there is none."""
    bare, _, qualifier = end.partition(_QUALIFIED)
    return bare, qualifier


def kind_of(end: str) -> str:
    """Give the kind of a key or end: the part before the first colon."""
    return end.partition(":")[0]


def id_of(end: str) -> str:
    """Give the id of a key: all that follows the first colon."""
    return end.partition(":")[2]


@lru_cache(maxsize=65_536)
def mention(name: str, *, context: str = "", base_url: str = "", namespace: str = "") -> str:
    """Make an end for a model's name as a document writes it; the build finds out what it means.

    *context* says where names of this kind stand (`gateway:litellm`, `ollama`, `hf`, `code:env`, ...),
    *base_url* is the endpoint it is sent to, *namespace* the cluster namespace of the one who asks. An
    empty *name* is a use of the endpoint whose model is not known.
    """
    parts = {"name": name, "context": context, "base_url": base_url, "namespace": namespace}
    return f"{NAME}:" + json.dumps(
        {k: clean(v) for k, v in parts.items() if v}, sort_keys=True, ensure_ascii=False
    )


class Mention(NamedTuple):
    """The parts of an end that `mention` made."""

    name: str = ""
    context: str = ""
    base_url: str = ""
    namespace: str = ""


def parse_mention(end: str) -> Mention:
    """Give the parts of an end that `mention` made."""
    return Mention(**json.loads(id_of(end)))


def clean(text: str) -> str:
    r"""Give *text* as it can be stored: lone surrogates and the unit separator replaced, all else kept.

    >>> clean("a\x1fb")
    'a\ufffdb'
    """
    if text.isascii():
        return text if _QUALIFIED not in text else text.replace(_QUALIFIED, "\ufffd")
    return text.replace(_QUALIFIED, "\ufffd").encode("utf-8", "replace").decode("utf-8")
