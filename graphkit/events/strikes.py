"""What an event strikes, from when, and in which classes: the seeds of its impact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from graphkit.events.logic import NO, UNKNOWN, YES, conditions, older_than, truth, version_in
from graphkit.events.model import DEFAULT_IMPACT
from graphkit.events.scope import (
    consumption,
    models_in,
    offerings_in,
    own_service,
    packages_in,
    unresolved_in,
)
from graphkit.model import id_of, kind_of
from graphkit.snapshot import EDGE_CODES

if TYPE_CHECKING:
    from graphkit.events.model import Event
    from graphkit.events.scope import Ground, Truths

Effect = Literal["legal_now", "upgrade_lost", "retirement"]

_AT_HOSTS: Final = ("retirement", "price_change")
"""Kinds of events that strike what a host serves, never the model itself."""

_ROAD: Final = ("line_end", "license_change", "terms_change", "artefact_removal", "gating")
"""Kinds of events that close the road ahead for what they do not cover."""


@dataclass(frozen=True, slots=True)
class Strike:
    """What an event does to *nodes* (node -> how true it is) from the day *start* on, until before *end*.

    *impact* maps classes to severities, *rule* says what derivatives inherit.
    """

    event: Event
    effect: Effect
    impact: Mapping[str, str]
    nodes: Truths
    start: dt.date
    end: dt.date | None = None

    @property
    def rule(self) -> str:
        """What the event says of derivatives."""
        return self.event.derivatives


def strikes(
    event: Event, ground: Ground, *, company: Mapping[str, Any], reversed_on: dt.date | None = None
) -> list[Strike]:
    """Give what *event* strikes in a graph; *company* is what graphkit.toml says of us.

    Strikes end where the event was reversed, or where its terms convert.
    """
    ends = [event.terms.conversion.on] if event.terms.conversion else []
    end = min([*ends, *([reversed_on] if reversed_on else [])], default=None)
    held = conditions(event.when, company)
    struck, covered = _struck(event, ground)
    effect: Effect = "retirement" if event.kind == "retirement" else "legal_now"
    now = {node: min(t, covered(node), held) for node, t in struck.items()}
    found = [Strike(event, effect, _impact(event, ground), _kept(now), event.day, end)]
    open_road = event.impact.get("upgrade") == "none"
    if event.kind in _ROAD and event.applies_by != "account_terms" and not open_road:
        road = {
            node: min(t, YES - covered(node), held, _behind(node, event, ground))
            for node, t in struck.items()
        }
        found += _road_closed(event, _kept(road), end)
    return [strike for strike in found if strike.nodes]


def reversals(events: Iterable[Event]) -> dict[str, dt.date]:
    """Give the day on which each event was reversed by another of *events*."""
    found: dict[str, dt.date] = {}
    for event in events:
        if event.reverses:
            found[event.reverses] = min(event.day, found.get(event.reverses, event.day))
    return found


def _struck(event: Event, ground: Ground) -> tuple[Truths, Any]:
    """Give what an event is about, and the function that tells how far it covers a node."""
    packages = packages_in(event, ground)
    if event.applies_by == "account_terms":
        found = _accounts(event, ground)
    elif event.kind in _AT_HOSTS or event.scope.hosts:
        found = _at_hosts(event, ground)
    else:
        found = models_in(event, ground)
    found |= dict.fromkeys(unresolved_in(event, ground).tolist(), UNKNOWN)
    wanted = event.when.get("consumption")
    if wanted:
        found = _consumed(found, str(wanted), ground)
    return found | packages, lambda node: _covered(node, event, ground, packaged=node in packages)


def _accounts(event: Event, ground: Ground) -> Truths:
    """Give what every account at the vendor gets: the vendor itself, or its offerings in the scope."""
    group = ground.vendor_group(event.vendor)
    scope = event.scope
    if not (scope.families or scope.models or scope.products or scope.hosts):
        nodes = [ground.snapshot.index(f"vendor:{name}") for name in sorted(group)]
        return {node: YES for node in nodes if node is not None}
    return _at_hosts(event, ground)


def _at_hosts(event: Event, ground: Ground) -> Truths:
    """Give offerings in the scope; for what the vendor does as a host, those that it hosts itself."""
    models = models_in(event, ground)
    if event.derivatives != "none":
        models = ground.derived(models)
    found = offerings_in(event, models, ground)
    if own_service(event) and not event.scope.hosts:
        group = {f"vendor:{name}" for name in ground.vendor_group(event.vendor)}
        keys = ground.snapshot.n_key
        found = {
            node: held
            for node, held in found.items()
            if any(keys[vendor] in group for vendor in ground.ends("HOSTED_BY").get(node, ()))
        }
    return found | _somewhere(models, ground)


def _somewhere(models: Truths, ground: Ground) -> Truths:
    """Give the closed models that something requires without saying where: it may be at such a host."""
    found: Truths = {}
    for model in models:
        known = ground.catalogue.artefact(id_of(ground.snapshot.n_key[model]))
        if (known and known.open_weights) or ground.ends("DERIVED_FROM").get(model):
            continue
        edges = ground.snapshot.in_edges(np.array([model], np.int64))
        if (ground.snapshot.e_kind[edges] == EDGE_CODES["REQUIRES"]).any():
            found[model] = UNKNOWN
    return found


def _consumed(found: Truths, wanted: str, ground: Ground) -> Truths:
    """Narrow what is struck to what is consumed as *wanted*; of a model that is used both ways, offerings."""
    narrowed: Truths = {}
    for node, held in found.items():
        narrowed[node] = max(narrowed.get(node, NO), min(held, consumption(node, ground, wanted=wanted)))
        for offering in ground.starts("SERVES").get(node, ()):
            own = min(held, consumption(offering, ground, wanted=wanted))
            narrowed[offering] = max(narrowed.get(offering, NO), own)
    return _kept(narrowed)


def _covered(node: int, event: Event, ground: Ground, *, packaged: bool) -> int:
    """Tell whether the change holds for what is in use at *node*, by what the event applies to."""
    by = event.applies_by
    if packaged and event.scope.versions:
        return version_in(_package_version(node, ground), event.scope.versions)
    if by == "release" and event.effective:
        released = ground.released(node)
        return truth(released >= event.effective.isoformat() if released else None)
    if by == "new_contracts" and event.effective:
        return _began_later(node, event.effective, ground)
    return YES


def _behind(node: int, event: Event, ground: Ground) -> int:
    """Tell whether a node lies before what an event covers; newer versions are past it."""
    if not event.scope.versions or kind_of(ground.snapshot.n_key[node]) != "package":
        return YES
    return older_than(_package_version(node, ground), event.scope.versions)


def _package_version(node: int, ground: Ground) -> str:
    version = id_of(ground.snapshot.n_key[node]).partition("?")[0].rpartition("@")
    return version[2] if version[1] else ""


def _began_later(node: int, day: dt.date, ground: Ground) -> int:
    """Tell whether use began on *day* or later: what a document said before that day is no new contract."""
    edges = ground.snapshot.in_edges(np.array([node], np.int64))
    stated = [int(since) for since in ground.snapshot.e_since[edges] if since]
    return NO if stated and min(stated) < day.toordinal() else UNKNOWN


def _road_closed(event: Event, nodes: Truths, end: dt.date | None) -> list[Strike]:
    """Give what happens to versions that keep their terms: worse from the end of their support on."""
    until = event.support_until
    if until is None or until <= event.day:
        return [Strike(event, "upgrade_lost", {"upgrade": "at_risk"}, nodes, event.day, end)]
    first = Strike(event, "upgrade_lost", {"upgrade": "degraded"}, nodes, event.day, end)
    return [first, Strike(event, "upgrade_lost", {"upgrade": "at_risk"}, nodes, until, end)]


def _impact(event: Event, ground: Ground) -> Mapping[str, str]:
    if event.impact:
        return {str(name): str(level) for name, level in event.impact.items()}
    found = dict(DEFAULT_IMPACT[event.kind])
    new = ground.catalogue.license(event.terms.new) if event.terms.new else None
    if event.kind == "license_change" and new and new.cls == "research-only":
        found["legal"] = "lost"
    return found


def _kept(nodes: Truths) -> Truths:
    return {node: held for node, held in sorted(nodes.items()) if held}
