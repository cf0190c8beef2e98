"""Know the words inside names: variants, words without meaning, words that tell a derivative."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphkit.catalogue.words import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphkit.catalogue.directory import Directory
    from graphkit.catalogue.grammar import Line
    from graphkit.catalogue.tables import Tables

# What such a line is says all that its names vary in.
_WHOLE = frozenset({"image", "embedding", "guard", "rerank", "asr", "tts", "video"})
# "non-reasoning", "thinking-disabled", "low-reasoning-effort": settings of a call, not kinds of a model.
_DENIES_NEXT = frozenset({"non", "no"})
_DENIES_LAST = frozenset({"disabled", "effort"})


@dataclass
class Vocabulary:
    """Judge the words of a name."""

    tables: Tables
    directory: Directory

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """Give the kind of each known word: variant, neutral, derived or merge."""
        return {row["word"]: row["kind"] for row in self.tables.rows("words.csv")}

    @cached_property
    def variants(self) -> Mapping[str, str]:
        """Give the variant that a word means."""
        return {row["word"]: row["variant"] for row in self.tables.rows("words.csv") if row["variant"]}

    @cached_property
    def line_variants(self) -> Mapping[str, str]:
        """Give the variant that a whole line has by its nature."""
        return {row["line"]: row["variant"] for row in self.tables.rows("variants.csv")}

    def kind(self, word: str) -> str:
        """Return the kind of a word, empty where it is not known."""
        return self.kinds.get(word) or self.kinds.get(letters(word), "")

    def variant(self, line: Line, words: tuple[str, ...], *, places: frozenset[str]) -> str:
        """Return the variant that the words of a name tell, in their order, joined by dashes.

        A word such as turbo is a variant of closed models only: hosts of open ones mean their own serving.
        """
        nature = self.line_variants.get(line.id, "")
        if nature in _WHOLE:
            return nature
        told = [self._meaning(line, word) for word in _spoken(words, places)]
        return "-".join(word for word in dict.fromkeys([*nature.split("-"), *told]) if word)

    def _meaning(self, line: Line, word: str) -> str:
        own = f"{line.family}/{word}"
        if own in self.kinds:
            return self.variants.get(own, "")
        if self.kinds.get(word) == "closed" and line.weights != "closed":
            return ""
        # "opus4": a closed model's number may stick to its name.
        known = word if word in self.variants or line.weights != "closed" else letters(word)
        return self.variants.get(known, "")

    def strange(self, words: Iterable[str], *names: str) -> tuple[str, ...]:
        """List the words that neither the vocabulary nor one of the *names* explains."""
        unknown = [word for word in words if not self.kind(word)]
        if not unknown:
            return ()
        own = {part for name in names for part in self._spellings(name)}
        return tuple(word for word in unknown if word not in own)

    def _spellings(self, name: str) -> frozenset[str]:
        cached = self._known.get(name)
        if cached is None:
            cached = frozenset(self._collect(name))
            self._known[name] = cached
        return cached

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        return {}

    def _collect(self, name: str) -> Iterable[str]:
        yield name.lower()
        yield from name.lower().split("-")
        for file, key in (("orgs.csv", "id"), ("routes.csv", "name")):
            for row in self.tables.rows(file):
                if row[key] == name:
                    yield row[key]
                    yield from row["aliases"].lower().replace("_", "-").replace("-", "|").split("|")


def _spoken(words: tuple[str, ...], places: frozenset[str]) -> list[str]:
    """List the words of a name without those that another word denies."""
    kept = []
    for last, word, following in zip(("", *words), words, (*words[1:], ""), strict=False):
        if last in _DENIES_NEXT or following in _DENIES_LAST:
            continue
        # Only Ollama calls a base model "text"; elsewhere it tells what goes in and out.
        if word != "text" or "ollama" in places:
            kept.append(word)
    return kept
