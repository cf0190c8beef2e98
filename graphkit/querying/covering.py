"""Coverage: what was read, what of it is known, and where the gaps are."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from graphkit.querying.basis import basis, incomplete_documents, names_in_use, skipped_by_code, stub_services
from graphkit.querying.words import counted, listed, plural, ranked, shown

if TYPE_CHECKING:
    from graphkit.querying.answer import Snapshots
    from graphkit.snapshot import Snapshot

_TOLD: Final = 3


class Covered(NamedTuple):
    """A row for each document, and the counts over all of them."""

    rows: list[dict[str, Any]]
    summary: dict[str, Any]


def cover(snapshot: Snapshot) -> Covered:
    """Count what each document gave and what of the whole is known.

    A document's claims are the nodes and edges that rest on it: those of which its word is the best.
    """
    scopes = snapshot.meta["scopes"]
    counts = _claims(snapshot, len(scopes))
    skipped = Counter(row[0] for row in snapshot.meta.get("skipped", ()))
    rows = [
        {
            "importer": scope["importer"],
            "root": scope["root"],
            "path": scope["path"],
            "time": scope["time"] or None,
            "complete": scope["complete"],
            "claims": count,
            "skipped": skipped[number],
        }
        for number, (scope, count) in enumerate(zip(scopes, counts, strict=True))
    ]
    return Covered(rows, _summary(snapshot))


def coverage_sentence(found: Covered) -> str:
    """Say in a sentence how much is covered."""
    said = found.summary
    names, services = said["names"], said["services"]
    known = f"{names['resolved']:,} of {counted(names['total'], 'name')} of models are identified"
    documents = len(found.rows)
    said_of = f"{counted(documents, 'document')} {plural(documents, 'tells')} of"
    return f"{said_of} {counted(services['total'], 'service')}; {known}."


def coverage_notes(found: Covered, snapshots: Snapshots) -> tuple[tuple[str, str], ...]:
    """Tell the gaps: owners, criticality, stubs, skipped parts, conflicts, folds, age."""
    said, services = found.summary, found.summary["services"]
    times = sorted(row["time"] for row in found.rows if row["time"])
    unknown = len(found.rows) - len(times)
    age = f"{shown(times[0])} to {shown(times[-1])}; " if times else ""
    stubs = [key.partition(":")[2] for key in said["stubs"]]
    conflicts = [f"{shown(row['key'])} {row['property']}" for row in said["conflicts"]]
    folds = [f"{shown(row['key'])} = {', '.join(map(shown, row['folded'][:_TOLD]))}" for row in said["folds"]]
    return (
        ("Owners", f"{services['with_owner']:,} of {counted(services['total'], 'service')} have one"),
        (
            "Criticality",
            f"{services['with_criticality']:,} of {counted(services['total'], 'service')} have one",
        ),
        ("Stubs", f"{len(stubs):,}: {listed(stubs)}" if stubs else "none: every service named is described"),
        ("Skipped", ranked(said["skipped"])),
        ("Conflicts", f"{len(conflicts):,}: {listed(conflicts, most=_TOLD)}" if conflicts else "none"),
        ("Folds", f"{len(folds):,}: {listed(folds, most=_TOLD)}" if folds else "none"),
        ("Times", f"{age}{counted(unknown, 'document')} without a time of its own"),
        ("Basis", basis(snapshots)),
    )


def _claims(snapshot: Snapshot, scopes: int) -> list[int]:
    both = np.concatenate((snapshot.n_scope, snapshot.e_scope))
    counts: list[int] = np.bincount(both[both >= 0], minlength=scopes).tolist()
    return counts


def _summary(snapshot: Snapshot) -> dict[str, Any]:
    services = snapshot.of_kind("service")
    names = names_in_use(snapshot)
    return {
        "documents": {"total": len(snapshot.meta["scopes"]), "incomplete": incomplete_documents(snapshot)},
        "services": {
            "total": len(services),
            "with_owner": int(np.count_nonzero(snapshot.n_owner[services] >= 0)),
            "with_criticality": int(np.count_nonzero(snapshot.n_criticality[services] >= 0)),
        },
        "names": {
            "total": names.total,
            "resolved": names.resolved,
            "unresolved": names.total - names.resolved,
        },
        "stubs": snapshot.n_key.take(stub_services(snapshot)),
        "conflicts": [_conflict(row, snapshot) for row in snapshot.meta.get("conflicts", ())],
        "folds": [dict(sorted(row.items())) for row in snapshot.meta.get("folds", ())],
        "skipped": skipped_by_code(snapshot),
    }


def _conflict(row: dict[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """Name the documents of a conflict in place of their numbers; None for the catalogue.

    A view that was stored has its keys in order, one just built has not: the answer is the same for both.
    """
    scopes = snapshot.meta["scopes"]
    named = {
        name: scopes[row[name]]["path"] if row[name] >= 0 else None for name in ("kept_scope", "other_scope")
    }
    return dict(sorted({**row, **named}.items()))
