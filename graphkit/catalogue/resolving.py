"""Resolve a text: screen it, strip the route, identify the artefact, and say on what each field rests."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphkit.catalogue.records import Candidate, Fact, Host, Resolution
from graphkit.catalogue.screening import Screen
from graphkit.catalogue.several import Several
from graphkit.catalogue.trusting import UNPROVEN
from graphkit.catalogue.words import normalize, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.catalogue.identifying import Identifier
    from graphkit.catalogue.identity import Identity, Lineage
    from graphkit.catalogue.named import Named
    from graphkit.catalogue.routes import Route

    # Fields of a Resolution on their way to it: one object is built at the end.
    Fields = dict[str, Any]

MAX_CANDIDATES = 3
_SIZED = re.compile(r"\d[bB](?![a-zA-Z])")
_PROVEN = ("publisher", "vendor_origin", "family", "version", "size", "variant", "derivation")
_ROUTE_CONFIDENCE = 0.99


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
        blank: Fields = {"text": text, "context": context, "is_model": None}
        unreadable = self.screen.unreadable(text)
        if unreadable:
            return self._unnamed(blank, unreadable, base_url)
        why = self.screen.not_a_model(text, context)
        if why:
            return Resolution(**{**blank, "is_model": False, "reason": why})
        route = self._route(text, context, base_url)
        if self._owner_hosts(route, context, when):
            host = self._host_behind(route.owner)
            served = route.served_id.partition("/")[2]
            route = replace(route, host=host, owner="", on_hub=False, served_id=served)
        start = {**blank, **self._from_route(route)}
        if route.opaque or not route.name:
            return Resolution(**start, reason=route.opaque or "no name behind the route")
        named = self.identifier.name(route, context=context, when=when)
        if named.strict and not _SIZED.search(text):
            why = self.screen.of_a_tool(tuple(named.parts.text.split("-")))
            if why:
                return Resolution(**{**blank, "is_model": False, "reason": why})
        answer = self._identified(start, named)
        models = () if route.is_file else self.several.models(text, _rule(answer))
        return self._ambiguous(start, models) if models else answer

    @cached_property
    def several(self) -> Several:
        """Give what finds two models in one name; a part of it is asked as a name without a place."""
        return Several(self.identifier, lambda part: self.resolve(part, context="", base_url="", when=""))

    @cached_property
    def homes(self) -> Mapping[str, str]:
        """Give the host where a vendor sells its own models, by vendor."""
        return {row["vendor"]: row["host"] for row in self.identifier.tables.rows("homes.csv")}

    def _unnamed(self, blank: Fields, why: str, base_url: str) -> Resolution:
        parts = blank["text"][:200].strip().split("/")
        first = self.directory.host(parts[0]) if len(parts) > 1 else None
        host = first or self.router.host_of_context(blank["context"]) or self.directory.host_of_url(base_url)
        return Resolution(**blank, **_host_fields(host, hub=False), reason=why)

    def _route(self, text: str, context: str, base_url: str) -> Route:
        route = self.router.strip(text, context)
        if base_url and (route.host is None or not route.prefixed):
            found = self.directory.host_of_url(base_url)
            if found:
                return replace(route, host=found, on_hub=False)
        return route

    def _owner_hosts(self, route: Route, context: str, when: str) -> bool:
        # "amazon/llama3-1-8b-instruct" names a host where an owner would stand; mirrors own such names.
        host = self.directory.host(route.owner) if route.owner else None
        owner = self.directory.publisher(route.owner)
        if host is None or host.kind == "self":
            return False
        if route.host is not None and route.host is not host:
            return False
        named = self.identifier.name(replace(route, owner=""), context=context, when=when)
        found = self.identifier.identify(named)
        if found.own:
            return found.root not in (owner, host.vendor) and route.owner.lower() not in self._converters
        # What others made stands at a host that is no publisher by this name.
        called = route.owner.lower() == host.name and not host.serves
        return called and bool(found.publisher) and found.publisher != owner

    @cached_property
    def _converters(self) -> frozenset[str]:
        """Name the owners whose copies are their own, though they are hosts too."""
        hosts = self.directory.hosts
        return frozenset(owner for owner in self.directory.mirrors if owner not in hosts)

    def _host_behind(self, owner: str) -> Host | None:
        """Return the host that an organization runs for models of others."""
        host = self.directory.host(owner)
        home = self.homes.get(host.vendor, "") if host and host.serves else ""
        return self.directory.host(home) if home else host

    def _from_route(self, route: Route) -> Fields:
        fields = _host_fields(route.host, hub=route.on_hub)
        if route.host:
            fields["facts"] = {"provider": Fact("route", route.host.row, _ROUTE_CONFIDENCE)}
        return {**fields, "served_id": route.served_id}

    def _identified(self, start: Fields, named: Named) -> Resolution:
        found = self.identifier.identify(named)
        lineage = self.identifier.lineage(found) if found.artefact else None
        if lineage is None and not (found.artefact and found.publisher):
            start = {**start, **self._from_owner(start, named)}
            return self._unresolved(start, found, found.conflict or "its base is not known")
        if lineage is None:
            return self._built(start, found, {})
        host = named.route.host
        if host and host.serves and not set(host.serves) & set(lineage.vendors):
            other = self.directory.host(self.homes.get(host.vendor, ""))
            if other and other is not host and not named.route.prefixed:
                # "google" is written for both of Google's APIs; one of them serves other vendors too.
                start = {**start, **_host_fields(other, hub=False)}
                return self._built(start, found, self._lineage_fields(start, named, found, lineage))
            if host.name != "openai" or not lineage.root.open_weights:
                return self._unresolved(start, found, f"{host.name} serves no models of {lineage.vendors[0]}")
            # "openai/" is also how litellm addresses any endpoint that speaks OpenAI's protocol.
            start = {**start, "provider": "", "serving": "", "facts": {}}
        return self._built(start, found, self._lineage_fields(start, named, found, lineage))

    def _lineage_fields(self, start: Fields, named: Named, found: Identity, lineage: Lineage) -> Fields:
        derivation = lineage.derivation
        guessed = self._served_quantized(named, lineage)
        if named.route.customized:
            derivation = ("finetune",)
        if (found.quantized or guessed) and "quantized" not in derivation:
            derivation = (*(d for d in derivation if d != "none"), "quantized")
        fields: Fields = {
            "vendor_origin": lineage.vendors,
            "family": lineage.family,
            "version": lineage.version,
            "size": lineage.size,
            "derivation": derivation,
            "license_ids": lineage.licenses,
            "license_class": lineage.license_class,
        }
        if named.route.customized:
            fields["publisher"] = ""
        home = self._at_home(start, named, lineage)
        if guessed or home:
            # What a suffix means at one host, or the host that a gateway means by naming none.
            fields["confidence"] = min(found.confidence, UNPROVEN)
        return {**fields, **home}

    def _served_quantized(self, named: Named, lineage: Lineage) -> bool:
        # Together's "Turbo", "Lite" and "tput" endpoints of open models are FP8 and INT4.
        words = named.parts.text.split("-")
        return (
            named.host == "together"
            and bool(lineage.root.open_weights)
            and not {"turbo", "lite", "tput"}.isdisjoint(words)
        )

    def _at_home(self, start: Fields, named: Named, lineage: Lineage) -> Fields:
        """Return the host that a gateway means by a name without one: the vendor's own."""
        home = self.homes.get(lineage.vendors[0], "")
        bare = not named.host and not named.route.owner and start["context"] == "gateway:litellm"
        return _host_fields(self.directory.host(home), hub=False) if bare and home and lineage.own else {}

    def _built(self, start: Fields, found: Identity, more: Fields) -> Resolution:
        fields: Fields = {
            **start,
            "is_model": True,
            "publisher": found.publisher,
            "size": found.size,
            "variant": found.variant,
            "artefact": found.artefact,
            "confidence": found.confidence,
            **more,
        }
        fact = Fact(found.rule, found.row, found.confidence)
        proven = {name: fact for name in (*_PROVEN, "license_ids", "artefact") if fields.get(name)}
        return Resolution(**{**fields, "facts": {**start.get("facts", {}), **proven}})

    def _from_owner(self, start: Fields, named: Named) -> Fields:
        """Return who published a model of which only the owner in its path is known."""
        host = named.route.host
        row = ""
        publisher = named.owner if self.identifier.owners.foreign(named) else ""
        if not publisher and host and _house_name(host, named.parts.text):
            publisher, row = host.vendor, host.row
        if not publisher or (not named.route.on_hub and self.directory.vendor(publisher) is None):
            return {}
        fact = Fact("owner in the path", row or f"orgs.csv#{publisher}", 0.9)
        return {"publisher": publisher, "facts": {**start.get("facts", {}), "publisher": fact}}

    def _unresolved(self, start: Fields, found: Identity, why: str) -> Resolution:
        families = found.families or self._near(start["text"])
        told = tuple(Candidate(f"family:{name}", "the name contains it") for name in families)
        fields = {**start, "candidates": told[:MAX_CANDIDATES], "reason": why}
        if not start.get("provider") and start["context"] == "gateway:litellm":
            # A gateway's price buckets: "together-ai-41.1b-80b".
            host = self.directory.host("-".join(normalize(start["text"]).split("-")[:2]))
            fields.update(_host_fields(host, hub=False))
        return Resolution(**fields)

    def _ambiguous(self, start: Fields, models: tuple[Resolution, ...]) -> Resolution:
        told = [Candidate(f"model:{one.artefact}", f"the name contains {one.text}") for one in models]
        named = " and of ".join(one.artefact for one in models[:MAX_CANDIDATES])
        fields = {**start, "candidates": tuple(told[:MAX_CANDIDATES])}
        return Resolution(**fields, reason=f"the name speaks of {named}")

    def _near(self, text: str) -> tuple[str, ...]:
        words = runs(normalize(text[:200]))
        return tuple(sorted(word for word in words if word in self.directory.families))


def _rule(answer: Resolution) -> str:
    """Return the rule by which an answer was found, empty where none was."""
    fact = answer.facts.get("artefact")
    return fact.rule if fact else ""


def _house_name(host: Host, text: str) -> bool:
    """Tell whether a host's own house must have made what it calls so: "fireworks-asr-v2" at Fireworks."""
    return bool(host.vendor) and (host.serves == (host.vendor,) or text.startswith(f"{host.vendor}-"))


def _host_fields(host: Host | None, *, hub: bool) -> Fields:
    if host is None:
        return {}
    return {"provider": host.name, "serving": "" if hub or host.kind == "hub" else host.kind}
