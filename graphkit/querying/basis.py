"""What an answer rests on: what limits it, what was searched, and how old it is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphkit.querying.answer import Warned
from graphkit.querying.reach import of_kinds
from graphkit.querying.words import counted, plural
from graphkit.snapshot import NODE_CODES, STUB, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.querying.answer import Snapshots
    from graphkit.snapshot import Ints, Snapshot


class Limits(NamedTuple):
    """What limits an answer: warnings for programs, reasons for people; complete where nothing is missing."""

    warnings: tuple[Warned, ...]
    reasons: tuple[str, ...]
    complete: bool

    @property
    def sentence(self) -> str:
        """Say why the answer is not complete; empty where it is."""
        return f"INCOMPLETE: {', '.join(self.reasons)}." if self.reasons else ""


class Names(NamedTuple):
    """How many names of models are in use, and how many of them are identified."""

    resolved: int
    total: int


def limits(snapshot: Snapshot, *, names: int) -> Limits:
    """Say what limits an answer in which *names* unresolved names may count."""
    skipped = skipped_by_code(snapshot)
    partial = incomplete_documents(snapshot)
    warnings = []
    if names:
        sentence = f"{plural(names, 'name')} of models that nobody could identify: they may be meant too"
        warnings.append(Warned("W-MODEL-UNRESOLVED", sentence, names))
    warnings += [
        Warned(code, f"{plural(count, 'part')} of documents that could not be read", count)
        for code, count in skipped.items()
        if code.startswith("E-")
    ]
    if partial and not any(code.startswith("E-") for code in skipped):
        warnings.append(
            Warned(
                "E-INCOMPLETE", f"{plural(partial, 'document')} that could not be read to the end", partial
            )
        )
    if stubs := len(stub_services(snapshot)):
        sentence = f"{plural(stubs, 'service')} that others name and no document describes"
        warnings.append(Warned("W-STUB", sentence, stubs))
    reasons = [f"{counted(names, 'name')} unresolved"] if names else []
    reasons += [f"{counted(partial, 'document')} incomplete"] if partial else []
    return Limits(tuple(warnings), tuple(reasons), not reasons)


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
    """Count the offerings and models that something requires or that could not be identified."""
    used = np.zeros(snapshot.nodes, np.bool_)
    used[snapshot.e_target[of_kinds(snapshot, ("REQUIRES",))]] = True
    used &= np.isin(snapshot.n_kind, [NODE_CODES["offering"], NODE_CODES["model"]])
    unknown = (snapshot.n_flags & UNRESOLVED) != 0
    total = int(np.count_nonzero(used | unknown))
    return Names(total - int(np.count_nonzero(unknown)), total)


def basis(snapshots: Snapshots) -> str:
    """Say in a line what an answer rests on: documents, names, catalogue, day, revision."""
    snapshot, frame = snapshots.current, snapshots.frame
    names = names_in_use(snapshot)
    parts = [
        counted(len(snapshot.meta["scopes"]), "document"),
        f"{names.resolved:,} of {names.total:,} {plural(names.total, 'name')} resolved",
        f"catalogue {frame.catalogue}",
        f"on {frame.on}, rev {frame.revision[:6]}",
    ]
    return "; ".join(parts)


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
