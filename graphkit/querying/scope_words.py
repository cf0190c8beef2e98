"""Why something is in an event's scope, or is not: family, version, host, release, in a few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphkit.events.logic import NO, UNKNOWN, YES, conditions, version_in
from graphkit.events.scope import models_in
from graphkit.model import id_of, kind_of
from graphkit.querying.event_words import APPLIES
from graphkit.querying.words import listed, shown
from graphkit.snapshot import UNRESOLVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.events.model import Event
    from graphkit.events.scope import Ground
    from graphkit.events.strikes import Strike


def struck_because(node: int, strike: Strike, ground: Ground, company: Mapping[str, Any]) -> str:
    """Say why *node* is in the scope of a strike's event, and how far the event covers it."""
    event, said = strike.event, list(_about(node, strike.event, ground))
    if strike.effect == "retirement":
        said.append("its host ends it")
    elif strike.effect == "upgrade_lost":
        released = ground.released(node) if event.applies_by == "release" else ""
        before = f" (released {released})" if released else ""
        said.append(f"not covered{before}, so it keeps its terms and the road ahead is closed")
    else:
        said.append(f"covered: {APPLIES[event.applies_by]}")
    unmet = [
        name
        for name, value in event.when.items()
        if name != "consumption" and conditions({name: value}, company) == UNKNOWN
    ]
    if unmet:
        said.append(f"graphkit.toml does not say {listed(unmet)}")
    if strike.nodes[node] == UNKNOWN:
        said.append("not known for certain")
    return ", ".join(said)


def untouched_because(node: int, event: Event, ground: Ground) -> str:
    """Say why *node* is outside an event's scope."""
    key = ground.snapshot.n_key[node]
    if key in event.scope.exclude:
        return "excluded by the event"
    if event.kind == "retirement" and kind_of(key) == "model":
        return "a model, and the event ends what hosts serve"
    return ", ".join(_about(node, event, ground)) or "not what the event is about"


def _about(node: int, event: Event, ground: Ground) -> Iterator[str]:
    """Give what counts for the scope of what is known of a node."""
    snapshot = ground.snapshot
    key, scope = snapshot.n_key[node], event.scope
    if snapshot.n_flags[node] & UNRESOLVED:
        yield "a name that nobody could identify, and nothing known of it speaks against the event"
    elif kind_of(key) == "package":
        yield "one of the products" if scope.products else "a package, and the event is about models"
        if scope.products and scope.versions:
            yield f"versions {scope.versions}"
    elif kind_of(key) == "vendor":
        yield f"an account at {shown(snapshot.n_name[node])}"
    elif kind_of(key) == "offering":
        yield _hosted(node, event, ground)
        for model in ground.ends("SERVES").get(node, ())[:1]:
            yield from _model(model, event, ground)
    else:
        yield from _model(node, event, ground)


def _hosted(node: int, event: Event, ground: Ground) -> str:
    if not ground.hosted(node):
        return "run by ourselves, at no host"
    host, wanted = ground.host(node), event.scope.hosts
    if not wanted:
        return f"at {shown(host)}"
    known = {found.name for name in wanted if (found := ground.catalogue.host(name))}
    return f"at {shown(host)}{'' if host in known | set(wanted) else f', not at {listed(list(wanted))}'}"


def _model(node: int, event: Event, ground: Ground) -> Iterator[str]:
    """Tell a model's family or vendor and version, against those of the scope."""
    snapshot, scope = ground.snapshot, event.scope
    families = [id_of(snapshot.n_key[end]) for end in ground.ends("IN_FAMILY").get(node, ())]
    wanted = [family.id if (family := ground.catalogue.family(name)) else name for name in scope.families]
    name = shown(snapshot.n_name[node].rpartition("/")[2])
    if not wanted:
        vendors = [snapshot.n_name[end] for end in ground.ends("PUBLISHED_BY").get(node, ())]
        yield f"{name} of {listed(vendors) if vendors else 'an unknown publisher'}"
    elif set(families) & set(wanted):
        yield f"of family {listed(families)}"
    else:
        derived = node in ground.derived(models_in(event, ground))
        other = f"of family {listed(families)}" if families else "of none of its families itself"
        yield f"derived from {listed(wanted)}" if derived else f"{other}, not {listed(wanted)}"
    if scope.versions and (not wanted or set(families) & set(wanted)):
        version = ground.version.get(node, "")
        held = {YES: "in", UNKNOWN: "perhaps in", NO: "not in"}[version_in(version, scope.versions)]
        yield f"version {shown(version) or 'unknown'} {held} {scope.versions}"
