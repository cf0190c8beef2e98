"""Files of our own kinds, read and checked: every problem of a file at once, each with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from graphkit.config import nearest
from graphkit.errors import DocumentError, UsageError
from graphkit.yaml_events import escape, load_stream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.model import Skipped

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[int | str, ...]

MAX_BYTES: Final = 1_000_000
_MAX_DEPTH: Final = 20
_LONGEST: Final = 120


class BadFile(UsageError):
    """A file of ours that cannot be used."""

    def __init__(self, problems: list[str]) -> None:
        """Join *problems*, one for each thing that is wrong, each beginning with its place."""
        super().__init__("\n".join(problems))


def read_file(data: bytes, name: str, model: type[Model]) -> tuple[Model, Lines]:
    """Read *data* (YAML or JSON) as *model*; *name* is the path that problems begin with.

    Gives the lines of all values too, for further checks. Raises BadFile with all problems.
    """
    value, found = _parsed(data, name)
    if not isinstance(value, dict):
        raise BadFile([found.place((), f"a mapping is expected, {_kind(value)} stands there")])
    try:
        return model.model_validate(value), found
    except ValidationError as error:
        raise BadFile(sorted({_problem(one, found, model) for one in error.errors()}, key=_by_line)) from None


class Lines:
    """The line of every value in a file."""

    def __init__(self, name: str, lines: Mapping[str, int]) -> None:
        """Keep *lines* by the pointer of each value."""
        self.name = name
        self._lines = lines

    def of(self, path: Path) -> int:
        """Give the line of the value at *path*, or of what holds it."""
        steps = [f"/{escape(str(step))}" for step in path]
        pointers = ("".join(steps[:length]) for length in range(len(steps), -1, -1))
        return next((self._lines[pointer] for pointer in pointers if pointer in self._lines), 1)

    def place(self, path: Path, said: str) -> str:
        """Put place and path before what is said of a value."""
        where = ".".join(map(str, path))
        return f"{self.name}:{self.of(path)}: {f'{where}: ' if where else ''}{said}"


def _parsed(data: bytes, name: str) -> tuple[Any, Lines]:
    """Give the one value of a file, and its lines."""
    if len(data) > MAX_BYTES:
        raise BadFile([f"{name}: larger than {MAX_BYTES:,} bytes"])
    twice: list[Skipped] = []
    try:
        text = data.decode("utf-8-sig")
        values, lines = load_stream(text, twice, max_depth=_MAX_DEPTH)
    except UnicodeDecodeError:
        raise BadFile([f"{name}: not UTF-8"]) from None
    except DocumentError as error:
        raise BadFile([f"{name}:{error.line or 1}: {error.message}"]) from None
    if problems := [*_refused(text), *((one.line, one.message.partition(";")[0]) for one in twice)]:
        raise BadFile([f"{name}:{line}: not valid here: {said}" for line, said in problems])
    return (values[0] if values else None), Lines(name, lines)


def _refused(text: str) -> Iterator[tuple[int, str]]:
    """Name what YAML has and our files do not: anchors and aliases, further documents."""
    documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "anchors and aliases are not taken"
        elif isinstance(event, yaml.DocumentStartEvent) and documents > 1:
            yield line, "a second document"


def _problem(error: Mapping[str, Any], lines: Lines, model: type[BaseModel]) -> str:
    path = tuple(part for part in error["loc"] if not str(part).startswith("function-"))
    if error["type"] == "extra_forbidden":
        return lines.place(path, f"unknown key{nearest(str(path[-1]), _keys(model, path[:-1]))}")
    if error["type"] == "missing":
        return lines.place(path[:-1], f"{path[-1]!r} is missing")
    given = error["input"]
    shown = f", not {str(given)[:_LONGEST]!r}" if isinstance(given, str | int | float) else ""
    return lines.place(path, error["msg"].removeprefix("Value error, ") + shown)


def _keys(model: type[BaseModel], path: Path) -> tuple[str, ...]:
    """List the keys that stand at *path* in a file of *model*."""
    within_mapping = False
    for step in path:
        if isinstance(step, int) or within_mapping:  # the keys of a mapping are the user's own
            within_mapping = False
            continue
        field = next((one for name, one in model.model_fields.items() if step in (one.alias, name)), None)
        inner = _models_in(field.annotation) if field else []
        if field is None or not inner:
            return ()
        model, within_mapping = inner[0], getattr(field.annotation, "__origin__", None) is dict
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _models_in(annotation: Any) -> list[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _models_in(part)]


def _by_line(problem: str) -> tuple[int, str]:
    number = problem.removeprefix(problem.partition(":")[0]).split(":")[1]
    return (int(number) if number.isdigit() else 0, problem)


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", type(None): "nothing"}.get(type(value), "something else")
