"""Say how sure an answer is by the kind of evidence that it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphkit.catalogue.brands import Brand
    from graphkit.catalogue.grammar import Match

EXACT = 0.97
RELEASE = 0.95
BRAND = 0.93
# The row was written from memory, fits any version or size, or a part of the answer was filled in.
UNPROVEN = 0.88
DERIVED = 0.85
UNLISTED = 0.8


def was_read(row: Mapping[str, str]) -> bool:
    """Tell whether somebody read the source of a row, its date perhaps apart."""
    return "recalled" not in row["source"].replace("date recalled", "")


def of_release(match: Match, *, strange: bool, filled: bool) -> float:
    """Return how sure a release is that the grammar read from a name.

    *strange* tells of words that nothing explains, *filled* of a size that the name leaves out. A row for
    any version of open weights proves no release: such lines change their base and license with it.
    """
    if not match.legal:
        return UNLISTED
    release = match.release
    proven = match.line.read and release is not None and release.read and bool(match.version)
    any_version = release is not None and release.written == "*" and match.line.weights != "closed"
    return UNPROVEN if strange or filled or any_version or not proven else RELEASE


def of_brand(brand: Brand, *, filled: bool) -> float:
    """Return how sure a brand's row is; *filled* tells of a size that the name leaves out."""
    # A publisher's own license beside the base's leaves open which of the two a reader counts.
    doubled = brand.licenses and not brand.vendors
    return BRAND if brand.read and not (doubled or filled) else UNPROVEN
