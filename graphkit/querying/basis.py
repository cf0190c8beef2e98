"""What an answer rests on: what limits it, what was searched, and how old it is."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from graphkit.querying.answer import Warned
from graphkit.querying.reach import of_kinds
from graphkit.querying.words import counted, listed, plural, shown
from graphkit.snapshot import NODE_CODES, POSSIBLE, STUB, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphkit.querying.answer import Snapshots
    from graphkit.querying.reach import Numbers
    from graphkit.snapshot import Ints, Snapshot


HIDING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "W-DANGLING": "dangling reference",
        "W-MODEL-UNRESOLVED": "unstated model",
        "W-STRAY": "stray edge",
        "W-UNREAD": "unread part",
        "W-UNRESOLVED-VAR": "unset variable",
    }
)
"""Codes of what importers kept or left out so that a model may hide behind -> what people call it."""

_LOOKED_AT: Final = 1_000
_TOLD: Final = 3


class Limit(NamedTuple):
    """One thing that limits an answer: *warned* for programs, for people why it is incomplete, if it is.

    The *reason* is a few words, *told* what they have to know to mend it.
    """

    warned: Warned
    reason: str = ""
    told: str = ""


class Limits(tuple[Limit, ...]):
    """What limits an answer; it is complete where none of it is a reason."""

    __slots__ = ()

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What programs get."""
        return tuple(limit.warned for limit in self)

    @property
    def complete(self) -> bool:
        """Tell whether nothing is missing."""
        return not any(limit.reason for limit in self)

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """What people have to know to mend it."""
        return tuple(("In doubt", limit.told) for limit in self if limit.told)

    def after(self, sentence: str) -> tuple[str, ...]:
        """Give the headline: *sentence*, and why the answer is not complete."""
        reasons = ", ".join(limit.reason for limit in self if limit.reason)
        return (sentence, f"INCOMPLETE: {reasons}.") if reasons else (sentence,)


class Names(NamedTuple):
    """How many names of models are in use, and how many of them are identified."""

    resolved: int
    total: int


def limits(
    snapshots: Snapshots,
    *,
    names: int,
    uses: Ints | None = None,
    reached: Numbers | None = None,
    more: Iterable[Limit] = (),
) -> Limits:
    """Say what limits an answer in which *names* unresolved names, and the possible edges *uses*, may count.

    What was seen in a document and not understood counts for every answer: nobody knows whose model it is.
    Services of one name count where *reached* tells of them different things, one value a node.
    """
    snapshot, frame = snapshots.current, snapshots.frame
    found = []
    if not snapshot.meta["scopes"]:
        said = f"nothing was known on {frame.as_of}" if frame.as_of else "nothing is imported"
        found.append(Limit(Warned("W-NOTHING-KNOWN", said), said))
    if names:
        sentence = f"{plural(names, 'name')} of models that nobody could identify: they may be meant too"
        found.append(
            Limit(Warned("W-MODEL-UNRESOLVED", sentence, names), f"{counted(names, 'name')} unresolved")
        )
    if uses is not None and len(uses):
        found.append(_ambiguous(snapshot, uses))
    return Limits((*found, *_unread(snapshot), *_of_services(snapshot, reached), *more))


def doubts(snapshot: Snapshot) -> tuple[Limit, ...]:
    """Tell what the graph as a whole leaves in doubt, and what settles it, for who has just imported."""
    uses = np.flatnonzero(snapshot.e_flags & POSSIBLE)
    found = [_ambiguous(snapshot, uses)] if len(uses) else []
    return tuple(limit for limit in (*found, *_of_services(snapshot, None)) if limit.told)


def _ambiguous(snapshot: Snapshot, uses: Ints) -> Limit:
    """Tell of requirements that mean one of several things, and what settles them."""
    count = len(np.unique(snapshot.e_source[uses]))
    said = sorted(
        {why for edge in uses[:_LOOKED_AT].tolist() if (why := doubt_of(snapshot, edge).get("why"))}
    )
    told = "; ".join(shown(why, longest=300) for why in said[:_TOLD]) + ("; ..." if len(said) > _TOLD else "")
    sentence = f"{plural(count, 'use')} of one of several things, which is not known{told and ': '}{told}"
    return Limit(Warned("W-MODEL-AMBIGUOUS", sentence, count), f"{counted(count, 'use')} ambiguous", told)


def _unread(snapshot: Snapshot) -> Iterator[Limit]:
    """Tell of what could not be read, and of what was read and may hide a model."""
    skipped, partial = skipped_by_code(snapshot), incomplete_documents(snapshot)
    lost = f"{counted(partial, 'document')} incomplete" if partial else ""
    for code, count in skipped.items():
        if code.startswith("E-"):
            sentence = f"{plural(count, 'part')} of documents that could not be read"
            yield Limit(Warned(code, sentence, count), lost)
            lost = ""
    if lost:
        sentence = f"{plural(partial, 'document')} that could not be read to the end"
        yield Limit(Warned("E-INCOMPLETE", sentence, partial), lost)
    for code, noun in HIDING.items():
        if count := skipped.get(code, 0):
            sentence = f"{plural(count, noun)} in documents: a model may hide behind"
            yield Limit(Warned(code, sentence, count), counted(count, noun))


def _of_services(snapshot: Snapshot, reached: Numbers | None) -> Iterator[Limit]:
    """Tell of services that are only named, and of those whose name several have."""
    if stubs := len(stub_services(snapshot)):
        sentence = f"{plural(stubs, 'service')} that others name and no document describes"
        yield Limit(Warned("W-STUB", sentence, stubs))
    doubtful: dict[str, list[str]] = snapshot.meta.get("doubtful", {})
    if reached is not None:
        doubtful = {
            key: others
            for key, others in doubtful.items()
            if len(np.unique(reached[_indices(snapshot, (key, *others))], axis=0)) > 1
        }
    if doubtful:
        pairs = [
            f"{shown(key)} may be {listed(others, most=_TOLD)}"
            for key, others in list(doubtful.items())[:_TOLD]
        ]
        more = "; ..." if len(doubtful) > _TOLD else ""
        told = f"{'; '.join(pairs)}{more}: [[same]] in graphkit.toml says which"
        sentence = f"{plural(len(doubtful), 'service')} whose name others have in several namespaces: {told}"
        reason = f"{counted(len(doubtful), 'service name')} ambiguous"
        yield Limit(Warned("W-SERVICE-AMBIGUOUS", sentence, len(doubtful)), reason, told)


def ambiguous(snapshot: Snapshot) -> dict[tuple[str, str, str], list[int]]:
    """Give the names that mean one of several things, with context and why -> the edges that use them."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for edge in np.flatnonzero(snapshot.e_flags & POSSIBLE).tolist():
        doubt = doubt_of(snapshot, edge)
        if doubt.get("raw"):
            found.setdefault((doubt["raw"], doubt["context"], doubt["why"]), []).append(edge)
    return found


def _indices(snapshot: Snapshot, keys: Iterable[str]) -> list[int]:
    return [node for node in map(snapshot.index, keys) if node is not None]


def doubt_of(snapshot: Snapshot, edge: int) -> dict[str, str]:
    """Say why an edge is only possible: `raw` name, its `context` and `why`; empty where nothing says so."""
    return dict(snapshot.edge_props(edge).get("doubt", {}))


def skipped_by_code(snapshot: Snapshot) -> dict[str, int]:
    """Count what importers skipped, by code, sorted."""
    return dict(sorted(Counter(row[1] for row in snapshot.meta.get("skipped", ())).items()))


def incomplete_documents(snapshot: Snapshot) -> int:
    """Count the scopes that were not read to the end, or of which a part is lost."""
    lost = {row[0] for row in snapshot.meta.get("skipped", ()) if row[1].startswith("E-")}
    lost |= {number for number, scope in enumerate(snapshot.meta["scopes"]) if not scope["complete"]}
    return len(lost)


def stub_services(snapshot: Snapshot) -> Ints:
    """Give the services that are named and described nowhere, ascending."""
    services = snapshot.of_kind("service")
    found: Ints = services[(snapshot.n_flags[services] & STUB) != 0]
    return found


def names_in_use(snapshot: Snapshot) -> Names:
    """Count the names of models that something requires, and those of them that could not be identified."""
    used = np.zeros(snapshot.nodes, np.bool_)
    used[snapshot.e_target[of_kinds(snapshot, ("REQUIRES",))]] = True
    used &= np.isin(snapshot.n_kind, [NODE_CODES["offering"], NODE_CODES["model"]])
    unknown = (snapshot.n_flags & UNRESOLVED) != 0
    resolved = int(np.count_nonzero(used & ~unknown))
    return Names(resolved, resolved + int(np.count_nonzero(unknown)) + len(ambiguous(snapshot)))


def names_told(snapshot: Snapshot) -> str:
    """Say how many of the names in use are identified: "40 of 41 names resolved"."""
    names = names_in_use(snapshot)
    return f"{names.resolved:,} of {names.total:,} {plural(names.total, 'name')} resolved"


def basis(snapshots: Snapshots) -> str:
    """Say in a line what an answer rests on: documents, names, catalogue, day, revision."""
    snapshot, frame = snapshots.current, snapshots.frame
    parts = [
        counted(len(snapshot.meta["scopes"]), "document"),
        names_told(snapshot),
        f"catalogue {frame.catalogue}",
        f"on {frame.on}, rev {frame.revision[:6]}",
    ]
    return "; ".join(parts)


def looked_at(snapshot: Snapshot) -> str:
    """Say what was searched where nothing is found: a 0 never stands alone."""
    return f"Searched: {searched(snapshot)}; {names_told(snapshot)}."


def searched(snapshot: Snapshot, kinds: Mapping[str, str] | None = None) -> str:
    """Count what there is to be searched, kind by kind: "12 services, 3 routes"."""
    wanted = kinds or {kind: kind for kind in ("service", "route", "offering", "model", "package", "dataset")}
    counts = np.bincount(snapshot.n_kind, minlength=len(NODE_CODES))
    found = [
        counted(int(counts[NODE_CODES[kind]]), noun)
        for kind, noun in wanted.items()
        if counts[NODE_CODES[kind]]
    ]
    return ", ".join(found) or "nothing: the store is empty"
