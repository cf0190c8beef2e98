"""LiteLLM proxy configurations: what every alias leads to, and what it falls back to.

Format: https://docs.litellm.ai/docs/proxy/configs
Not read: keys and credentials, general settings, guardrails, caches, callbacks, rate limits and prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from graphkit.errors import DocumentError
from graphkit.importers._litellm_config import Config, Spot, load
from graphkit.importers._litellm_deployments import CONTEXT, Deployment, behind, deployment, number
from graphkit.importing import Context, Document, Importer, Part
from graphkit.model import Claim, Evidence, Skipped, edge, mention, node, qualified

_SECTION: Final = re.compile(
    r"""^(["']?)(model_list|litellm_settings|router_settings|general_settings)\1[ \t]*:""", re.MULTILINE
)
_ENTRY: Final = re.compile(r"""["']?\b(?:litellm_params|model_name)["']?[ \t]*:""")
_JSON_SETTINGS: Final = re.compile(r'"litellm_settings"\s*:\s*\{')
_JSON_LATER: Final = re.compile(r'"model_list"\s*:\s*\[\s*\{[^{}]*(?:"litellm_params"|"model_name")\s*:')
_HINTS: Final = ("context_window_fallbacks", "content_policy_fallbacks")
_SHOWN: Final = 80
_FALLBACKS: Final = 5  # `max_fallbacks` where it is not set; the Router's own default
_MOST: Final = 100  # whatever max_fallbacks says: a chain is walked by recursion


class _Member(NamedTuple):
    """One offering of a route's need."""

    target: str
    order: int
    at: Evidence
    region: object = None
    weight: float | None = None


class _Gateway:
    """The deployments of one configuration by alias, and the settings that decide between them."""

    def __init__(self, config: Config, path: str, notes: list[Skipped]) -> None:
        self.path = path
        self.config = config
        self.by_alias: dict[str, list[Deployment]] = {}
        for spot in config.entries:
            found = deployment(spot, config, notes)
            if found:
                self.by_alias.setdefault(found.alias, []).append(found)
        self.fallbacks = _setting(config, "fallbacks", notes)
        self.default = _lists(_either(config, "default_fallbacks", notes))
        self.aliases = dict(_pairs(config.section("router_settings").get("model_group_alias")))
        self.hints = {name: _setting(config, name, notes) for name in _HINTS}
        most = number(_either(config, "max_fallbacks", notes).part.text)
        self.deepest = _FALLBACKS if most is None else min(most, _MOST)

    def route(self, alias: str) -> str:
        """Give the end of an alias."""
        return qualified("route", alias, self.path)

    def behind(self, name: str) -> list[Deployment]:
        """Give the deployments that a call of *name* reaches, through `model_group_alias` too."""
        return behind(self.meant(name), self.by_alias)

    def meant(self, name: str) -> str:
        """Follow `model_group_alias` from *name*; what `model_list` has means itself, and loops end."""
        seen: set[str] = set()
        while name in self.aliases and name not in self.by_alias and name not in seen:
            seen.add(name)
            name = _called(self.aliases[name])
        return name


def claims(document: Document) -> bool:
    """Tell whether the top level has the sections of a LiteLLM configuration."""
    head = document.head
    if document.format == "json":
        return bool(_JSON_LATER.search(head) or _JSON_SETTINGS.search(head))
    sections = {match[2] for match in _SECTION.finditer(head)}
    if "litellm_settings" in sections:
        return True
    return "model_list" in sections and (bool(_ENTRY.search(head)) or len(sections) > 1)


def read(document: Document, context: Context) -> Iterator[Claim | Skipped]:
    """Yield a route for every alias, and what it requires.

    A document with settings alone yields nothing. Raises DocumentError E-KIND where the document is no
    mapping, E-EMPTY where it lists models and not one of them could be read.
    """
    for part in document.parts:
        if not part.is_map:
            raise DocumentError("E-KIND", "not a LiteLLM configuration: no mapping", line=part.line)
        yield from _read_one(part, document, context)


def _read_one(part: Part, document: Document, context: Context) -> Iterator[Claim | Skipped]:
    notes: list[Skipped] = []
    config = load(part, context, notes)
    gateway = _Gateway(config, document.path, notes)
    if config.entries and not gateway.by_alias:
        line = part.get("model_list").line
        raise DocumentError("E-EMPTY", "model_list has no entry that could be read", line=line)
    said = len(notes)
    yield from notes
    for alias, deployments in gateway.by_alias.items():
        yield from _route(gateway, alias, deployments, notes)
    for alias, spot in gateway.fallbacks.items():
        if alias not in gateway.by_alias and alias not in gateway.aliases and alias != "*":
            yield from _unlisted(gateway, alias, spot, notes)
    for alias, spot in gateway.aliases.items():
        yield from _alias_of(gateway, alias, spot, notes)
    yield from notes[said:]


def _route(
    gateway: _Gateway, alias: str, deployments: list[Deployment], notes: list[Skipped]
) -> Iterator[Claim]:
    """Yield an alias of `model_list`: the route, what it requires, other names of it and of its models."""
    route = gateway.route(alias)
    first = deployments[0]
    hints = {
        name: [_called(spot) for spot in _lists(found[alias])]
        for name, found in gateway.hints.items()
        if alias in found
    }
    mode = next((found.mode for found in deployments if found.mode), None)
    yield node(route, first.spot.at(), name=alias, mode=mode, wildcard="*" in alias or None, **hints)
    for path in sorted({found.spot.document for found in deployments if found.spot.document}):
        # The included file is a document of its own too: its aliases and those here are the same routes.
        yield edge(route, "SAME_AS", qualified("route", alias, path), first.spot.at())
    yield from _needs(gateway, alias, _members(gateway, alias, notes))
    same = {(found.target, found.base): found.at for found in reversed(deployments) if found.base}
    for (target, base), at in sorted(same.items()):
        yield edge(target, "SAME_AS", base, at)


def _unlisted(gateway: _Gateway, alias: str, spot: Spot, notes: list[Skipped]) -> Iterator[Claim]:
    """Yield a route that only the fallbacks name: a wildcard answers for it, else it leads nowhere."""
    if not gateway.behind(alias):
        notes.append(spot.skip("W-DANGLING", f"fallbacks of {alias[:_SHOWN]!r}, which is no alias here"))
        return
    yield node(gateway.route(alias), spot.at(), name=alias)
    yield from _needs(gateway, alias, _members(gateway, alias, notes))


def _alias_of(gateway: _Gateway, alias: str, spot: Spot, notes: list[Skipped]) -> Iterator[Claim]:
    """Yield an entry of `model_group_alias`: a route that requires what the other alias requires."""
    if alias in gateway.by_alias:
        place = gateway.by_alias[alias][0].spot
        text = f"{alias[:_SHOWN]!r} stands in model_list too, at {place.part.pointer}, which was kept"
        notes.append(spot.skip("E-DUPID", text))
        return
    yield node(gateway.route(alias), spot.at(), name=alias)
    if not gateway.behind(alias):
        text = f"{alias[:_SHOWN]!r} leads to {gateway.meant(alias)[:_SHOWN]!r}, which is no alias here"
        notes.append(spot.skip("W-DANGLING", text))
        return
    members = [member._replace(at=spot.at()) for member in _members(gateway, alias, notes)]
    yield from _needs(gateway, alias, members)


def _needs(gateway: _Gateway, alias: str, members: list[_Member]) -> Iterator[Claim]:
    for target, order, at, region, weight in members:
        props = {"order": order, "region": region, "weight": weight}
        yield edge(gateway.route(alias), "REQUIRES", target, at, qualifier=alias, **props)


def _members(gateway: _Gateway, name: str, notes: list[Skipped]) -> list[_Member]:
    """Give the offerings behind *name*, then those of its fallbacks, one order each; none twice."""
    found = _own(gateway.behind(name))
    taken = {member.target for member in found}
    order = max((member.order for member in found), default=0)
    for spot in _fallbacks(gateway, name, {name, gateway.meant(name)}):
        targets = _fallback_targets(gateway, _called(spot), spot, notes)
        fresh = [target for target in targets if target not in taken]
        taken.update(fresh)
        order += bool(fresh)
        found.extend(_Member(target, order, spot.at()) for target in fresh)
    return found


def _own(deployments: list[Deployment]) -> list[_Member]:
    """Make members of the deployments of one alias; those that reach the same thing are one.

    All share the first place, unless `order` ranks them; one without comes after those that have it.
    """
    last = max((found.order for found in deployments if found.order is not None), default=0) + 1
    orders = [last if found.order is None else found.order for found in deployments]
    places = {order: place for place, order in enumerate(sorted(set(orders)), 1)}
    members: dict[str, _Member] = {}
    regions: dict[str, set[str]] = {}
    for found, order in zip(deployments, orders, strict=True):
        regions.setdefault(found.target, set()).update({found.region} - {""})
        member = _Member(found.target, places[order], found.at, weight=found.weight)
        kept = members.setdefault(found.target, member)
        members[found.target] = kept._replace(order=min(kept.order, places[order]))
    # One region stands by itself, several in a list.
    shown = {
        target: sorted(all_) if len(all_) > 1 else next(iter(all_), None) for target, all_ in regions.items()
    }
    return [member._replace(region=shown[target]) for target, member in members.items()]


def _fallbacks(gateway: _Gateway, name: str, seen: set[str], *, depth: int = 0) -> Iterator[Spot]:
    """Go through what *name* falls back to, each followed by its own fallbacks, as the router tries them.

    That is its own list, else that of `*`, else the default. Names in *seen* are left out. Every fallback
    that is tried makes those after it deeper, neighbors too. Source: `run_async_fallback` of the router.
    """
    if depth >= gateway.deepest:
        return
    lists = (gateway.fallbacks.get(alias) for alias in (name, gateway.meant(name), "*"))
    own = next((spot for spot in lists if spot), None)
    for spot in _lists(own) if own else gateway.default:
        other = _called(spot)
        if other not in seen:
            seen.add(other)
            depth += 1
            yield spot
            yield from _fallbacks(gateway, other, seen, depth=depth)


def _fallback_targets(gateway: _Gateway, name: str, spot: Spot, notes: list[Skipped]) -> list[str]:
    """Give the ends that one fallback leads to: those of the alias, or the model that it names itself."""
    if reached := gateway.behind(name):
        return [found.target for found in reached]
    if "/" in name and not name.startswith("os.environ/"):
        return [mention(name, context=CONTEXT)]
    told = spot.skip("W-DANGLING", f"a fallback to {name[:_SHOWN]!r}, which is no alias here")
    if told not in notes:  # several aliases may come here
        notes.append(told)
    return []


def _either(config: Config, name: str, notes: list[Skipped]) -> Spot:
    """Give a setting of the router, else of LiteLLM: the router takes one list or the other, never both."""
    routers, other = config.section("router_settings").get(name), config.section("litellm_settings").get(name)
    if routers.part and other.part and routers.part.value != other.part.value:
        text = f"{name} stands in router_settings too, at {routers.part.pointer}, which LiteLLM takes alone"
        notes.append(other.skip("E-DUPID", text))
    return routers if routers.part else other


def _setting(config: Config, name: str, notes: list[Skipped]) -> dict[str, Spot]:
    """Read a list of `{alias: [alias, ...]}` by alias; the first of equal aliases counts."""
    found: dict[str, Spot] = {}
    for member in _either(config, name, notes).members():
        if not member.part.is_map:
            notes.append(member.skip("E-KIND", f"an entry of {name} is not a mapping of an alias to a list"))
        for alias, spot in _pairs(member):
            if alias not in found:
                found[alias] = spot
            elif found[alias].part.value != spot.part.value:
                place = found[alias].part.pointer
                text = f"{name} of {alias[:_SHOWN]!r} stand twice; the first, at {place}, was kept"
                notes.append(spot.skip("E-DUPID", text))
    return found


def _pairs(spot: Spot) -> Iterator[tuple[str, Spot]]:
    for name, part in spot.part.items():
        if name.strip():
            yield name.strip(), Spot(part, spot.document)


def _lists(spot: Spot) -> tuple[Spot, ...]:
    return tuple(member for member in spot.members() if _called(member))


def _called(spot: Spot) -> str:
    """Give the name in an entry that is a name, or a mapping with a model."""
    return spot.part.text or spot.part.get("model").text


IMPORTER = Importer("litellm", "LiteLLM proxy configuration", (".yaml", ".yml", ".json"), claims, read)
