"""Importers and queries, found through entry points: ours like everybody else's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from graphkit.errors import ConfigError

if TYPE_CHECKING:
    from graphkit.importing import Importer
    from graphkit.querying import Query

_METADATA = (".dist-info", ".egg-info")


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
    for name, value in sorted(points(group), key=lambda point: (point[0] != "builtin", point)):
        module, _, attribute = value.partition("[")[0].strip().partition(":")
        try:
            members: Any = import_module(module)
            for part in attribute.split("."):
                members = getattr(members, part)
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"entry point {name} = {value} of {group} cannot be loaded: {error}") from error
        for member in members:
            found.setdefault(member.name, member)
    return tuple(found.values())


def points(group: str) -> list[tuple[str, str]]:
    """Give name and value of each entry point of *group*, as importlib.metadata gives them.

    Loading that module takes a quarter of the time of `graphkit --help`, so the files are read here where
    packages lie in folders, which is where pip, uv and editable installs put them. Where something on the
    path is an archive or an egg, or something else knows of packages, it is asked.
    """
    knowing = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    others = [place for place in sys.path if place.endswith(".egg") or os.path.isfile(place)]  # noqa: PTH113 - thousands of times cheaper than a Path
    if others or [getattr(finder, "__name__", "") for finder in knowing] != ["PathFinder"]:
        from importlib.metadata import entry_points

        return [(point.name, point.value) for point in entry_points(group=group)]
    return [(name, value) for section, name, value in lines() if section == group]


@cache
def lines() -> tuple[tuple[str, str, str], ...]:
    """Give group, name and value of every entry point; of two packages of one name the first counts."""
    seen: set[str] = set()
    found: list[tuple[str, str, str]] = []
    for place in sys.path:
        with suppress(OSError):
            for folder in sorted(name for name in os.listdir(place or ".") if name.endswith(_METADATA)):  # noqa: PTH208 - as above
                package = folder.rpartition(".")[0].partition("-")[0].lower().replace(".", "_")
                if package not in seen:
                    seen.add(package)
                    found += _read(os.path.join(place, folder, "entry_points.txt"))  # noqa: PTH118 - as above
    return tuple(found)


def _read(file: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    with suppress(OSError), open(file, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123 - as above
        for line in map(str.strip, stream):
            if line.startswith("["):
                section = line.strip("[]")
            elif line and not line.startswith("#"):
                name, _, value = line.partition("=")
                yield section, name.strip(), value.strip()
