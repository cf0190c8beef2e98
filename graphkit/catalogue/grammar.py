"""Match names against the grammar of families: which line, which legal version and size, which release."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from graphkit.catalogue.tables import Tables, split
from graphkit.catalogue.trusting import was_read
from graphkit.catalogue.words import CACHED_NAMES, Parts, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NOT_A_SIZE = r"(?![\d.]*(?:[bmt](?![a-z])|x\d|k(?![a-z])|bit))"
_VERSION = r"v?(?P<v>\d{1,4}(?:\.\d{1,2})?(?:-\d(?!\d|\.\d|[bmtkx]|-?bit))?)" + _NOT_A_SIZE + r"(?!\.?\d)"

_DATED = re.compile(r"\d\d-20\d\d")
# "gpt-35", "k25": a version that lost its dot.
_NO_DOT = re.compile(r"([a-z]?[1-9])([1-9])")


class Release(NamedTuple):
    """Hold one row of releases: the versions and sizes it covers and what holds for them."""

    written: str
    version: str
    sizes: tuple[str, ...] | None
    license: str
    released: str
    template: str
    row: str
    read: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Describe one line of models: how its names look and which releases there are."""

    id: str
    family: str
    keys: tuple[str, ...]
    pattern: str
    weights: str
    bare: str
    requires: tuple[str, ...]
    hub: str
    row: str
    read: bool
    releases: tuple[Release, ...]


class Match(NamedTuple):
    """Say where a line was found in a name; *legal* tells whether that version and size were released."""

    line: Line
    start: int
    end: int
    version: str
    size: str
    release: Release | None
    legal: bool


@dataclass
class Grammar:
    """Find lines in names; patterns are compiled when a name first needs them."""

    tables: Tables
    _lines: dict[str, Line] = field(default_factory=dict)
    _by_run: dict[str, list[tuple[int, Line]]] = field(default_factory=dict)
    _compiled: dict[str, re.Pattern[str]] = field(default_factory=dict)
    _sizes: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the lines by the runs of letters that their names contain."""
        releases = _releases(self.tables)
        for order, row in enumerate(self.tables.rows("grammar.csv")):
            line = _line(row, releases)
            self._lines[line.id] = line
            for key in split(row["keys"]):
                self._by_run.setdefault(key, []).append((order, line))
        for row in self.tables.rows("sizes.csv"):
            self._sizes[row["family"], row["word"]] = row["size"]

    @property
    def lines(self) -> Mapping[str, Line]:
        """Give all lines by id."""
        return self._lines

    def find(self, parts: Parts, *, known: frozenset[str] = frozenset()) -> tuple[Match, ...]:
        """List the lines in a name, best first, at most one a place; *known* are its host and owner."""
        return self._found(parts, known & self._required)

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(place for line in self._lines.values() for place in line.requires)

    @cached_property
    def _found(self) -> Callable[[Parts, frozenset[str]], tuple[Match, ...]]:
        return lru_cache(maxsize=CACHED_NAMES)(self._find)

    def _find(self, parts: Parts, known: frozenset[str]) -> tuple[Match, ...]:
        matches: list[Match] = []
        free = parts.text
        for line in self._candidates(parts.text):
            if line.requires and not known.intersection(line.requires):
                continue
            # What an earlier match took is taken: a line without a letter of its own left need not be asked.
            if matches and not any(key in free for key in line.keys):
                continue
            found = self._pattern(line).search(parts.text)
            if found and not any(found.start() < m.end and m.start < found.end() for m in matches):
                matches.append(self._judge(line, found, parts))
                free = f"{free[: found.start()]}{'-' * (found.end() - found.start())}{free[found.end() :]}"
        return tuple(matches)

    def _candidates(self, text: str) -> Iterator[Line]:
        found = {order: line for run in runs(text) for order, line in self._by_run.get(run, ())}
        for order in sorted(found):
            yield found[order]

    def _pattern(self, line: Line) -> re.Pattern[str]:
        pattern = self._compiled.get(line.id)
        if pattern is None:
            pattern = compiled(line.pattern)
            self._compiled[line.id] = pattern
        return pattern

    def _judge(self, line: Line, found: re.Match[str], parts: Parts) -> Match:
        groups = found.groupdict()
        # Where a name tells a release by date and by number, the date ("v") goes before the number ("w").
        written = next((groups[k] for k in sorted(groups) if groups[k]), "")
        size = self._size(line, parts)
        release, version, legal = choose(line, written, size)
        return Match(line, found.start(), found.end(), version, size, release, legal)

    def _size(self, line: Line, parts: Parts) -> str:
        for word in parts.text.split("-"):
            named = self._sizes.get((line.family, word))
            if named:
                return named
        return self._sizes.get((line.family, parts.size.lower()), parts.size)


def compiled(pattern: str) -> re.Pattern[str]:
    """Return a line's pattern as a regular expression: ``{v}`` is a version, ``~`` a dash or nothing."""
    pieces = pattern.replace("~", "-?").split("{v}")
    body = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        body += _VERSION.replace("?P<v>", f"?P<v_{number}>") + piece
    return re.compile(rf"(?<![a-z])(?:{body})(?![a-z])(?!\.?\d)")


def choose(line: Line, written: str, size: str) -> tuple[Release | None, str, bool]:
    """Return the release that a written version and a size mean, the root version, and whether it is legal.

    A version is read as written, with a dash or nothing for its dot, or as the one release of that major
    version that has the size; without a version, as the one release that has the size.
    """
    for version in _readings(written):
        hits = [r for r in line.releases if r.written in (version, "*") or (r.written == "" and not version)]
        fitting = [r for r in hits if r.sizes is None or size in r.sizes or (size and _active(size, r.sizes))]
        if fitting:
            return fitting[0], _root_version(fitting[0], version), True
    return _by_size(line, written, size)


def _by_size(line: Line, written: str, size: str) -> tuple[Release | None, str, bool]:
    readings = _readings(written)
    major = readings[-1].partition(".")[0]
    same_major = [r for r in line.releases if not written or r.written.partition(".")[0] == major]
    if size:
        fitting = [r for r in same_major if r.sizes is not None and size in r.sizes]
        if fitting and len({r.version for r in fitting}) == 1:
            return fitting[0], fitting[0].version, True
    elsewhere = any(size in r.sizes for r in line.releases if size and r.sizes is not None)
    for version in readings:
        known = [r for r in line.releases if version and r.written == version]
        if known and elsewhere:
            # Version and size speak of two releases: neither is told.
            return None, "", False
        if known:
            one = known[0] if len({r.license for r in known}) == 1 else None
            return one, _root_version(known[0], version), not size
    return None, readings[0], False


def _readings(written: str) -> tuple[str, ...]:
    if not written:
        return ("",)
    if _DATED.fullmatch(written):
        return (written,)
    plain = written.replace("-", ".")
    readings = [plain, plain.removesuffix(".0")]
    short = _NO_DOT.fullmatch(plain)
    if short:
        readings.insert(0, f"{short[1]}.{short[2]}")
    if "-" in written:
        readings.append(written.partition("-")[0])
    if "." in plain:
        readings.append(plain[: plain.index(".") + 2])
    return tuple(dict.fromkeys(readings))


def _active(size: str, sizes: tuple[str, ...]) -> bool:
    # "30B" is written for "30B-A3B" and the other way round.
    short = size.partition("-A")[0]
    return any(short == known.partition("-A")[0] for known in sizes)


def _root_version(release: Release, version: str) -> str:
    return release.version if release.version != "*" else version


def _releases(tables: Tables) -> dict[str, list[Release]]:
    found: dict[str, list[Release]] = {}
    for row in tables.rows("releases.csv"):
        sizes = None if row["sizes"] == "*" else tuple(row["sizes"].split("|"))
        read = was_read(row)
        for part in row["version"].split("|"):
            written, arrow, root = part.partition(">")
            version = root if arrow else written
            place = f"releases.csv#{row['line']}/{part}/{row['sizes']}"
            release = Release(
                written, version, sizes, row["license"], row["released"], row["template"], place, read
            )
            found.setdefault(row["line"], []).append(release)
    return found


def _line(row: Mapping[str, str], releases: Mapping[str, list[Release]]) -> Line:
    return Line(
        id=row["line"],
        family=row["family"],
        keys=split(row["keys"]),
        pattern=row["pattern"],
        weights=row["weights"],
        bare=row["bare"],
        requires=split(row["requires"]),
        hub=row["hub"],
        row=row["row"],
        read=was_read(row),
        releases=tuple(releases.get(row["line"]) or releases.get(row["family"]) or ()),
    )
