"""A LiteLLM configuration with its includes and the values of its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.errors import DocumentError
from graphkit.importing import Context, Part
from graphkit.importing.values import assignments

if TYPE_CHECKING:
    from graphkit.model import Evidence, Skipped

SECRET: Final = re.compile(r"(?:^|_)(?:key|key_id|token|secret|password|credentials)$", re.IGNORECASE)
"""Names of fields and variables whose values are never looked at."""

_OS_ENVIRON: Final = "os.environ/"
_VARIABLE: Final = re.compile(r"\$\{(\w+)(?::?[-?]([^{}]*))?\}|\$\((\w+)\)|\$(\w+)")
_SECTIONS: Final = ("litellm_settings", "router_settings", "environment_variables", "credential_list")
_SHOWN: Final = 80


class Spot(NamedTuple):
    """A part and the included document that it stands in, empty for the document that is read."""

    part: Part
    document: str = ""

    def get(self, key: str) -> Spot:
        """Give the member *key*, in the same document."""
        return Spot(self.part.get(key), self.document)

    def members(self) -> Iterator[Spot]:
        """Go through the members of a list, or give the one value; empty ones are left out."""
        for member in self.part if self.part.is_list else (self.part,):
            if member:
                yield Spot(member, self.document)

    def at(self) -> Evidence:
        """Make the evidence for what is stated here."""
        return self.part.at(document=self.document)

    def skip(self, code: str, message: str) -> Skipped:
        """Say that this was not understood, naming the included document where it is in one."""
        return self.part.skip(code, f"{self.document}: {message}" if self.document else message)


class Filled(NamedTuple):
    """A text with its variables replaced, empty where the variable *missing* has no value.

    *found* is the evidence of the value, where a neighboring file gave it.
    """

    text: str
    missing: str = ""
    found: Evidence | None = None


@dataclass(slots=True)
class Variables:
    """Values of variables: `environment_variables` of the configuration, then a neighboring `.env`."""

    own: Spot
    context: Context
    _neighbor: tuple[str, dict[str, Part]] | None = field(default=None, init=False)

    def fill(self, text: str) -> Filled:
        """Replace the variables in *text*: `os.environ/X`, `${X}`, `${X:-default}`, `$(X)` and `$X`."""
        if "{{" in text or "<%" in text:
            return Filled("", "a template")
        if text.startswith(_OS_ENVIRON):
            name = text.removeprefix(_OS_ENVIRON)
            value, found = self._look_up(name)
            return Filled(value, "" if value else name[:_SHOWN], found)
        filled, rest, found = "", 0, None
        for match in _VARIABLE.finditer(text):
            name = match[1] or match[3] or match[4]
            value, place = self._look_up(name)
            if not value and not match[2]:
                return Filled("", name[:_SHOWN])
            filled += text[rest : match.start()] + (value or match[2])
            rest, found = match.end(), found or place
        return Filled((filled + text[rest:]).strip(), "", found)

    def _look_up(self, name: str) -> tuple[str, Evidence | None]:
        """Find the value of one variable, empty where there is none or where it is a secret by its name."""
        if SECRET.search(name):
            return "", None
        own = self.own.get(name)
        if own.part.text and not own.part.text.startswith((_OS_ENVIRON, "$")):
            return own.part.text, own.at() if own.document else None
        if self._neighbor is None:
            self._neighbor = assignments(self.context)
        path, known = self._neighbor
        return (known[name].text, known[name].at(document=path)) if name in known else ("", None)


@dataclass(frozen=True, slots=True)
class Config:
    """What a document and its includes say together: entries of `model_list`, and sections of settings."""

    entries: tuple[Spot, ...]
    sections: Mapping[str, Spot]
    variables: Variables

    def section(self, name: str) -> Spot:
        """Give a section of settings, an empty one where there is none."""
        return self.sections.get(name, Spot(Part(None, f"/{name}")))


def load(part: Part, context: Context, notes: list[Skipped]) -> Config:
    """Read *part* with what it includes; what is wrong goes to *notes*.

    Model lists add up; of any other section the one in the last included file counts, whole. Includes of
    included files are not followed. Source: `_process_includes` of the proxy.
    """
    spots = [Spot(part)]
    for name in Spot(part).get("include").members():
        spots.extend(_included(name.part, context, notes))
    sections = {name: spot.get(name) for spot in spots for name in _SECTIONS if spot.part.get(name)}
    entries: list[Spot] = []
    for spot in spots:
        models = spot.get("model_list")
        if models.part and not models.part.is_list:
            notes.append(models.skip("E-KIND", "model_list is not a list"))
        entries.extend(Spot(entry, spot.document) for entry in models.part)
    notes.extend(
        spot.skip("E-KIND", f"{name} is not a mapping")
        for name, spot in sections.items()
        if name.endswith("_settings") and not spot.part.is_map
    )
    own = sections.get("environment_variables", Spot(Part(None)))
    return Config(tuple(entries), sections, Variables(own, context))


def _included(name: Part, context: Context, notes: list[Skipped]) -> Iterator[Spot]:
    """Give the mappings that an included file holds."""
    sibling = context.sibling(name.text) if name.text else None
    if sibling is None:
        notes.append(name.skip("W-DANGLING", f"the included file {name.text[:_SHOWN]!r} is not here"))
        return
    try:
        parts = sibling.parts
    except DocumentError as error:
        notes.append(name.skip(error.code, f"{sibling.path}: {error.message}"))
        return
    notes.extend(found._replace(message=f"{sibling.path}: {found.message}") for found in sibling.trouble)
    for part in parts:
        if part.is_map:
            yield Spot(part, sibling.path)
        else:
            notes.append(name.skip("E-KIND", f"{sibling.path} is not a LiteLLM configuration"))
