"""Keys for what importers know under qualifiers: services by namespace, routes by gateway."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.model import NAME, id_of, key, kind_of, parse_mention, split_qualified

if TYPE_CHECKING:
    from graphkit.build.gather import Gathered
    from graphkit.config import Config

ENVIRONMENTS: Final = {
    "prod": "production",
    "production": "production",
    "prd": "production",
    "live": "production",
    "staging": "staging",
    "stage": "staging",
    "stg": "staging",
    "preprod": "staging",
    "dev": "development",
    "development": "development",
    "test": "test",
    "testing": "test",
    "qa": "test",
    "uat": "test",
    "sandbox": "development",
}


DEFAULT: Final = "default"
"""The namespace of what states none, in Backstage and Kubernetes: it tells apart only where others stand."""


def split_environment(qualifier: str) -> tuple[str, str]:
    """Split a namespace into what it is besides an environment, and the environment.

    >>> split_environment("shop-staging"), split_environment("prod"), split_environment("claims")
    (('shop', 'staging'), ('', 'production'), ('claims', ''))
    """
    words = re.split(r"([-_.])", qualifier)
    for place in (0, -1):
        found = ENVIRONMENTS.get(words[place].lower())
        if found:
            rest = words[2:] if place == 0 else words[:-2]
            return "".join(rest), found
    return qualifier, ""


class Doubt(NamedTuple):
    """Why an end means only one of several things; *raw* is the name in doubt, empty where none is."""

    raw: str
    context: str
    why: str


class Target(NamedTuple):
    """One thing that an end means; *model* is the model behind an offering, empty where unknown."""

    key: str
    model: str = ""
    doubt: Doubt | None = None
    inferred: bool = False


class ServiceKeys:
    """Keys of services: equal names are one, unless one importer states a name under two qualifiers."""

    def __init__(self, gathered: Gathered) -> None:
        """Find out which names stay apart."""
        self._apart: dict[str, set[str]] = defaultdict(set)
        self._made: dict[str, set[str]] = defaultdict(set)
        self._unqualified: set[str] = set()
        for names in gathered.qualifiers.values():
            for name, qualifiers in names.items():
                stated = {split_environment(qualifier)[0] for qualifier in qualifiers} - {""}
                if len(stated) > 1:
                    self._apart[name] |= stated

    def key(self, end: str) -> str:
        """Give the key of the service that *end* means."""
        bare, qualifier = split_qualified(end)
        if bare in self._apart:
            inside = split_environment(qualifier)[0]
            if inside and (inside != DEFAULT or DEFAULT in self._apart[bare]):
                made = key(kind_of(bare), f"{inside}/{id_of(bare)}")
                self._made[bare].add(made)
                return made
            if not qualifier or inside == DEFAULT:
                self._unqualified.add(bare)
        return bare

    @property
    def in_doubt(self) -> dict[str, list[str]]:
        """The keys that stand for a name alone -> those with a qualifier, any of which may be meant."""
        return {bare: sorted(self._made[bare]) for bare in sorted(self._unqualified)}


class RouteKeys:
    """Keys of routes, and which gateways define an alias.

    A route's qualifier is the file of its gateway, or one word for a name space that is no gateway
    (`backstage`), which all roots share.
    """

    def __init__(self, gathered: Gathered, config: Config) -> None:
        """Name every gateway: as graphkit.toml does, else after its format."""
        self._named = [(gateway.name, gateway.files) for gateway in config.gateways]
        self._included = gathered.included
        self.by_alias: dict[str, set[str]] = defaultdict(set)
        self.by_gateway: dict[str, dict[str, str]] = defaultdict(dict)
        self._keys: dict[tuple[str, str, str], str] = {}
        for alias, definers in sorted(gathered.routes.items()):
            self._take(alias, sorted((root, path) for root, path in definers if not _is_space(path)))

    def _take(self, alias: str, definers: list[tuple[str, str]]) -> None:
        gateways = {self.gateway(root, path) for root, path in definers}
        for root, path in definers:
            gateway = self.gateway(root, path)
            found = self._made(alias, gateway, alone=len(gateways) == 1)
            self._keys[alias, root, path] = found
            self.by_alias[id_of(alias)].add(found)
            self.by_gateway[gateway][id_of(alias)] = found

    def _made(self, alias: str, gateway: str, *, alone: bool) -> str:
        if not gateway:
            return alias
        if any(gateway == name for name, _ in self._named):
            return key("route", f"{gateway}/{id_of(alias)}")
        return key("route", f"litellm/{id_of(alias)}" if alone else f"{gateway}/{id_of(alias)}")

    def gateway(self, root: str, path: str) -> str:
        """Give the name of the gateway that a file configures; empty for a route that stands in none."""
        path = self._included.get(
            (root, path), path
        )  # a file that another gateway file includes is part of it
        whole = f"{root}/{path}"
        for name, files in self._named:
            if any(f"/{whole.partition('#')[0]}".endswith("/" + file.lstrip("./")) for file in files):
                return name
        return whole if path else ""

    def key(self, end: str, *, root: str) -> str:
        """Give the key of the route that *end*, as a document of *root* states it, means."""
        alias, path = split_qualified(end)
        if _is_space(path):
            return key("route", f"{path}/{id_of(alias)}")
        if (alias, root, path) in self._keys:
            return self._keys[alias, root, path]
        known = self.by_alias.get(id_of(alias), set())
        return next(iter(known)) if len(known) == 1 else alias


def _is_space(qualifier: str) -> bool:
    return bool(qualifier) and qualifier.isalpha()


def aliases(gathered: Gathered, config: Config) -> dict[str, str]:
    """Map names to what they are another name of: graphkit.toml's word before that of documents."""
    found: dict[str, str] = {}
    for source, target in sorted(gathered.same):
        if kind_of(source) == NAME == kind_of(target):
            found.setdefault(parse_mention(source).name.casefold(), parse_mention(target).name)
    for names in config.same:
        if kind_of(names[0]) in ("model", "offering"):
            found |= {id_of(name).casefold(): id_of(names[0]) for name in names[1:]}
    found |= {name.casefold(): target for name, target in config.models.items() if target}
    return {name: target for name, target in found.items() if name != target.casefold()}
