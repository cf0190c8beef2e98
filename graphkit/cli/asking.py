"""A command for every query, generated from its fields."""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Any

import click

from graphkit.cli.common import (
    FORMATS,
    Settings,
    chosen_format,
    load_snapshots,
    opened,
    with_settings,
    write_answer,
)

if TYPE_CHECKING:
    from graphkit.querying import Query

_INCOMPLETE = 3


def command_of(query: type[Query]) -> click.Command:
    """Make the command of a query: fields become arguments and options, the docstring becomes its help."""

    @with_settings()
    def ask(settings: Settings, *, strict: bool, **given: Any) -> None:  # noqa: ANN401 - the fields of any query
        _ask(query(**given), settings, strict=strict)

    run: Any = ask
    for field in reversed(dataclasses.fields(query)):  # type: ignore[arg-type]  # a query is a dataclass
        run = _parameter(field)(run)
    run = click.option("--strict", is_flag=True, help="Exit with 3 where the answer is incomplete.")(run)
    return click.command(query.name, help=inspect.cleandoc(query.__doc__ or ""))(run)


def _parameter(field: dataclasses.Field[Any]) -> Any:  # noqa: ANN401 - a decorator of click
    text, option = field.metadata["help"], field.metadata["option"]
    required = field.default is dataclasses.MISSING
    # A default, even None, would make an argument of click optional.
    default: dict[str, Any] = {} if required else {"default": field.default}
    name = field.name.rstrip("_")  # of fields that would be words of Python otherwise
    flag = "--" + name.replace("_", "-")
    if field.metadata["flag"]:
        return click.option(flag, field.name, is_flag=True, help=text)
    if isinstance(field.default, tuple):
        return click.option(flag, field.name, multiple=True, metavar=name.upper(), help=text)
    if option:
        return click.option(
            flag,
            field.name,
            required=required,
            **default,
            metavar=text.split()[0] if text.isupper() else "REF",
            help=text,
        )
    return click.argument(
        field.name,
        required=required,
        **default,
        metavar=name.upper() if required else f"[{name.upper()}]",
    )


def _ask(query: Query, settings: Settings, *, strict: bool) -> None:
    chosen_format(settings, *FORMATS)  # a slip is told before the work, not after it
    config = settings.load_config()
    with opened(config) as store:
        answer = query.answer(load_snapshots(settings, config, store))
    write_answer(answer, settings)
    if strict and not answer.complete:
        raise click.exceptions.Exit(_INCOMPLETE)
