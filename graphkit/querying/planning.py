"""A plan laid over what queries look at: what its names mean in the graph, and how answers tell of it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from graphkit.build import build
from graphkit.errors import UnknownReference
from graphkit.events.reading import BadFile
from graphkit.impact.overlay import Rule, lay_over
from graphkit.impact.plan import read_plan
from graphkit.model import NODE_KINDS, Evidence, Reading, Scope, edge, id_of, key, kind_of, mention
from graphkit.querying.answer import Notes, Planned
from graphkit.querying.reach import of_kinds
from graphkit.querying.references import Reference, resolve
from graphkit.querying.words import shown
from graphkit.snapshot import EDGE_CODES, NODE_CODES, POSSIBLE, UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphkit.impact.plan import PlanFile
    from graphkit.querying.answer import Answer, Snapshots
    from graphkit.snapshot import Snapshot

_RANKS: Final = ("vendor", "family", "model", "offering")
"""What a replacement may name, the most specific last."""

_SERVED: Final = ("offering", "model")
_MOST: Final = 100
"""As many problems are told at once."""

Path = tuple[int | str, ...]


def with_plan(snapshots: Snapshots, data: bytes, name: str, *, strict: bool = True) -> Snapshots:
    """Give *snapshots* as they would be with the plan in *data*; problems begin with *name*, its file.

    Raises BadFile with every problem at once: what no plan file may say, and, where *strict*, names that mean
    nothing here and replacements that contradict each other; else these are left out.
    """
    file = read_plan(data, name)
    names = _Names(file, snapshots, strict=strict)
    rules = names.rules()
    overlaid = lay_over(snapshots.current, rules, small=names.small, file=file)
    idle = [rule for rule in rules if rule.number not in overlaid.used]
    said = tuple(
        file.lines.place(
            ("replace", rule.number), f"no requirement of {shown(rule.source)} is left to replace"
        )
        for rule in sorted(idle, key=lambda rule: rule.line)
    )
    return replace(snapshots, current=overlaid.snapshot, plan=Planned(file.plan.id, name, said))


def told(answer: Answer, snapshots: Snapshots) -> Answer:
    """Say in an answer with which plan it holds, and what of that plan changes nothing."""
    plan = snapshots.plan
    if plan is None:
        return answer
    lines = (f"As it would be, with plan {plan.id}.", *plan.idle)
    text = answer.text
    if text is not None and text.startswith(answer.headline[:1]):  # what programs read begins otherwise
        text = "\n".join((*lines, "", text))
    return replace(
        answer,
        params={**answer.params, "plan": plan.id},
        headline=(*lines, *answer.headline),
        notes=Notes(lambda: [(label, _again(text, plan, label)) for label, text in answer.notes]),
        text=text,
    )


def _again(text: str, plan: Planned, label: str) -> str:
    """Let the commands that a note offers be asked with the same plan."""
    option = f" --plan {shlex.quote(shown(plan.file))}"
    return " | ".join(f"{part}{option}" for part in text.split(" | ")) if label == "Next" else text


class _Names:
    """The names of one plan while problems are collected; *small* is a graph of those of models alone."""

    def __init__(self, file: PlanFile, snapshots: Snapshots, *, strict: bool) -> None:
        self._file = file
        self._strict = strict
        self._snapshots = snapshots
        self._snapshot = snapshots.current
        self._problems: list[str] = []
        self._covers: dict[str, Mapping[int, int]] = {}
        plan = file.plan
        named = {one.to for one in plan.replace} | {one.from_ for one in plan.replace}
        named |= {price.offering for price in plan.prices} | {test.with_ for test in plan.tested}
        self._numbers = {name: number for number, name in enumerate(sorted(named))}
        self.small = self._graph()

    def rules(self) -> list[Rule]:
        """Give the replacements; where this is strict, raises BadFile with all problems."""
        plan = self._file.plan
        rules = [rule for number in range(len(plan.replace)) if (rule := self._rule(number))]
        for number, price in enumerate(plan.prices):
            self._target(price.offering, ("prices", number, "offering"))
        for number, test in enumerate(plan.tested):
            self._service(test.service, ("tested", number, "service"))
            self._target(test.with_, ("tested", number, "with"))
        for name in plan.effort:
            self._service(name, ("effort", name))
        self._contradictions(rules)
        if self._problems:
            raise BadFile(self._problems)
        return rules

    def _graph(self) -> Snapshot:
        """Build a graph in which a service, numbered from `service:0`, requires each name of a model."""
        ends = {number: mention(_bare(name)) for name, number in self._numbers.items()}
        claims = tuple(edge(f"service:{n}", "REQUIRES", end, Evidence()) for n, end in ends.items())
        reading = Reading(Scope("plan", "", self._file.name), self._file.digest, claims)
        return build([reading], catalogue=self._snapshots.catalogue(), config=self._snapshots.config)

    def _rule(self, number: int) -> Rule | None:
        one, place = self._file.plan.replace[number], ("replace", number)
        target = self._target(one.to, (*place, "to"))
        source = self._source(one.from_, (*place, "from"))
        services = [self._service(name, (*place, "only", n)) for n, name in enumerate(one.only or ())]
        if source is None or not target:
            return None
        only = None if one.only is None else frozenset(node for node in services if node is not None)
        rank = _RANKS.index(source.kind)
        line = self._file.lines.of(place)
        if source.key not in self._covers:
            self._covers[source.key] = _covered(source, self._snapshot)
        return Rule(number, line, source.key, self._covers[source.key], rank, target, only)

    def _source(self, name: str, path: Path) -> Reference | None:
        """Find what is replaced; None, after saying so, where that is nothing known."""
        try:
            found = resolve(name, self._snapshots)
        except UnknownReference as error:
            meant = self._meant(name)
            if meant:
                return Reference(meant, name, None, np.zeros(0, np.int64))
            self._problem(path, str(error))
            return None
        if found.kind in _RANKS:
            return found
        self._problem(path, f"{shown(found.key)}: only {', '.join(_RANKS)} can be replaced")
        return None

    def _target(self, name: str, path: Path) -> str:
        """Give the key of an offering or a model; empty, after saying so, where nobody knows the name.

        What documents say of a model of ours is known to the graph alone, so it is asked first.
        """
        snapshot = self._snapshot
        for found in (name, key("offering", name), key("model", name.lower())):
            node = snapshot.index(found) if kind_of(found) in _SERVED else None
            if node is None or snapshot.n_flags[node] & UNRESOLVED:
                continue
            if kind_of(found) == "offering" or snapshot.n_scope[node] >= 0:
                return found
        meant = self._meant(name)
        if not meant:
            told = (
                f"nobody knows which model {shown(name)!r} is; a row in [models] of graphkit.toml can say so"
            )
            self._problem(path, told)
        return meant

    def _meant(self, name: str) -> str:
        """Give the key that the name of a model has in the small graph; empty where nobody knows it."""
        small = self.small
        node = small.index(f"service:{self._numbers[name]}")
        own = small.out_edges(node) if node is not None else ()
        ends = [number for number in own if small.e_kind[number] == EDGE_CODES["REQUIRES"]]
        if len(ends) != 1 or small.e_flags[ends[0]] & POSSIBLE:
            return ""
        target = int(small.e_target[ends[0]])
        wanted = kind_of(name) if _bare(name) != name else ""
        serves = [
            int(small.e_target[e]) for e in small.out_edges(target) if small.e_kind[e] == EDGE_CODES["SERVES"]
        ]
        found = [str(small.n_key[one]) for one in (target, *serves) if not small.n_flags[one] & UNRESOLVED]
        fitting = [one for one in found if kind_of(one) in ((wanted,) if wanted else _SERVED)]
        return fitting[0] if fitting else ""

    def _service(self, name: str, path: Path) -> int | None:
        """Find a service by its key, its id or its name; None, after saying so, where there is none."""
        for text in (key("service", name.removeprefix("service:")), name):
            try:
                found = resolve(text, self._snapshots)
            except UnknownReference as error:
                problem = str(error)
                continue
            if found.kind == "service":
                return found.node
            problem = f"{shown(found.key)} is no service"
        self._problem(path, problem)
        return None

    def _contradictions(self, rules: Sequence[Rule]) -> None:
        """Tell of replacements of the same thing, for the same services, by different things."""
        known: dict[tuple[str, int | None], Rule] = {}
        for rule in rules:
            holds_for = (None,) if rule.only is None else sorted(rule.only)
            others = [known.setdefault((rule.source, one), rule) for one in holds_for]
            first = next((other for other in others if other.target != rule.target), None)
            if first:
                said = f"{shown(rule.source)} is replaced by something else in line {first.line}"
                self._problem(("replace", rule.number), said)

    def _problem(self, path: Path, said: str) -> None:
        if not self._strict:
            return
        self._problems.append(self._file.lines.place(path, said))
        if len(self._problems) == _MOST:  # looking for what each may mean takes its time
            raise BadFile([*self._problems, f"{self._file.name}: and maybe more"])


def _bare(name: str) -> str:
    """Give the id of a key of a model or an offering; all else as it is."""
    return id_of(name) if kind_of(name) in _SERVED and kind_of(name) in NODE_KINDS and ":" in name else name


def _covered(source: Reference, snapshot: Snapshot) -> dict[int, int]:
    """Give what *source* means: models, all that derives from them, and what serves these.

    Each has the number of derivations between it and what the plan names.
    """
    kinds = snapshot.n_kind[source.seeds]
    models = source.seeds[kinds == NODE_CODES["model"]]
    depth = snapshot.depths(models, edges=of_kinds(snapshot, ("DERIVED_FROM",)))
    found = {int(node): int(depth[node]) for node in np.flatnonzero(depth >= 0)}
    serving = of_kinds(snapshot, ("SERVES",)) & (depth[snapshot.e_target] >= 0)
    for number in np.flatnonzero(serving).tolist():
        offering, far = int(snapshot.e_source[number]), int(depth[snapshot.e_target[number]])
        found[offering] = min(far, found.get(offering, far))
    return found | {int(node): 0 for node in source.seeds[kinds == NODE_CODES["offering"]]}
