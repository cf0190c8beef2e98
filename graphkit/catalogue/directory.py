"""Look up vendors, hosts, families and licenses by any of their names."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graphkit.catalogue.records import Family, Host, License, Vendor
from graphkit.catalogue.tables import Tables, split

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_URL = 2000
CACHED_NAMES = 8_192
# Stands for the owner in the id of a derivative whose publisher nobody named.
UNKNOWN = "unknown"


@dataclass
class Directory:
    """Hold who there is: vendors, hosts, families, licenses and their other names."""

    tables: Tables
    _known: dict[str, str] = field(default_factory=dict)

    @cached_property
    def vendors(self) -> Mapping[str, Vendor]:
        """Give the vendors by id."""
        rows = self.tables.rows("orgs.csv")
        return {r["id"]: Vendor(r["id"], r["name"], r["parent"], r["row"]) for r in rows}

    @cached_property
    def families(self) -> Mapping[str, Family]:
        """Give the families by id."""
        rows = self.tables.rows("families.csv")
        return {r["id"]: Family(r["id"], r["name"], r["vendor"], r["row"]) for r in rows}

    @cached_property
    def licenses(self) -> Mapping[str, License]:
        """Give the licenses by id."""
        rows = self.tables.rows("licenses.csv")
        return {r["id"]: License(r["id"], r["name"], r["issuer"], r["class"], r["row"]) for r in rows}

    @cached_property
    def hosts(self) -> Mapping[str, Host]:
        """Give the hosts by name."""
        rows = self.tables.rows("routes.csv")
        return {
            r["name"]: Host(r["name"], r["vendor"], split(r["serves"]), r["kind"], r["row"]) for r in rows
        }

    @cached_property
    def mirrors(self) -> frozenset[str]:
        """Name the owners that convert or quantize models of others."""
        return frozenset(row["owner"] for row in self.tables.rows("mirrors.csv"))

    def host(self, name: str) -> Host | None:
        """Return the host of that name or alias, or None."""
        return self._host_names.get(_plain(name))

    def vendor(self, name: str) -> Vendor | None:
        """Return the vendor of that id, name or alias, or None."""
        return self._vendor_names.get(_plain(name))

    def license(self, name: str) -> License | None:
        """Return the license of that id, SPDX id or Hub tag, or None."""
        return self._license_names.get(_plain(name))

    def publisher(self, owner: str) -> str:
        """Return the canonical id of an organization, or its own name in lower case."""
        if owner == UNKNOWN:
            return ""
        vendor = self.vendor(owner)
        return vendor.id if vendor else owner.strip().lower()

    def host_of_url(self, url: str) -> Host | None:
        """Return the host that serves a base URL, or None where it is not known."""
        name = _host_part(url)
        if not name:
            return None
        exact = self._domains.get(name)
        if exact:
            return exact
        for pattern, host in self._wild_domains:
            if fnmatch.fnmatchcase(name, pattern):
                return host
        return None

    @cached_property
    def _host_names(self) -> Mapping[str, Host]:
        names: dict[str, Host] = {}
        for row in self.tables.rows("routes.csv"):
            for alias in (row["name"], *split(row["aliases"])):
                names.setdefault(_plain(alias), self.hosts[row["name"]])
        return names

    @cached_property
    def _vendor_names(self) -> Mapping[str, Vendor]:
        names = {_plain(id_): vendor for id_, vendor in self.vendors.items()}
        for row in self.tables.rows("orgs.csv"):
            for alias in (row["name"], *split(row["aliases"])):
                names.setdefault(_plain(alias), self.vendors[row["id"]])
        return names

    @cached_property
    def _license_names(self) -> Mapping[str, License]:
        names = {_plain(id_): license_ for id_, license_ in self.licenses.items()}
        for row in self.tables.rows("licenses.csv"):
            for alias in (row["name"], *split(row["aliases"])):
                names.setdefault(_plain(alias), self.licenses[row["id"]])
        return names

    @cached_property
    def _all_domains(self) -> tuple[tuple[str, Host], ...]:
        rows = self.tables.rows("routes.csv")
        return tuple((d, self.hosts[row["name"]]) for row in rows for d in split(row["domains"]))

    @cached_property
    def _domains(self) -> Mapping[str, Host]:
        return {domain: host for domain, host in self._all_domains if "*" not in domain}

    @cached_property
    def _wild_domains(self) -> tuple[tuple[str, Host], ...]:
        return tuple((domain, host) for domain, host in self._all_domains if "*" in domain)


@lru_cache(maxsize=CACHED_NAMES)
def _plain(name: str) -> str:
    return " ".join(name[:200].split()).lower()


def _host_part(url: str) -> str:
    try:
        parts = urlsplit(url.strip()[:MAX_URL] if "//" in url[:20] else "//" + url.strip()[:MAX_URL])
        return (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
