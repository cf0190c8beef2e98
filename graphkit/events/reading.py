"""Files of our own kinds, read and checked: every problem of a file at once, each with its line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from graphkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[int | str, ...]

MAX_BYTES: Final = 1_000_000
_MAX_DEPTH: Final = 20
_LONGEST: Final = 120
_EMPTY: Final = ("", "~", "null")


class BadFile(UsageError):
    """A file of ours that cannot be used; *problems* has a line for each thing that is wrong in it."""

    def __init__(self, problems: list[str]) -> None:
        """Join *problems*, each beginning with its place."""
        super().__init__("\n".join(problems))
        self.problems = problems


def read_file(data: bytes, name: str, model: type[Model]) -> tuple[Model, Lines]:
    """Read *data* (YAML or JSON) as *model*; *name* is the path that problems begin with.

    Gives the lines of all values too, for further checks. Raises BadFile with all problems.
    """
    value, lines = _parsed(data, name)
    found = Lines(name, lines)
    if not isinstance(value, dict):
        raise BadFile([found.place((), f"a mapping is expected, {_kind(value)} stands there")])
    try:
        return model.model_validate(value), found
    except ValidationError as error:
        raise BadFile(sorted({_problem(one, found, model) for one in error.errors()}, key=_by_line)) from None


class Lines:
    """The line of every value in a file."""

    def __init__(self, name: str, lines: Mapping[Path, int]) -> None:
        """Keep *lines* by the path of each value."""
        self.name = name
        self._lines = lines

    def of(self, path: Path) -> int:
        """Give the line of the value at *path*, or of what holds it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def place(self, path: Path, said: str) -> str:
        """Put place and path before what is said of a value."""
        where = ".".join(map(str, path))
        return f"{self.name}:{self.of(path)}: {f'{where}: ' if where else ''}{said}"


def near(word: str, known: Iterator[str] | list[str]) -> str:
    """Offer the nearest of *known*, or nothing."""
    close = difflib.get_close_matches(word[:_LONGEST], list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _parsed(data: bytes, name: str) -> tuple[Any, dict[Path, int]]:
    if len(data) > MAX_BYTES:
        raise BadFile([f"{name}: larger than {MAX_BYTES:,} bytes"])
    try:
        return _Builder().build(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFile([f"{name}: not UTF-8"]) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile([f"{name}:{line}: not valid YAML: {error.problem}"]) from None
    except yaml.YAMLError:
        raise BadFile([f"{name}: not valid YAML: a character that YAML does not allow"]) from None


class _Builder:
    """Values from YAML's events: scalars as text, no aliases, at most twenty levels."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._open: list[tuple[Any, list[str]]] = []
        self._path: list[int | str] = []
        self._root: list[Any] = []

    def build(self, text: str) -> tuple[Any, dict[Path, int]]:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _trouble("anchors and aliases are not taken", event)
            if isinstance(event, yaml.ScalarEvent):
                self._add(None if event.value in _EMPTY and not event.style else event.value, event)
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._open.pop()
                self._leave()
            elif isinstance(event, yaml.DocumentStartEvent) and self._root:
                raise _trouble("a second document", event)
        return (self._root[0] if self._root else None), self.lines

    def _begin(self, value: Any, event: yaml.Event) -> None:  # noqa: ANN401 - a mapping or a list
        if len(self._open) >= _MAX_DEPTH:
            raise _trouble(f"more than {_MAX_DEPTH} levels", event)
        self._add(value, event, enter=True)
        self._open.append((value, []))

    def _add(self, value: Any, event: yaml.Event, *, enter: bool = False) -> None:  # noqa: ANN401 - any value
        if not self._open:
            self._root.append(value)
            self.lines[()] = _line(event)
            return
        holder, keys = self._open[-1]
        if isinstance(holder, dict) and not keys:
            self._key(value, holder, event)
            return
        step: int | str = keys.pop() if isinstance(holder, dict) else len(holder)
        if isinstance(holder, dict):
            holder[step] = value
        else:
            holder.append(value)
        self._path.append(step)
        self.lines.setdefault(tuple(self._path), _line(event))
        if not enter:
            self._path.pop()

    def _key(self, value: Any, holder: dict[str, Any], event: yaml.Event) -> None:  # noqa: ANN401 - any value
        if not isinstance(value, str):
            raise _trouble("a key must be text", event)
        if value in holder:
            raise _trouble(f"the key {value[:_LONGEST]!r} stands here twice", event)
        holder[value] = None
        self._open[-1][1].append(value)
        self.lines[(*self._path, value)] = _line(event)

    def _leave(self) -> None:
        if self._path:
            self._path.pop()


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _trouble(said: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark  # the C parser's own marks serve as well
    return yaml.MarkedYAMLError(problem=said, problem_mark=mark)


def _problem(error: Mapping[str, Any], lines: Lines, model: type[BaseModel]) -> str:
    path = tuple(part for part in error["loc"] if not str(part).startswith("function-"))
    if error["type"] == "extra_forbidden":
        return lines.place(
            path[:-1] + path[-1:], f"unknown key{near(str(path[-1]), _keys(model, path[:-1]))}"
        )
    if error["type"] == "missing":
        return lines.place(path[:-1], f"{path[-1]!r} is missing")
    given = error["input"]
    shown = f", not {str(given)[:_LONGEST]!r}" if isinstance(given, str | int | float) else ""
    return lines.place(path, error["msg"].removeprefix("Value error, ") + shown)


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """List the keys that stand at *path* in a file of *model*."""
    within_mapping = False
    for step in path:
        if isinstance(step, int) or within_mapping:  # the keys of a mapping are the user's own
            within_mapping = False
            continue
        field = next((one for name, one in model.model_fields.items() if step in (one.alias, name)), None)
        inner = _models_in(field.annotation) if field else []
        if field is None or not inner:
            return []
        model, within_mapping = inner[0], getattr(field.annotation, "__origin__", None) is dict
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models_in(part)]


def _by_line(problem: str) -> tuple[int, str]:
    number = problem.removeprefix(problem.partition(":")[0]).split(":")[1]
    return (int(number) if number.isdigit() else 0, problem)


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(value), "something else")
