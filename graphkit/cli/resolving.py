"""`graphkit resolve`: what a model's name means, field by field."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from graphkit.cli.common import Settings, as_json, chosen_format, printable, with_settings, write_lines
from graphkit.errors import UsageError

if TYPE_CHECKING:
    from graphkit.catalogue import Catalogue, Resolution

FIELDS: Final = (
    "provider",
    "publisher",
    "vendor_origin",
    "family",
    "version",
    "size",
    "variant",
    "derivation",
    "license_id",
    "license_class",
)
_ATTRIBUTES: Final = {"license_id": "license_ids"}


@click.command("resolve")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option(
    "--context",
    default="",
    metavar="CONTEXT",
    help="Where the names stand: hf, ollama, gateway:litellm, provider:groq, code, ...",
)
@click.option("--explain", is_flag=True, help="Say for each field by which rule and row it is known.")
@with_settings(unused=("as_of", "on", "plan"))
def COMMAND(settings: Settings, *, names: tuple[str, ...], context: str, explain: bool) -> None:  # noqa: N802 - as the other commands
    """Say what a model's name means: who hosts, publishes and licenses it, and what it derives from.

    - reads names, or JSON objects {"id", "context"}, from standard input, one a line.
    """
    from graphkit.catalogue import load

    form = chosen_format(settings, "table", "json", "ndjson")
    if not names:
        raise UsageError("resolve: give a NAME, or - to read names from standard input")
    catalogue, config = load(), settings.load_config()
    own = {name.casefold(): target for name, target in config.models.items() if target}
    asked = _asked(names, context)
    answers = (_row(name, where, catalogue, own) for name, where in asked)
    if form == "ndjson":
        lines: Iterable[str] = (json.dumps(row, ensure_ascii=False) for row, _ in answers)
    elif form == "json":
        lines = [as_json([row for row, _ in answers])]
    else:
        tell = _explained if explain else _short
        lines = (printable(line) for row, found in answers for line in tell(row, found))
    write_lines(lines, settings)


def _asked(names: tuple[str, ...], context: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if name != "-":
            yield name, context
            continue
        for line in sys.stdin.buffer:
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            if text.strip():
                yield _line(text, context)


def _line(text: str, context: str) -> tuple[str, str]:
    if text.lstrip().startswith("{"):
        try:
            body = json.loads(text)
        except (ValueError, RecursionError):
            return text, context
        if isinstance(body, dict) and isinstance(body.get("id"), str):
            return body["id"], str(body.get("context") or context)
    return text.strip(), context


def _row(
    name: str, context: str, catalogue: Catalogue, own: dict[str, str]
) -> tuple[dict[str, Any], Resolution]:
    override = own.get(name.casefold())
    found = catalogue.resolve(override or name, context="" if override else context)
    because = f"graphkit.toml [models]: {override}" if override else found.reason or _because(found)
    row = {
        "id": name,
        "context": context,
        "is_model": "" if found.is_model is None else found.is_model,
        **{field: _joined(getattr(found, _ATTRIBUTES.get(field, field))) for field in FIELDS},
        "confidence": found.confidence,
        "candidates": _joined(tuple(candidate.key for candidate in found.candidates)),
        "because": because,
    }
    return row, found


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "|".join(value)


def _because(found: Resolution) -> str:
    rules = {f"{fact.rule} ({fact.row})" if fact.row else fact.rule for fact in found.facts.values()}
    return "; ".join(sorted(rules))


def _short(row: dict[str, Any], _found: Resolution) -> Iterable[str]:
    known = [f"{field} {row[field]}" for field in FIELDS if row[field]]
    yield f"{row['id']}: {', '.join(known) if known else 'unresolved'}"
    if not row["vendor_origin"]:
        yield f"    {row['because']}" + (f"; perhaps {row['candidates']}" if row["candidates"] else "")


def _explained(row: dict[str, Any], found: Resolution) -> Iterable[str]:
    yield f"{row['id']}" + (f"  [{row['context']}]" if row["context"] else "")
    for field in FIELDS:
        fact = found.facts.get(_ATTRIBUTES.get(field, field)) or found.facts.get(field)
        if row[field]:
            why = (
                f"{fact.rule}, {fact.row or 'no row'}, confidence {fact.confidence:.2f}"
                if fact
                else f"follows, confidence {found.confidence:.2f}"
            )
            yield f"  {field:14} {row[field]:32} {why}"
        else:
            yield f"  {field:14} unknown"
    if found.reason or not found.resolved:
        yield f"  {'why not more':14} {row['because']}"
    for candidate in found.candidates:
        yield f"  {'perhaps':14} {candidate.key}: {candidate.why}"
