"""Licenses as an answer: rows with their paths and duties, sentences, and the table that people read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphkit.catalogue.terms import Rulebook
from graphkit.model import id_of
from graphkit.querying.answer import Answer, Column, Warned
from graphkit.querying.basis import basis, limits, searched
from graphkit.querying.licensing import Licensing, in_use, users
from graphkit.querying.proof import Proof
from graphkit.querying.reasons import starts
from graphkit.querying.telling import called, sentence, stated
from graphkit.querying.words import counted, listed, plural, ranked, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.licensing import Standing, Used
    from graphkit.querying.references import Reference
    from graphkit.snapshot import Snapshot

_LONGEST_PATH = 4
_NAMED = 3
_TWICE = " is licensed under license "


@dataclass(frozen=True, slots=True)
class Licensed:
    """The models in use that were asked for, and how each is licensed; *among* is who uses them, if given.

    *standings* are in the order of rows: conflicts first, then the strictest class, then by key.
    """

    snapshot: Snapshot
    among: Reference | None
    used: Used
    licensing: Licensing
    standings: tuple[Standing, ...]

    @property
    def conflicts(self) -> int:
        """The number of artefacts whose declared license contradicts what binds them."""
        return sum(standing.conflict for standing in self.standings)


def examine(snapshots: Snapshots, among: Reference | None = None) -> Licensed:
    """Find the models in use, by *among* alone where given, and how each is licensed."""
    snapshot = snapshots.current
    used = in_use(snapshot, None if among is None else starts(among))
    licensing = Licensing(snapshot)
    standings = sorted(
        (licensing.standing(model) for model in used.models.tolist()),
        key=lambda found: (not found.conflict, -licensing.strictness(found), found.node),
    )
    return Licensed(snapshot, among, used, licensing, tuple(standings))


def tell(found: Licensed, snapshots: Snapshots, *, conflicts: bool) -> Answer:
    """Put what was found into rows, words and numbers; rows of *conflicts* only, where asked."""
    book = Rulebook()
    proof = Proof(found.snapshot)
    chosen = [standing for standing in found.standings if standing.conflict or not conflicts]
    rows = _rows(found, chosen, (proof, book))
    bounds = limits(snapshots, names=found.used.unknown, uses=found.used.uses)
    said = _headline(found)
    summary = _summary(found, rows, book)
    return Answer(
        query="licenses",
        params={"conflicts": conflicts, "for": found.among.key if found.among else None},
        frame=snapshots.frame,
        rows=rows,
        because=proof,
        summary=summary,
        warnings=(*_warned(found.conflicts), *bounds.warnings),
        complete=bounds.complete,
        headline=bounds.after(said),
        notes=(*_notes(summary), *bounds.notes, ("Basis", basis(snapshots)), ("Next", _next(rows))),
        columns=_columns(found.snapshot),
        under=lambda row: _path(row, proof),
    )


def _rows(found: Licensed, chosen: list[Standing], means: tuple[Proof, Rulebook]) -> list[dict[str, Any]]:
    snapshot, (proof, book) = found.snapshot, means
    prove = found.licensing.prover(proof)
    of_services = dict(zip((s.node for s in chosen), users(snapshot, [s.node for s in chosen]), strict=True))
    return [
        {
            "key": snapshot.n_key[standing.node],
            "kind": "model",
            "name": snapshot.n_name[standing.node],
            "declared": snapshot.n_key.take(standing.declared),
            "effective": snapshot.n_key.take(standing.effective),
            "class": standing.cls,
            "conflict": standing.conflict,
            "path": prove(standing),
            "duties": _duties(standing.effective, snapshot, book),
            "services": of_services[standing.node],
        }
        for standing in chosen
    ]


def _duties(licenses: Iterable[int], snapshot: Snapshot, book: Rulebook) -> list[dict[str, str]]:
    """List the duties under each of *licenses*: what to do, the clause that says so, and where to read it."""
    return [
        {
            "duty": f"{duty.kind.replace('_', ' ')}: {duty.text}",
            "clause": f"{snapshot.n_name[node]}{', ' if duty.clause else ''}{duty.clause}",
            "link": duty.link,
        }
        for node in licenses
        for duty in book.duties(id_of(snapshot.n_key[node]))
    ]


def _summary(found: Licensed, rows: list[dict[str, Any]], book: Rulebook) -> dict[str, Any]:
    """Count all artefacts that were looked at; duties and licenses without known terms, those of the rows."""
    keys = {key for row in rows for key in row["effective"]}
    duties = Counter(duty["duty"].partition(":")[0] for row in rows for duty in row["duties"])
    return {
        "artefacts": {
            "total": len(found.standings),
            "conflict": found.conflicts,
            "declared": sum(bool(standing.declared) for standing in found.standings),
        },
        "by_class": dict(sorted(Counter(standing.cls for standing in found.standings).items())),
        "duties": dict(sorted(duties.items())),
        "terms_unknown": sorted(key for key in keys if book.terms(id_of(key)) is None),
    }


def _headline(found: Licensed) -> str:
    """Say how many artefacts are in conflict; where none is, how many were looked at."""
    total, count = len(found.standings), found.conflicts
    who = shown(found.among.name or found.among.key) if found.among else ""
    if not total:
        by = f" by {who}" if who else ""
        return f"No model is known to be in use{by}. Searched: {searched(found.snapshot)}."
    artefacts = f"{counted(total, 'artefact')}{f' that {who} leads to' if who else ''}"
    carry = "carries" if count == 1 else "carry"
    if count:
        said = "a license that contradicts what binds them: needs legal review"
        return f"{count:,} of {artefacts} {carry} {said}."
    declared = sum(bool(standing.declared) for standing in found.standings)
    return (
        f"None of {artefacts} carries a license that contradicts what binds it; "
        f"for {declared:,} of them a license is declared."
    )


def _warned(conflicts: int) -> tuple[Warned, ...]:
    if not conflicts:
        return ()
    said = f"{plural(conflicts, 'artefact')} whose declared license contradicts what binds: legal review"
    return (Warned("W-LICENSE-CONFLICT", said, conflicts),)


def _notes(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    notes = [("Classes", ranked(summary["by_class"])), ("Duties", ranked(summary["duties"], most=20))]
    if unknown := summary["terms_unknown"]:
        names = listed([id_of(key) for key in unknown])
        notes.append(("Unknown", f"terms of {counted(len(unknown), 'license')}: {names}"))
    notes.append(("Review", "needs legal review, this is not advice; clauses and links: -f json"))
    return notes


def _next(rows: list[dict[str, Any]]) -> str:
    first = next((service for row in rows for service in row["services"]), "")
    asked = f"graphkit licenses --for {shown(first)} | " if first else ""
    return f"{asked}graphkit unresolved | graphkit coverage"


def _columns(snapshot: Snapshot) -> tuple[Column, ...]:
    return (
        Column("ARTEFACT", lambda row: shown(row["name"])),
        Column("DECLARED", lambda row: _ids(row["declared"], none="-")),
        Column("EFFECTIVE", lambda row: _ids(row["effective"], none="unknown")),
        Column("CLASS", lambda row: row["class"]),
        Column("CONFLICT", lambda row: "yes" if row["conflict"] else "no"),
        Column(
            "SERVICES", lambda row: listed([called(key, snapshot) for key in row["services"]], most=_NAMED)
        ),
    )


def _ids(keys: list[str], *, none: str) -> str:
    return listed([id_of(key) for key in keys], most=_NAMED) if keys else none


def _path(row: Row, proof: Proof) -> str:
    """Give the path in words, with the place of its first edge; long ones are shortened in their middle."""
    names = row["path"]
    if not names:
        return ""
    said = [
        sentence(proof.edge(name), proof.snapshot).replace(_TWICE, " is licensed under ", 1) for name in names
    ]
    if len(said) > _LONGEST_PATH:
        said[2:-1] = [f"({len(said) - 3} more)"]
    place = stated({"witness": names}, proof)
    return f"{'; '.join(said)}{f' ({place})' if place else ''}"
