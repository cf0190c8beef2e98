"""Resolve a text: screen it, strip the route, identify the artefact, and say on what each field rests."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from graphkit.catalogue.records import Candidate, Fact, Host, Resolution
from graphkit.catalogue.screening import Screen
from graphkit.catalogue.words import normalize, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.catalogue.identifying import Identifier, Named
    from graphkit.catalogue.identity import Identity, Lineage
    from graphkit.catalogue.routes import Route

MAX_CANDIDATES = 3
_SIZED = re.compile(r"\d[bB](?![a-zA-Z])")


class Resolver:
    """Turn texts into resolutions; every text gets one."""

    def __init__(self, identifier: Identifier) -> None:
        """Set up over an identifier."""
        self.identifier = identifier
        self.directory = identifier.directory
        self.router = identifier.router
        self.screen = Screen(identifier.tables)

    def resolve(self, text: str, *, context: str, base_url: str, when: str) -> Resolution:
        """Return the resolution of one text."""
        blank = Resolution(text, context, None)
        unreadable = self.screen.unreadable(text)
        if unreadable:
            return self._unnamed(blank, unreadable, base_url)
        why = self.screen.not_a_model(text, context)
        if why:
            return replace(blank, is_model=False, reason=why)
        route = self._route(text, context, base_url)
        if route.host is None and self._owner_hosts(route, context, when):
            route = replace(route, host=self.directory.host(route.owner), owner="", on_hub=False)
        start = self._from_route(blank, route)
        if route.opaque or not route.name:
            return replace(start, reason=route.opaque or "no name behind the route")
        named = self.identifier.name(route, context=context, when=when)
        if named.strict and not _SIZED.search(text):
            why = self.screen.of_a_tool(tuple(named.parts.text.split("-")))
            if why:
                return replace(blank, is_model=False, reason=why)
        return self._identified(start, named)

    @cached_property
    def homes(self) -> Mapping[str, str]:
        """Give the host where a vendor sells its own models, by vendor."""
        return {row["vendor"]: row["host"] for row in self.identifier.tables.rows("homes.csv")}

    def _unnamed(self, blank: Resolution, why: str, base_url: str) -> Resolution:
        parts = blank.text[:200].strip().split("/")
        first = self.directory.host(parts[0]) if len(parts) > 1 else None
        host = first or self.router.host_of_context(blank.context) or self.directory.host_of_url(base_url)
        return replace(blank, provider=host.name if host else "", serving=_serving(host, hub=False), reason=why)

    def _route(self, text: str, context: str, base_url: str) -> Route:
        route = self.router.strip(text, context)
        if route.host is None or (base_url and not route.prefixed):
            found = self.directory.host_of_url(base_url) if base_url else None
            if found:
                return replace(route, host=found, on_hub=False)
        return route

    def _owner_hosts(self, route: Route, context: str, when: str) -> bool:
        # "amazon/llama3-1-8b-instruct" names a host where an owner would stand; mirrors do publish such names.
        host = self.directory.host(route.owner) if route.owner else None
        owner = self.directory.publisher(route.owner)
        if host is None or host.kind == "self" or owner in self.directory.mirrors:
            return False
        found = self.identifier.identify(self.identifier.name(replace(route, owner=""), context=context, when=when))
        return found.own and found.root not in (owner, host.vendor)

    def _from_route(self, blank: Resolution, route: Route) -> Resolution:
        facts = {"provider": Fact("route", route.host.row, 0.99)} if route.host else {}
        return replace(
            blank,
            provider=route.host.name if route.host else "",
            serving=_serving(route.host, hub=route.on_hub),
            served_id=route.served_id,
            facts=facts,
        )

    def _identified(self, start: Resolution, named: Named) -> Resolution:
        found = self.identifier.identify(named)
        lineage = self.identifier.lineage(found) if found.artefact else None
        if lineage is None and not (found.artefact and found.publisher):
            return self._unresolved(start, found, found.conflict or "its base is not known")
        host = named.route.host
        if lineage and host and host.serves and not set(host.serves) & set(lineage.vendors):
            return self._elsewhere(start, named, found, lineage)
        return self._resolved(start, named, found, lineage)

    def _elsewhere(self, start: Resolution, named: Named, found: Identity, lineage: Lineage) -> Resolution:
        # "openai/" is also how litellm addresses any endpoint that speaks OpenAI's protocol.
        if named.host == "openai" and lineage.root.open_weights:
            return self._resolved(replace(start, provider="", serving=""), named, found, lineage)
        why = f"{named.host} serves no models of {lineage.vendors[0]}"
        return self._unresolved(start, found, why)

    def _resolved(self, start: Resolution, named: Named, found: Identity, lineage: Lineage | None) -> Resolution:
        base = replace(
            start, is_model=True, publisher=found.publisher, size=found.size, variant=found.variant,
            artefact=found.artefact, confidence=found.confidence,
        )  # fmt: skip
        if lineage is None:
            return replace(base, facts=self._facts(base, found))
        quantized = found.quantized or self._served_quantized(named, lineage)
        derivation = lineage.derivation
        if named.route.customized:
            base, derivation = replace(base, publisher=""), ("finetune",)
        if quantized and "quantized" not in derivation:
            derivation = (*(d for d in derivation if d != "none"), "quantized")
        full = replace(
            base, vendor_origin=lineage.vendors, family=lineage.family, version=lineage.version,
            size=lineage.size, derivation=derivation, license_ids=lineage.licenses,
            license_class=lineage.license_class,
        )  # fmt: skip
        full = self._at_home(full, named, lineage)
        return replace(full, facts=self._facts(full, found))

    def _served_quantized(self, named: Named, lineage: Lineage) -> bool:
        words = named.parts.text.split("-")
        return named.host == "together" and bool(lineage.root.open_weights) and ("turbo" in words or "lite" in words)

    def _at_home(self, full: Resolution, named: Named, lineage: Lineage) -> Resolution:
        home = self.homes.get(lineage.vendors[0], "")
        bare = not named.host and not named.route.owner and full.context == "gateway:litellm"
        if not (bare and home and lineage.own):
            return full
        host = self.directory.host(home)
        return replace(full, provider=home, serving=_serving(host, hub=False))

    def _facts(self, full: Resolution, found: Identity) -> Mapping[str, Fact]:
        fact = Fact(found.rule, found.row, found.confidence)
        fields = ("publisher", "vendor_origin", "family", "version", "size", "variant", "derivation")
        facts = {name: fact for name in (*fields, "license_ids", "artefact") if getattr(full, name)}
        return {**full.facts, **facts}

    def _unresolved(self, start: Resolution, found: Identity, why: str) -> Resolution:
        families = found.families or self._near(start.text)
        if not start.provider and start.context == "gateway:litellm":
            named = self.directory.host("-".join(normalize(start.text).split("-")[:2]))
            start = replace(start, provider=named.name if named else "", serving=_serving(named, hub=False))
        told = tuple(Candidate(f"family:{name}", "the name contains it") for name in families)
        return replace(start, is_model=None, candidates=told[:MAX_CANDIDATES], reason=why)

    def _near(self, text: str) -> tuple[str, ...]:
        words = runs(normalize(text[:200]))
        return tuple(sorted(word for word in words if word in self.directory.families))


def _serving(host: Host | None, *, hub: bool) -> str:
    if host is None or hub or host.kind == "hub":
        return ""
    return host.kind
