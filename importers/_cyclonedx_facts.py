"""What a CycloneDX component says about itself: license, publisher, training data and pedigree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from license_expression import ExpressionError, ExpressionParseError, Licensing

from graphkit.importers._cyclonedx_items import (
    Bill,
    Identities,
    Item,
    Raw,
    mapping,
    mappings,
    members,
    shown,
    text,
)
from graphkit.importing.values import relation
from graphkit.model import Claim, Skipped, edge, key, node

_NO_LICENSE: Final = ("", "noassertion", "none", "unknown")
_LICENSE_ID: Final = re.compile(r"[A-Za-z0-9.+:_-]+")
_EMAIL: Final = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?")
_PROSE: Final = re.compile(r"\b(?:and|or|with)\b")
_LONGEST_EXPRESSION: Final = 2000
_HUBS: Final = ("hugging face", "huggingface")
_SHOWN: Final = 80
_LICENSING: Final = Licensing()
_GUESS: Final = 0.8


class Facts:
    """Claims about single components of one document."""

    def __init__(self, identities: Identities) -> None:
        """Start for one document."""
        self._identities = identities
        self._texts: set[str] = set()
        self._is_redacted = False

    def of(self, item: Item, bill: Bill) -> Iterator[Claim | Skipped]:
        """Yield what *item* says about itself; references are looked up in *bill*."""
        if item.kind in ("package", "model", "dataset"):
            yield from self._licenses(item)
            yield from self._publisher(item)
        if item.kind == "model":
            yield from self._datasets(item, bill)
            yield from self._pedigree(item)

    def _licenses(self, item: Item) -> Iterator[Claim | Skipped]:
        listed = item.raw.get("licenses")
        if listed and not isinstance(listed, list):
            yield item.skip("E-KIND", "a list was expected", "licenses")
            return
        for number, choice in enumerate(listed or ()):
            if not isinstance(choice, dict):
                yield item.skip("E-KIND", "a mapping was expected", "licenses", number)
                continue
            named = mapping(choice.get("license"))
            said = (choice.get("acknowledgement"), named.get("acknowledgement"))
            how = "concluded" if "concluded" in said else "declared"
            at = item.at("licenses", number)
            expression = text(choice.get("expression")) or text(named.get("id"))
            names, understood = operands(expression) if expression else free_text(_without_email(named))
            for name in names:
                yield edge(item.end, "LICENSED_UNDER", key("license", name), at, qualifier=how)
            if not understood:
                yield from self._free(item, number, next(iter(names), ""))

    def _free(self, item: Item, number: int, name: str) -> Iterator[Skipped]:
        """Tell about a license that is no identifier, each text once."""
        if name not in self._texts:
            self._texts.add(name)
            what = f"the license is free text: {name[:_SHOWN]!r}" if name else "a license without id and name"
            yield item.skip("W-LICENSE-TEXT", what, "licenses", number)

    def _publisher(self, item: Item) -> Iterator[Claim | Skipped]:
        """Yield who publishes: the publisher, else who made it, else who supplies it, hubs apart."""
        for field in ("publisher", "manufacturer", "supplier"):
            found = item.raw.get(field)
            name = text(found.get("name") if isinstance(found, dict) else found)
            if "@" in name and not self._is_redacted:
                self._is_redacted = True
                yield item.skip("I-REDACTED", "e-mail addresses are not kept; this is the first", field)
            elif name and "@" not in name and name.lower() not in _HUBS:
                yield edge(item.end, "PUBLISHED_BY", key("vendor", name), item.at(field))
                return

    def _datasets(self, item: Item, bill: Bill) -> Iterator[Claim | Skipped]:
        parameters = mapping(mapping(item.raw.get("modelCard")).get("modelParameters"))
        for number, entry in enumerate(members(parameters.get("datasets"))):
            steps = ("modelCard", "modelParameters", "datasets", number)
            reference = text(mapping(entry).get("ref"))
            if not isinstance(entry, dict):
                yield item.skip("E-KIND", "a mapping was expected", *steps)
            elif reference and reference not in bill.by_ref:
                yield item.skip("W-DANGLING", f"no component has the bom-ref {shown(reference)}", *steps)
            elif reference:
                target = bill.items[bill.by_ref[reference]]
                if target.kind == "dataset":
                    yield edge(item.end, "TRAINED_ON", target.end, item.at(*steps))
            elif text(entry.get("name")):
                target_end = self._identities.dataset(entry)
                yield node(target_end, item.at(*steps), name=text(entry.get("name")))
                yield edge(item.end, "TRAINED_ON", target_end, item.at(*steps))
            else:
                yield item.skip("W-NOID", "a dataset without name", *steps)

    def _pedigree(self, item: Item) -> Iterator[Claim | Skipped]:
        """Yield what the model comes from, and what comes from it."""
        pedigree = mapping(item.raw.get("pedigree"))
        for side in ("ancestors", "descendants"):
            for number, entry in enumerate(members(pedigree.get(side))):
                steps, other = ("pedigree", side, number), mapping(entry)
                if not (text(other.get("name")) or text(other.get("purl"))):
                    yield item.skip("W-NOID", f"one of the {side} has no name", *steps)
                    continue
                how = _relation(other) or (_relation(item.raw) if side == "ancestors" else "")
                method, confidence = ("declared", 1.0) if how else ("inferred", _GUESS)
                at = item.at(*steps, method=method, confidence=confidence)
                ends = (item.end, self._identities.model(other))
                source, target = ends if side == "ancestors" else ends[::-1]
                yield edge(source, "DERIVED_FROM", target, at, qualifier=how or "finetune")
                yield from self._pedigree(Item("model", ends[1], at.pointer, other))


@lru_cache(maxsize=4096)
def operands(expression: str) -> tuple[tuple[str, ...], bool]:
    """Give the licenses that all hold, and whether the expression was understood.

    A choice (`OR`) and an exception (`WITH`) stay whole.

    >>> operands("mit AND (Apache-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0)")
    (('mit', 'Apache-2.0 OR GPL-2.0-only WITH Classpath-exception-2.0'), True)
    >>> operands("Apache 2 or so")
    (('Apache 2 or so',), False)
    """
    if expression.lower() in _NO_LICENSE:
        return (), True
    if _LICENSE_ID.fullmatch(expression):
        return (expression,), True
    try:
        parsed = _LICENSING.parse(expression) if len(expression) <= _LONGEST_EXPRESSION else None
    except (ExpressionError, ExpressionParseError, ValueError, TypeError, RecursionError):
        parsed = None
    if parsed is None or not all(_LICENSE_ID.fullmatch(key) for key in _LICENSING.license_keys(parsed)):
        return (expression,), False
    parts = parsed.args if getattr(parsed, "operator", "").strip() == "AND" else (parsed,)
    return tuple(dict.fromkeys(part.render() for part in parts)), True


def free_text(name: str) -> tuple[tuple[str, ...], bool]:
    """Give the licenses that a license's name stands for, and whether it was understood.

    Only an identifier or an expression with operators in capitals is: prose has `and` and `or` too.
    """
    if name and not _PROSE.search(name):
        return operands(name)
    return ((name,) if name else (), False)


def _without_email(named: Raw) -> str:
    """Give the name of a license without the e-mail addresses that authors put there."""
    name = text(named.get("name"))
    return _EMAIL.sub("", name).strip() if "@" in name else name


def _relation(raw: Raw) -> str:
    """Find a property that says how a model was made from another."""
    for entry in mappings(raw.get("properties")):
        name = re.split(r"[:./]", text(entry.get("name")).lower())[-1]
        found = relation(text(entry.get("value")))
        if found and name in ("relation", "base_model_relation", "derivation"):
            return found
    return ""
