"""Offer the catalogue: one object that resolves names and looks up what is known."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from graphkit.catalogue.checking import problems
from graphkit.catalogue.directory import Directory
from graphkit.catalogue.identifying import Identifier
from graphkit.catalogue.resolving import Resolver
from graphkit.catalogue.tables import Tables

if TYPE_CHECKING:
    from graphkit.catalogue.records import Artefact, Family, Host, License, Resolution, Vendor

CACHED_ANSWERS = 65_536


class Catalogue:
    """Answer what is known about models, their hosts, vendors, families and licenses.

    It reads its tables when they are first needed and never the network.
    """

    def __init__(self, tables: Tables) -> None:
        """Set up the catalogue over *tables*."""
        self._tables = tables
        self._directory = Directory(tables)
        self._resolve = lru_cache(maxsize=CACHED_ANSWERS)(self._resolve_uncached)

    @property
    def date(self) -> str:
        """Return the newest date in the data, ISO."""
        return self._tables.date

    @property
    def digest(self) -> str:
        """Return the content digest of all data files and the resolver's version."""
        return self._tables.digest

    def resolve(self, text: str, *, context: str = "", base_url: str = "", when: str = "") -> Resolution:
        """Say what a text means as a model's name.

        *context* is where it was met (``hf``, ``ollama``, ``gateway:litellm``, ``provider:groq``,
        ``code:file``), *base_url* the endpoint it was used with, *when* the ISO date of the document
        (empty: the newest knowledge). It never raises: what cannot be told is an answer with a reason
        and candidates.
        """
        return self._resolve(str(text), str(context), str(base_url), str(when))

    def host_of_url(self, url: str) -> str:
        """Return the name of the host that serves a base URL, empty where it is not known."""
        host = self._directory.host_of_url(url)
        return host.name if host else ""

    def host(self, name: str) -> Host | None:
        """Return the host of that name or alias, or None."""
        return self._directory.host(name)

    def vendor(self, name: str) -> Vendor | None:
        """Return the vendor of that id, name or alias, or None."""
        return self._directory.vendor(name)

    def family(self, id: str) -> Family | None:  # noqa: A002 - the word the interface uses
        """Return the family of that id, or None."""
        return self._directory.families.get(id.strip().lower())

    def license(self, name: str) -> License | None:
        """Return the license of that id, SPDX id or Hub tag, or None."""
        return self._directory.license(name)

    def artefact(self, id: str) -> Artefact | None:  # noqa: A002 - the word the interface uses
        """Return the released model of that id, also one that only the grammar knows, or None."""
        return self._identifier.artefact(id)

    @property
    def vendors(self) -> tuple[Vendor, ...]:
        """List the vendors, sorted by id."""
        return tuple(v for _, v in sorted(self._directory.vendors.items()))

    @property
    def families(self) -> tuple[Family, ...]:
        """List the families, sorted by id."""
        return tuple(f for _, f in sorted(self._directory.families.items()))

    @property
    def licenses(self) -> tuple[License, ...]:
        """List the licenses, sorted by id."""
        return tuple(known for _, known in sorted(self._directory.licenses.items()))

    def check(self) -> tuple[str, ...]:
        """List what is wrong in the data, each problem with its place."""
        return problems(self._tables, self._directory, self._identifier)

    @cached_property
    def _identifier(self) -> Identifier:
        return Identifier(self._tables, self._directory)

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self._identifier)

    def _resolve_uncached(self, text: str, context: str, base_url: str, when: str) -> Resolution:
        return self._resolver.resolve(text, context=context, base_url=base_url, when=when)


def load() -> Catalogue:
    """Return the catalogue over the shipped data."""
    return Catalogue(Tables())
