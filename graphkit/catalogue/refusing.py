"""Say why a name with words of its own is not read as a derivative of a family."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphkit.catalogue.grammar import Match
    from graphkit.catalogue.named import Named


def refusal(named: Named, match: Match, strange: tuple[str, ...], *, vouched: bool, anybody: bool) -> str:
    """Return why a match proves no lineage, or an empty string.

    *strange* are the words that nothing explains, *vouched* tells that a brand or an owner stands for the
    name, *anybody* that the owner is nobody known.
    """
    line = match.line
    if line.weights == "closed":
        return f"{' '.join(strange)} is no known word"
    if line.bare == "arch" and strange:
        return "many trained this architecture anew"
    if not match.version and match.size and not _released(match):
        return f"no release of {match.size} is known"
    if match.size:
        return ""
    bare = not named.host and not named.owner
    if bare or anybody or not (match.version or vouched):
        return "a family's name and unknown words"
    return ""


def _released(match: Match) -> bool:
    """Tell whether any release of a line has the size of a match: "llama-68m" only shares a name."""
    releases = match.line.releases
    return not releases or any(r.sizes is None or match.size in r.sizes for r in releases)
