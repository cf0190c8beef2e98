"""Tell what is no model's name at all, and what names none: templates, wildcards, packages, variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.catalogue.tables import Tables

MAX_TEXT = 600
_TEMPLATE = re.compile(r"\$\{|\{\{|\$\(|\$[A-Z_]|<[a-z_ -]+>|%\(|\{[a-z_.]+\}|^\$|%s")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_CLASS = re.compile(
    r"(?:[A-Z][a-z0-9]+){2,}(?:[A-Z]+)?|[A-Z][A-Za-z0-9]*(?:Tokenizer|Model|Client|Config|ForCausalLM|LLM|Chat|Embeddings)[A-Za-z0-9]*"
)
_PURL = re.compile(r"^pkg:", re.IGNORECASE)
# Cloudflare's ids begin with "@cf/" and "@hf/"; all else of this shape is a scoped package.
_SCOPED = re.compile(r"^@(?!cf/|hf/)[\w.-]+/[\w.-]+")
_IN_CODE = re.compile(r"^(?:|code|code:env)$")


@dataclass
class Screen:
    """Judge texts before anything is read from them."""

    tables: Tables

    @cached_property
    def exact(self) -> Mapping[str, str]:
        """Give the names that are no model, with the reason."""
        return {r["text"]: r["why"] for r in self.tables.rows("not_models.csv") if r["kind"] == "exact"}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Give the words that make a name one of a package, a tool or a service, with the reason."""
        return {r["text"]: r["why"] for r in self.tables.rows("not_models.csv") if r["kind"] == "word"}

    def unreadable(self, text: str) -> str:
        """Return why a text names nothing that could be looked up, or an empty string."""
        if not text.strip():
            return "an empty name"
        if len(text) > MAX_TEXT:
            return "too long for a name"
        if _CONTROL.search(text):
            return "control characters in the name"
        if _TEMPLATE.search(text):
            return "a template that nobody filled in"
        if "*" in text and not text.startswith("arn:"):
            return "a wildcard"
        return ""

    def not_a_model(self, text: str, context: str) -> str:
        """Return why a text is no model's name, or an empty string; position matters more than looks."""
        if _PURL.match(text):
            return "a package URL"
        plain = text.strip()
        if plain.lower() in self.exact and (not context or context.startswith("code")):
            return self.exact[plain.lower()]
        if not _IN_CODE.match(context):
            return ""
        return _in_code(plain)

    def of_a_tool(self, words: tuple[str, ...]) -> str:
        """Return why the words of a name make it one of a tool, or an empty string."""
        return next((self.words[word] for word in words if word in self.words), "")


def _in_code(plain: str) -> str:
    if _SCOPED.match(plain):
        return "a scoped package"
    if _VARIABLE.fullmatch(plain) and not re.search(r"\d+B", plain):
        return "the name of a variable"
    if _CLASS.fullmatch(plain) and "-" not in plain:
        return "the name of a class"
    return ""
