"""Importers and queries, found through entry points: ours like everybody else's."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, cast

from graphkit.errors import ConfigError

if TYPE_CHECKING:
    from graphkit.importing import Importer
    from graphkit.querying import Query


@cache
def importers() -> tuple[Importer, ...]:
    """Give every installed importer, ours first. Raises ConfigError for a package that cannot be loaded."""
    return cast("tuple[Importer, ...]", _members("graphkit.importers"))


@cache
def queries() -> tuple[type[Query], ...]:
    """Give every installed query, ours first. Raises ConfigError for a package that cannot be loaded."""
    return cast("tuple[type[Query], ...]", _members("graphkit.queries"))


def _members(group: str) -> tuple[Any, ...]:
    found: dict[str, Any] = {}
    for point in sorted(entry_points(group=group), key=lambda point: (point.name != "builtin", point.name)):
        try:
            members = point.load()
        except (ImportError, AttributeError) as error:
            raise ConfigError(
                f"entry point {point.name} = {point.value} of {group} cannot be loaded: {error}"
            ) from error
        for member in members:
            found.setdefault(member.name, member)
    return tuple(found.values())
