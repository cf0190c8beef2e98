"""The command group, and what becomes of errors: one line and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from graphkit.errors import GraphkitError

if TYPE_CHECKING:
    from collections.abc import Sequence

_OWN: Final = {
    "init": "starting",
    "demo": "demo",
    "import": "imports",
    "resolve": "resolving",
    "events": "events",
    "store": "storing",
    "catalogue": "catalogue",
    "schema": "schemas",
    "doctor": "doctor",
}
_INTERRUPTED: Final = 130
_BUG: Final = 70


class _Commands(click.Group):
    """Commands of our own, loaded when used, and one for every query that is installed."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return [*list(_OWN)[:3], *_queries(), *list(_OWN)[3:]]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _OWN:
            found = import_module(f"graphkit.cli.{_OWN[cmd_name]}").COMMAND
            return found if isinstance(found, click.Command) else None
        query = _queries().get(cmd_name)
        if query is None:
            return None
        from graphkit.cli.asking import command_of

        return command_of(query)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from graphkit.config import nearest

            near = nearest(args[0], tuple(self.list_commands(ctx)))
            raise click.UsageError(f"there is no command {args[0]!r}{near}") from None


def _queries() -> dict[str, Any]:
    from graphkit.cli.plugins import queries

    return {query.name: query for query in queries()}


@click.group(
    cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="graphkit-inventory", prog_name="graphkit")
def app() -> None:
    """Find what of yours a vendor's change hits: import what you have, then ask."""


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 answered, 2 usage, 3 incomplete, 4 store or I/O, 130 interrupted."""
    gc.disable()  # one short run, millions of values, no cycles: collecting takes a third of the time
    given = list(sys.argv[1:] if args is None else args)
    debug = "--debug" in given
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = app.main(args=given, prog_name="graphkit", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        code = stop.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = _INTERRUPTED
        click.echo("interrupted", err=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except SystemExit:  # click and rich end so, and only so, where nobody reads the pipe any more
        code = 0
    except Exception as error:
        if debug:
            raise
        code = _told(error)
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: Exception) -> int:
    """Say what went wrong on one line, or on one line for each problem."""
    if isinstance(error, GraphkitError):
        click.echo(f"graphkit: {error}", err=True)
        return error.exit_code
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"graphkit: {place}{error.strerror or error}", err=True)
        return 4
    click.echo(
        f"graphkit: a mistake of ours ({type(error).__name__}: {str(error)[:200]!r}); --debug shows where",
        err=True,
    )
    return _BUG
