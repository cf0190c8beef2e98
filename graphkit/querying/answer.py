"""The query protocol: a question with parameters in, an answer with its proof out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, overload

from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.catalogue import Catalogue
    from graphkit.config import Config
    from graphkit.events.model import Event
    from graphkit.snapshot import Snapshot

Row = Mapping[str, Any]
LineOf = Callable[[Mapping[str, Any], str], int | None]
"""Scope (as a snapshot lists it) and pointer -> line, None where that cannot be told."""


def no_line(_scope: Mapping[str, Any], _pointer: str) -> int | None:
    """Tell no line: documents are not looked at again."""
    return None


def no_event(name: str) -> Event:
    """Find no event: only the library and files that the command line names hold some."""
    raise UsageError(f"no event is called {name[:100]!r}")


def no_other(text: str) -> Snapshots:
    """Find no other side of a comparison: only the command line knows of stores."""
    raise UsageError(f"{text[:100]!r} is neither a date, a revision nor a store")


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that limits an answer: a code, a sentence, and how often it holds."""

    code: str
    message: str
    count: int = 1


class Rows(Sequence[Row]):
    """Rows kept as columns of one length, made into mappings only for who looks at one."""

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Keep *columns*, in the order of a row's keys."""
        self.columns = columns

    @cached_property
    def _made(self) -> list[Row]:
        names = tuple(self.columns)
        return [dict(zip(names, values, strict=True)) for values in zip(*self.columns.values(), strict=True)]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """Give one row or several."""
        return self._made[index]

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows in their order."""
        return iter(self._made)

    def __len__(self) -> int:
        """Count the rows."""
        return len(next(iter(self.columns.values()), ()))


class Notes(Sequence[tuple[str, str]]):
    """Labelled lines that are made when somebody reads them, which a program does not."""

    def __init__(self, make: Callable[[], Iterable[tuple[str, str]]]) -> None:
        """Keep the function that gives label and text of each."""
        self._make = make

    @cached_property
    def _made(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._make())

    @overload
    def __getitem__(self, index: int) -> tuple[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, str]]: ...
    def __getitem__(self, index: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        """Give one line or several."""
        return self._made[index]

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._made)


class Column(NamedTuple):
    """One column of the table that people read: its title and how a row's cell is written."""

    title: str
    cell: Callable[[Row], str]


class Frame(NamedTuple):
    """The state that an answer is about: dates are ISO, *as_of* is None for the newest state."""

    on: str
    revision: str
    catalogue: str
    as_of: str | None = None


class Planned(NamedTuple):
    """The plan that is laid over a snapshot: its id, its file, and what of it changes nothing."""

    id: str
    file: str
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshots:
    """What a query may look at: the snapshot that is asked, and how to get what it seldom needs."""

    current: Snapshot
    frame: Frame
    config: Config
    catalogue: Callable[[], Catalogue]
    line_of: LineOf = no_line
    event: Callable[[str], Event] = no_event
    other: Callable[[str], Snapshots] = no_other
    plan: Planned | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, what proves them, and whether they are all.

    *rows* have scalar and list values, the same keys in the same order in each. *because* has, once, every
    edge that a row's `witness` names. *headline* and *notes* say the answer in words: sentences above the
    table, labelled lines below it. *under* gives a line of text below a row of the table, *group* the
    heading under which it stands; both may be missing.
    """

    query: str
    params: Mapping[str, Any]
    frame: Frame
    rows: Sequence[Row]
    because: Sequence[Row] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Warned, ...] = ()
    complete: bool = True
    headline: tuple[str, ...] = ()
    notes: Sequence[tuple[str, str]] = ()
    columns: tuple[Column, ...] = ()
    under: Callable[[Row], str] | None = None
    group: Callable[[Row], str] | None = None
    folded: Callable[[Row], bool] | None = None
    text: str | None = None


class Query(Protocol):
    """A question: a frozen dataclass with a docstring that asks it."""

    name: ClassVar[str]
    row_schema: ClassVar[Mapping[str, Any]]

    def answer(self, snapshots: Snapshots) -> Answer:
        """Answer from what the snapshots hold; pure."""
        ...


def parameter(default: object = ..., *, text: str, option: bool = False, flag: bool = False) -> Any:  # noqa: ANN401 - a field of any type
    """Declare a parameter of a query: *text* is its help; positional unless *option* or *flag*.

    Without *default* it must be given.
    """
    metadata = {"help": text, "option": option, "flag": flag}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)
