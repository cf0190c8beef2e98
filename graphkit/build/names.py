"""What every end of a claim means: keys for natural ends, and the nodes behind models' names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from graphkit.build.endpoints import Endpoint, parse_endpoint
from graphkit.build.keys import Doubt, RouteKeys, ServiceKeys, Target, aliases
from graphkit.build.workloads import Workloads
from graphkit.model import ENDPOINT, NAME, Mention, id_of, key, kind_of, parse_mention

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered
    from graphkit.build.lineage import Lineage
    from graphkit.catalogue import Resolution
    from graphkit.config import Config

_RUNTIME_PREFIXES: Final = {
    "openai": "",
    "text-completion-openai": "",
    "custom_openai": "",
    "openai_like": "",
    "litellm_proxy": "",
    "hosted_vllm": "other",
    "vllm": "other",
    "ollama": "ollama",
    "ollama_chat": "ollama",
    "llamafile": "other",
    "lm_studio": "other",
    "huggingface": "other",
    "xinference": "other",
}
_CHAIN: Final = 20
_LISTED: Final = 5
_SHOWN: Final = 80


class Meanings(dict[str, tuple[Target, ...]]):
    """End -> all that it may mean: the certain thing alone where it is certain, nothing for no model."""

    def __init__(self, names: Names, root: str, time: str) -> None:
        """Begin empty; a meaning is found when it is first asked for."""
        super().__init__()
        self._names, self._root, self._time = names, root, time

    def __missing__(self, end: str) -> tuple[Target, ...]:
        """Find what *end* means."""
        found = self[end] = self._names.find(end, root=self._root, time=self._time)
        return found


class Names:
    """The meaning of ends, found once each."""

    def __init__(self, gathered: Gathered, *, lineage: Lineage, config: Config) -> None:
        """Prepare the look-ups; nothing is resolved yet."""
        self._lineage = lineage
        self.services = ServiceKeys(gathered)
        self.routes = RouteKeys(gathered, config)
        self.workloads = Workloads(gathered)
        self._foreign = {
            end
            for end, urls in gathered.listed.items()
            if urls and end not in gathered.described and all(map(lineage.catalogue.host_of_url, urls))
        }
        self._declared = gathered.declared
        self._members = {
            self.routes.key(end, root=root): [target for target in targets if kind_of(target) == NAME]
            for end, targets in gathered.members.items()
            for root in {reading.scope.root for reading in gathered.scopes}
        }
        self._based = gathered.based
        self.gateways = [
            (gateway.name, [parse_endpoint(url) for url in gateway.urls]) for gateway in config.gateways
        ]
        self.hosted: dict[str, tuple[str, ...]] = {}
        self._aliases = aliases(gathered, config)
        self._meanings: dict[tuple[str, str], Meanings] = {}
        self.unresolved: dict[str, dict[str, Any]] = {}

    def meanings(self, *, root: str = "", time: str = "") -> Meanings:
        """Give the meanings of ends as documents of one root and time state them."""
        return self._meanings.setdefault((root, time), Meanings(self, root, time))

    def find(self, end: str, *, root: str, time: str) -> tuple[Target, ...]:
        """Find what *end*, as a document of *root* and *time* states it, means."""
        kind = kind_of(end)
        if kind == NAME:
            return self._mentioned(parse_mention(end), time=time[:10])
        if kind in ("offering", "model") and not end.startswith("offering:self-hosted/"):
            return self._mentioned(Mention(id_of(end)), time=time[:10])
        if kind == ENDPOINT:
            return ()
        return self._route(end, root=root) if kind == "route" else (Target(self._key(end, kind)),)

    def _key(self, end: str, kind: str) -> str:
        lineage = self._lineage
        known: Mapping[str, Callable[[str], str]]
        known = {"vendor": lineage.vendor, "license": lineage.license, "family": lineage.family}
        if kind in known:
            return known[kind](id_of(end))
        if end in self._foreign:  # a host's own interface, in a list of what is called: no service of ours
            return key("route", f"service:{id_of(end)}")
        return self.services.key(end) if kind in ("service", "team", "system") else end

    def _route(self, end: str, *, root: str) -> tuple[Target, ...]:
        """Find a route; where no gateway defines the alias, what the one gateway's wildcard makes of it."""
        found = self.routes.key(end, root=root)
        alias = id_of(found)
        if found != end or alias in self.routes.by_alias:
            return (Target(found),)
        covering = [
            targets
            for routes in self.routes.by_gateway.values()
            if routes and (targets := self._wildcard(alias, routes))
        ]
        return covering[0] if len(covering) == 1 else (Target(found),)

    def _mentioned(self, asked: Mention, *, time: str) -> tuple[Target, ...]:
        override = self._override(asked.name)
        if override:
            return (self._resolved(asked, override=override, time=time),)
        if asked.base_url:
            found = self._joined(asked)
            if found:
                return tuple(target for target in found if target.key)
        own = self._own(_served(asked)[0]) or self._own(asked.name)
        if own:
            return (own,)
        several = self._several(asked, time=time)
        if several:
            return several
        target = self._resolved(asked, override="", time=time)
        return (target,) if target.key else ()

    def _several(self, asked: Mention, *, time: str) -> tuple[Target, ...]:
        """Give each of the models that one name speaks of: possible all, and nobody knows which."""
        found = self._looked_up(asked, time=time)
        models = [id_of(one.key) for one in found.candidates if kind_of(one.key) == "model"]
        why = f"{found.reason}: say in graphkit.toml, [models], which is meant"
        doubt = Doubt(asked.name, asked.context, why)
        ends = [self._lineage.model(model) for model in models]
        return tuple(Target(end, end, doubt=doubt, inferred=True) for end in ends)

    def _override(self, name: str) -> str:
        for _ in range(_CHAIN):
            further = self._aliases.get(name.casefold())
            if further is None:
                return ""
            if self._aliases.get(further.casefold()) is None:
                return further
            name = further
        return ""

    def _own(self, name: str) -> Target | None:
        """Find a model that a document declares: its word wins where it names a base or nobody knows more."""
        declared = self._declared.get(name.casefold()) if name else None
        if declared is None:
            return None
        catalogue = self._lineage.catalogue
        known = catalogue.resolve(declared, context="hf")
        said = self._based.get(name.casefold())
        if said != "DERIVED_FROM" and known.resolved:
            return None
        end = key("model", declared.lower())
        if known.artefact == declared.lower() and _exactly(known):
            self._lineage.model(declared)
        elif not said:
            why = "declared here without a base or a publisher, and in no catalogue"
            self._note(end, Mention(declared), why=why)
        return Target(end, end)

    def _joined(self, asked: Mention) -> tuple[Target, ...]:
        """Follow a base URL: a declared gateway, a workload of ours, an alias that one gateway defines."""
        endpoint = parse_endpoint(asked.base_url, namespace=asked.namespace)
        for name, urls in self.gateways:
            if any(endpoint.within(url) for url in urls):
                return self._through(self.routes.by_gateway.get(name, {}), asked, gateway=name)
        workloads = self.workloads.behind(endpoint)
        if files := self.workloads.gateway_files(workloads):
            known = {alias: route for place in files for alias, route in self._gateway_routes(*place).items()}
            return self._through(known, asked, gateway=workloads[0])
        if offerings := self.workloads.offerings(workloads):
            return self._at_workload(offerings, _served(asked)[0], workload=" or ".join(workloads))
        if self._lineage.catalogue.host_of_url(asked.base_url):
            return ()
        found = self._nowhere_known(asked, endpoint)
        self.hosted |= {target.key: workloads for target in found if target.model and workloads}
        return found

    def _nowhere_known(self, asked: Mention, endpoint: Endpoint) -> tuple[Target, ...]:
        """Follow a base URL of no known provider: an alias that one gateway defines, a runtime of our own."""
        served, runtime = _served(asked)
        # A gateway sends on under the model's own name, which often is the alias too: never back to a route,
        # unless what it calls is a gateway.
        sent_on = asked.context.startswith("gateway:") and not asked.name.startswith("litellm_proxy/")
        by_alias = {} if sent_on else self.routes.by_alias
        routes = sorted(by_alias.get(asked.name) or by_alias.get(served) or ())
        if asked.name and routes:
            doubt = self._of_several(asked) if len(routes) > 1 else None
            return tuple(Target(route, doubt=doubt, inferred=True) for route in routes)
        runtime = runtime or endpoint.runtime or ("ollama" if asked.context == "ollama" else "")
        if runtime and served:
            return (self._self_hosted(asked, served, endpoint, runtime=runtime),)
        if (
            asked.name or not asked.context
        ):  # an address alone, of whatever kind of server, says nothing of models
            return () if asked.name else (Target(""),)
        return (self._unresolved(asked, endpoint.shown, provider="", resolution=None),)

    def _gateway_routes(self, root: str, path: str) -> dict[str, str]:
        return self.routes.by_gateway.get(self.routes.gateway(root, path), {})

    def _through(self, routes: dict[str, str], asked: Mention, *, gateway: str) -> tuple[Target, ...]:
        served = _served(asked)[0]
        for name in (asked.name, served):
            if name in routes:
                return (Target(routes[name]),)
        if not asked.name:
            return _any_of(routes, f"it is known to use gateway {gateway}, but not which route") or (
                self._unresolved(asked, gateway, provider="", resolution=None),
            )
        if covered := self._wildcard(asked.name, routes):
            return covered
        return (self._unresolved(asked, f"{gateway}/{asked.name}", provider="", resolution=None),)

    def _wildcard(self, name: str, routes: dict[str, str]) -> tuple[Target, ...]:
        """Give what a wildcard route leads to for one name: its members, the name for the star."""
        for alias in sorted((alias for alias in routes if "*" in alias), key=len, reverse=True):
            before, _, after = alias.partition("*")
            if name.startswith(before) and name.endswith(after):
                rest = name[len(before) : len(name) - len(after)]
                members = [parse_mention(end) for end in self._members.get(routes[alias], ())]
                found = [
                    self._mentioned(one._replace(name=one.name.replace("*", rest)), time="")
                    for one in members
                ]
                return tuple(target for targets in found for target in targets)
        return ()

    def _at_workload(self, offerings: dict[str, str], served: str, *, workload: str) -> tuple[Target, ...]:
        if served in offerings:
            return (Target(offerings[served], inferred=True),)
        return _any_of(offerings, f"it is known to use {workload}, but not which of its models")

    def _of_several(self, asked: Mention) -> Doubt:
        served = _served(asked)[0]
        alias = asked.name if asked.name in self.routes.by_alias else served
        gateways = [
            name or "another file" for name, known in self.routes.by_gateway.items() if alias in known
        ]
        listed = ", ".join(sorted(gateways)[:_LISTED])
        why = f"{len(gateways)} gateways define {alias[:_SHOWN]} ({listed}): name the right one's address"
        return Doubt(asked.name, asked.context, f"{why} in graphkit.toml, [gateway.NAME] urls and files")

    def _self_hosted(self, asked: Mention, served: str, endpoint: Endpoint, *, runtime: str) -> Target:
        resolution = self._lineage.catalogue.resolve(
            served, context="ollama" if runtime == "ollama" else "hf"
        )
        own = self._own(served)
        if own is None and not _known(resolution):
            return self._unresolved(asked, f"{endpoint.shown}/{served}", provider="", resolution=resolution)
        model = own.key if own else self._lineage.resolved(resolution)
        end = key("offering", f"self-hosted/{endpoint.shown}/{served}")
        self._lineage.offering(end, host="self-hosted", model=model, resolution=resolution)
        return Target(end, model, inferred=True)

    def _resolved(self, asked: Mention, *, override: str, time: str) -> Target:
        if " / " in asked.name and not override:
            return self._unresolved(asked, asked.name, provider="", resolution=None)
        found = meant = self._looked_up(asked, time=time)
        model = ""
        if override:
            own = self._own(override)
            meant = self._looked_up(Mention(override), time=time)
            model = own.key if own else ""
        if not model and not _known(meant):
            if meant.is_model is False and not asked.base_url and not override:
                return Target("")
            return self._unresolved(
                asked, asked.name, provider=meant.provider or found.provider, resolution=meant
            )
        model = model or self._lineage.resolved(meant)
        host = meant if meant.serving else found
        if host.serving == "vendor" and host.provider:
            end = key("offering", f"{host.provider}/{host.served_id or asked.name}")
        elif host.serving == "self":
            end = key("offering", f"self-hosted/{host.served_id or asked.name}")
        else:
            return Target(model, model)
        provider = host.provider if host.serving == "vendor" else "self-hosted"
        self._lineage.offering(end, host=provider, model=model, resolution=host)
        return Target(end, model)

    def _looked_up(self, asked: Mention, *, time: str) -> Resolution:
        """Ask the catalogue; `mistral/mistral-small-latest` without context is a host's, no repository."""
        catalogue = self._lineage.catalogue
        served, runtime = _served(asked)
        if asked.base_url and served != asked.name and not runtime:
            # `openai/` and kin name the protocol of an endpoint: who hosts there is told by its address.
            asked = asked._replace(name=served, context="")
        found = catalogue.resolve(asked.name, context=asked.context, base_url=asked.base_url, when=time)
        if asked.context or asked.base_url or found.serving or "/" not in asked.name:
            return found
        artefact = catalogue.artefact(found.artefact)
        if artefact and artefact.open_weights and found.artefact == asked.name.lower():
            return found
        hosted = catalogue.resolve(asked.name, context="gateway:litellm", when=time)
        return hosted if hosted.resolved and hosted.serving == "vendor" else found

    def _unresolved(
        self, asked: Mention, shown: str, *, provider: str, resolution: Resolution | None
    ) -> Target:
        """Make a node of its own for a name that nobody could identify."""
        if provider and provider not in ("huggingface", "self-hosted", "ollama"):
            name = resolution.served_id if resolution and resolution.served_id else shown
            end = key("offering", f"{provider}/{name or '?'}")
            if resolution:
                self._lineage.offering(end, host=provider, model="", resolution=resolution)
        else:
            end = key("route" if asked.base_url else "model", f"unresolved/{shown or '?'}")
        why = (
            resolution.reason
            if resolution and resolution.reason
            else "no row, rule or gateway knows this name"
        )
        if not asked.name:
            why = "it is known to use this endpoint, but not for which model"
        self._note(end, asked, why=why, provider=provider, resolution=resolution)
        return Target(end)

    def _note(
        self, end: str, asked: Mention, *, why: str, provider: str = "", resolution: Resolution | None = None
    ) -> None:
        self.unresolved.setdefault(
            end,
            {
                "raw": asked.name or parse_endpoint(asked.base_url).shown,
                "context": asked.context,
                "why": why,
                "host": provider,
                "only_vendors": list(self._lineage.serves(provider)) if provider else [],
                "publisher": resolution.publisher if resolution else "",
                "hints": self._hints(asked.name),
                "candidates": [candidate_pair(candidate) for candidate in resolution.candidates]
                if resolution
                else [],
            },
        )

    def _hints(self, raw: str) -> list[str]:
        """Name the vendors of the families whose names stand inside a raw name."""
        words = set(re.split(r"[^a-z]+", raw.lower()[:1000]))
        return sorted(
            {
                family.vendor
                for family in self._lineage.catalogue.families
                if family.vendor and family.id in words
            }
        )


def candidate_pair(candidate: Any) -> dict[str, str]:  # noqa: ANN401 - a candidate of the catalogue
    """Give a candidate as it stands in rows."""
    return {"key": candidate.key, "why": candidate.why}


def _any_of(known: Mapping[str, str], why: str) -> tuple[Target, ...]:
    """Give all that is *known*: possible each where there are several, and then why that is so."""
    ends = sorted(set(known.values()))
    doubt = Doubt("", "", why) if len(ends) > 1 else None
    return tuple(Target(end, doubt=doubt, inferred=True) for end in ends)


def _exactly(resolution: Resolution) -> bool:
    """Tell whether a row names this very artefact: what is read out of a name never contradicts its maker."""
    fact = resolution.facts.get("publisher") or resolution.facts.get("family")
    return fact is not None and fact.rule.startswith("exact")


def _known(resolution: Resolution) -> bool:
    return resolution.resolved or bool(resolution.family and resolution.vendor_origin)


def _served(asked: Mention) -> tuple[str, str]:
    """Give the name that the endpoint itself is asked for, and the runtime that the prefix shows."""
    prefix, slash, rest = asked.name.partition("/")
    if slash and asked.context.startswith("gateway:") and prefix in _RUNTIME_PREFIXES:
        return rest, _RUNTIME_PREFIXES[prefix]
    return asked.name, ""
