"""Find names in which two models stand: `gpt-4o/claude-3-5-sonnet` is neither of the two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphkit.catalogue.trusting import UNPROVEN
from graphkit.catalogue.words import MAX_NAME, take_apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphkit.catalogue.identifying import Identifier
    from graphkit.catalogue.records import Resolution

SURE = UNPROVEN
# A name with spaces is parted by what cannot stand inside one first, by its spaces only then.
_PARTED = re.compile(r"[-=]>|[→|,;&+=/>]|\s(?:and|or|vs\.?|then)\s", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
# Rows that name the whole: an artefact, or a brand that is made from others.
_WHOLE = ("exact", "line of")


class Several:
    """Tell the models of different families that one text names; *resolve* answers for a part alone."""

    def __init__(self, identifier: Identifier, resolve: Callable[[str], Resolution]) -> None:
        """Set up over an identifier."""
        self._identifier = identifier
        self._resolve = resolve

    def models(self, text: str, rule: str) -> tuple[Resolution, ...]:
        """Return the models in a text, none where it names one thing; *rule* is how the whole was found."""
        if rule.startswith(_WHOLE) or "://" in text:
            return ()
        for parting in (_PARTED, _SPACES):
            parts = parting.split(text.strip()[:MAX_NAME])
            found = {answer.family: answer for answer in self._surely(parts)} if len(parts) > 1 else {}
            if len(found) > 1:
                return tuple(found.values())
        return ()

    def _surely(self, parts: list[str]) -> Iterator[Resolution]:
        named = [part.strip() for part in parts if self._may_name(part.strip())]
        for part in named if len(named) > 1 else ():
            answer = self._resolve(part)
            if answer.family and answer.artefact and answer.confidence >= SURE:
                yield answer

    def _may_name(self, part: str) -> bool:
        """Tell whether a part may be a model's name, no host's or organization's, without resolving it."""
        directory = self._identifier.directory
        if not part or directory.host(part) or directory.vendor(part):
            return False
        return bool(self._identifier.grammar.find(take_apart(part)))
