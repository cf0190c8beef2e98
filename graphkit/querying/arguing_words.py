"""An argument in words: the events, what is in their scope and why, the chain, the needs, the verdict."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from graphkit.catalogue.terms import Rulebook
from graphkit.impact.transfer import LEVEL
from graphkit.model import id_of, kind_of
from graphkit.querying.answer import Answer, Column
from graphkit.querying.basis import basis, searched
from graphkit.querying.event_words import facts, options, sources, titled
from graphkit.querying.scope_words import struck_because, untouched_because
from graphkit.querying.telling import called, sentence, severity_of, source
from graphkit.querying.words import counted, listed, plural, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphkit.querying.answer import Row, Snapshots
    from graphkit.querying.arguing import Argument

_STATUS: Final = {
    "unknown": "only possible: what is not known is read as yes",
    "dependent": "through another service",
    "fallback_holds": "a first choice is hit, another member of the need stands",
    "on_upgrade": "what runs keeps its terms, the road ahead is closed",
    "through_host": "the host ends it",
    "bound_now": "the change holds for what is in use",
}
_TOLD: Final = 8
_CITED: Final = 3
Section = tuple[str, list[str]]


def tell(found: Argument, snapshots: Snapshots, *, typed: Sequence[str]) -> Answer:
    """Put the argument into sentences; *typed* are the events' names as somebody gave them."""
    sections = list(_sections(found, snapshots, typed))
    origin = found.found.reference
    headline = found.limits.after(_headline(found))
    lines = list(headline)
    for label, said in sections:
        lines += ["", label, *(f"  {line}" for line in said)]
    notes = [*found.limits.notes, ("Basis", basis(snapshots))]
    lines += ["", *(f"{label}  {said}" for label, said in notes)]
    return Answer(
        query="why",
        params={
            "ref": found.about.key,
            "from": origin.key if origin else None,
            "events": [event.id for event in found.found.events],
        },
        frame=snapshots.frame,
        rows=found.rows,
        because=found.proof,
        summary={"chains": len(found.rows), "verdict": _summed(found.verdict)},
        warnings=found.limits.warnings,
        complete=found.limits.complete,
        headline=headline,
        notes=[(label, line) for label, said in sections for line in said] + notes,
        columns=_COLUMNS,
        text="\n".join(lines) + "\n",
    )


_COLUMNS: Final = (
    Column("SEVERITY", severity_of),
    Column("FROM", lambda row: row["name"]),
    Column("EDGES", lambda row: str(row["distance"])),
    Column("CHAIN", lambda row: row["chain"]),
)


def _summed(verdict: Row | None) -> dict[str, Any] | None:
    """Give what the verdict says, without where it stands in an answer."""
    return None if verdict is None else {name: part for name, part in verdict.items() if name != "witness"}


def _headline(found: Argument) -> str:
    name = called(found.about.key, found.found.snapshot)
    events = listed([event.id for event in found.found.events])
    row = found.verdict
    if row is None:
        return f"{name} is not hit by {events}."
    if row["key"] == found.about.key:
        return (
            f"{name} {'is' if row['certainty'] == 'certain' else 'may be'} {row['severity']} under {events}."
        )
    hit = f"{counted(len(found.hit), 'member')} of {name} {plural(len(found.hit), 'is')} hit by {events}"
    return f"{hit}; the worst is {_member(row, found)}."


def _member(row: Row, found: Argument) -> str:
    maybe = "" if row["certainty"] == "certain" else "perhaps "
    return f"{called(row['key'], found.found.snapshot)} {maybe}{row['severity']}"


def _sections(found: Argument, snapshots: Snapshots, typed: Sequence[str]) -> Iterator[Section]:
    for event in found.found.events:
        said = [titled(event, snapshots.frame.on)]
        said += [f"{label}: {text}" for label, text in facts(event)]
        yield f"The event {event.id}", [*said, *sources(event)]
    if found.verdict is None:
        yield "Why not", list(_why_not(found))
    if found.rows:
        yield "In its scope", list(_scope(found, snapshots))
        yield "The chain", [*_chain(found.rows[0], found), *_others(found, typed)]
        if needs := list(_needs(found.rows[0], found)):
            yield "What its needs leave", needs
    if found.verdict is not None:
        yield "The verdict", list(_verdict(found))


def _scope(found: Argument, snapshots: Snapshots) -> Iterator[str]:
    """Say of what the first chain ends at what strikes it, how, and why it is in the scope."""
    seed, ground = found.seeds[0], found.found.ground
    snapshot = found.found.snapshot
    for strike in found.found.judgement.strikes:
        if seed in strike.nodes:
            impact = listed([f"{name} {level}" for name, level in strike.impact.items()])
            until = f" until {strike.end}" if strike.end else ""
            why = struck_because(seed, strike, ground, snapshots.config.company)
            yield f"{called(snapshot.n_key[seed], snapshot)}: {why}: {impact} from {strike.start}{until}"
            yield from _clauses(seed, found) if "legal" in strike.impact else ()


def _clauses(node: int, found: Argument) -> Iterator[str]:
    """Cite what the licenses before and after say; a verdict on law is not ours."""
    ground, snapshot = found.found.ground, found.found.snapshot
    names = {id_of(snapshot.n_key[end]) for end in ground.ends("LICENSED_UNDER").get(node, ())}
    names |= {name for event in found.found.events for name in (event.terms.old, event.terms.new) if name}
    rules = Rulebook()
    for name in sorted(names):
        cited = [f"{duty.clause or duty.kind} ({duty.link})" for duty in rules.duties(name) if duty.link]
        told = listed(cited, most=_CITED) if cited else "no clause known"
        yield f"needs legal review: {shown(name)}: {told}"


def _chain(row: Row, found: Argument) -> Iterator[str]:
    edges = [found.proof.edge(name) for name in row["witness"]]
    for edge in edges:
        yield f"{sentence(edge, found.found.snapshot)} ({source(edge)})"
    if not edges:
        yield f"{called(row['key'], found.found.snapshot)} itself"


def _others(found: Argument, typed: Sequence[str]) -> Iterator[str]:
    """Count the chains that are not told, and say how to see those to one end."""
    if len(found.rows) > 1:
        ends = list(dict.fromkeys(row["key"] for row in found.rows[1:]))
        command = f"graphkit why {shlex.quote(shown(found.about.key))} {options(typed)} -f json"
        yield f"and {counted(len(found.rows) - 1, 'more chain')} to {listed(ends, most=3)}: {command}"


def _needs(row: Row, found: Argument) -> Iterator[str]:
    """Tell the needs of the services on the chain: what is taken, what else there is, and why not."""
    snapshot, standing = found.found.snapshot, found.found.standing
    edges = [found.proof.edge(name) for name in row["witness"]]
    for owner in dict.fromkeys(edge["source"] for edge in edges if kind_of(edge["source"]) == "service"):
        node = snapshot.index(owner)
        for need in standing.needs(node) if node is not None else ():
            members = []
            for number, one in enumerate(standing.members(need)):
                sure = found.found.judgement.certain.severity[one.target] >= LEVEL["at_risk"]
                state = "stands" if one.survives else "is hit" if sure else "may be hit"
                against = [why for why in one.why_not if why != "hit by the event"] if number else []
                members.append(
                    f"{called(snapshot.n_key[one.target], snapshot)} {state}"
                    f"{f' ({listed(against)})' if against else ''}"
                )
            name = f", {shown(need.name)}" if need.name else ""
            yield f"{called(owner, snapshot)}{name}: {need.k} of {len(members)}: {', then '.join(members)}"


def _verdict(found: Argument) -> Iterator[str]:
    row = found.verdict
    assert row is not None  # noqa: S101 - asked only where there is one
    impact = listed([f"{name} {level}" for name, level in row["impact"].items()])
    maybe = "possible, at worst " if row["certainty"] == "possible" else ""
    yield f"{maybe}{row['severity']}: {impact}"
    yield f"{row['status'].replace('_', ' ')}: {_STATUS[row['status']]}"
    days = row["notice_days"]
    ago = f"{counted(-days, 'day')} ago" if days < 0 else f"in {counted(days, 'day')}"
    yield f"from {row['first_date']} on, {ago}"
    if row["fallbacks"]:
        yield f"fallbacks: {listed([f'{count} {name}' for name, count in row['fallbacks'].items()])}"
    others = found.hit[1:]
    if others:
        yield f"also {listed([_member(one, found) for one in others])}"


def _why_not(found: Argument) -> Iterator[str]:
    """Say what was searched; what is struck and lets nothing through, or what it uses that is outside."""
    snapshot = found.found.snapshot
    about = called(found.about.key, snapshot)
    if found.rows:
        ends = list(dict.fromkeys(called(row["key"], snapshot) for row in found.rows))
        yield f"{about} leads to {listed(ends)}, which is struck, but nothing of that arrives"
    else:
        yield f"{about} leads to nothing that is struck"
        yield from _untouched(found)
    struck = len({node for strike in found.found.judgement.strikes for node in strike.nodes})
    reached = int(np.count_nonzero(found.cone.reached))
    yield (
        f"searched: {counted(reached, 'node')} that it leads to, of {searched(snapshot)};"
        f" {counted(struck, 'node')} struck"
    )


def _untouched(found: Argument) -> Iterator[str]:
    """Say why each model, offering and package that it leads to is outside; the first few only."""
    nodes = sorted(node for kind in ("model", "package", "offering") for node in found.cone.nodes(kind))
    for node in nodes[:_TOLD]:
        reasons = [untouched_because(node, event, found.found.ground) for event in found.found.events]
        name = called(found.found.snapshot.n_key[node], found.found.snapshot)
        yield f"{name}: {listed(list(dict.fromkeys(reasons)))}"
    if len(nodes) > _TOLD:
        yield f"and {counted(len(nodes) - _TOLD, 'more thing')} outside"
