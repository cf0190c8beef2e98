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
from graphkit.errors import UsageError
from graphkit.querying.schema import SEVERITIES
from graphkit.querying.words import counted

if TYPE_CHECKING:
    from graphkit.querying import Answer, Query

_FAILED = 1
_INCOMPLETE = 3


def command_of(query: type[Query]) -> click.Command:
    """Make the command of a query: fields become arguments and options, the docstring becomes its help."""

    @with_settings()
    def ask(settings: Settings, *, fail_on: str | None, strict: bool, **given: Any) -> None:  # noqa: ANN401 - the fields of any query
        answer = _answered(query(**given), settings)
        write_answer(answer, settings)
        if fail_on and _fails(answer, fail_on, settings):
            raise click.exceptions.Exit(_FAILED)
        if strict and not answer.complete:
            raise click.exceptions.Exit(_INCOMPLETE)

    run: Any = ask
    for field in reversed(dataclasses.fields(query)):  # type: ignore[arg-type]  # a query is a dataclass
        run = _parameter(field)(run)
    run = click.option(
        "--fail-on", type=click.Choice(SEVERITIES), help="Exit with 1 at this or a worse one."
    )(run)
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


def _answered(query: Query, settings: Settings) -> Answer:
    chosen_format(settings, *FORMATS)  # a slip is told before the work, not after it
    config = settings.load_config()
    with opened(config) as store:
        snapshots = load_snapshots(settings, config, store)
        answer = query.answer(snapshots)
    if snapshots.plan is None:
        return answer
    from graphkit.querying.planning import told

    return told(answer, snapshots)


def _fails(answer: Answer, least: str, settings: Settings) -> bool:
    """Tell whether a row is as severe as *least*, a possible one too: what is unknown never looks safe.

    Raises UsageError where no row has a severity, so that no gate stands open unnoticed.
    """
    if any("severity" not in row for row in answer.rows) or not answer.params.get("events"):
        raise UsageError("--fail-on: these rows have no severity; ask blast-radius with --event")
    worst = SEVERITIES[SEVERITIES.index(least) :]
    found = sum(row["severity"] in worst for row in answer.rows)
    if found:
        settings.say(f"--fail-on {least}: {counted(found, 'row')}")
    return found > 0
