"""Follow the bases of an artefact to its root and gather what binds on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphkit.catalogue.identity import Identity, Lineage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphkit.catalogue.records import License

MAX_DEPTH = 8
STRICTEST_LAST = ("permissive", "copyleft", "open-weights-restricted", "research-only", "proprietary")


def follow(
    identity: Identity, lookup: Callable[[str], Identity], licenses: Mapping[str, License]
) -> Lineage | None:
    """Return the lineage of an artefact, or None where a base is not known, or is its own base."""
    if identity.own and not identity.bases:
        return _alone(identity, licenses)
    chain = _chain(identity, lookup)
    if chain is None:
        return None
    root = chain[-1]
    upward = tuple(reversed(chain))
    ids = _unique(license_ for one in upward for license_ in one.licenses)
    own = next((one.licenses for one in chain[:-1] if one.licenses), ())
    if own and not any(one.vendors for one in upward):
        # A permissive license lets a derivative go out under its own; then that one is to be read.
        ids = tuple(id_ for id_ in ids if id_ in own or not _permissive(id_, licenses))
    certain = all(one.licenses or one.bases for one in upward)
    return Lineage(
        own=identity.own,
        vendors=_unique((root.root, *(vendor for one in upward for vendor in one.vendors))),
        family=root.family,
        version=root.version,
        size=_size(chain),
        derivation=_unique(relation for one in upward for _, relation in one.bases) or ("none",),
        licenses=ids if certain else (),
        license_class=strictest(ids, licenses) if certain else "",
        root=root,
    )


def strictest(ids: Iterable[str], licenses: Mapping[str, License]) -> str:
    """Return the strictest class of some licenses, empty where the class of one is not known."""
    classes = [licenses[id_].cls if id_ in licenses else "" for id_ in ids]
    if not classes or "" in classes:
        return ""
    return max(classes, key=STRICTEST_LAST.index)


def _alone(identity: Identity, licenses: Mapping[str, License]) -> Lineage:
    """Return the lineage of a root vendor's own release, which most names are."""
    return Lineage(
        own=True,
        vendors=_unique((identity.root, *identity.vendors)),
        family=identity.family,
        version=identity.version,
        size=identity.size,
        derivation=("none",),
        licenses=identity.licenses,
        license_class=strictest(identity.licenses, licenses),
        root=identity,
    )


def _permissive(id_: str, licenses: Mapping[str, License]) -> bool:
    return id_ in licenses and licenses[id_].cls == "permissive"


def _chain(identity: Identity, lookup: Callable[[str], Identity]) -> tuple[Identity, ...] | None:
    chain = [identity]
    while chain[-1].bases:
        base = lookup(chain[-1].bases[0][0])
        if not base.artefact or len(chain) >= MAX_DEPTH or base in chain:
            return None
        chain.append(base)
    return tuple(chain) if chain[-1].own else None


def _size(chain: tuple[Identity, ...]) -> str:
    """Return the artefact's size or its base's; a merge may have any."""
    for one in chain:
        if one.size or "merge" in {relation for _, relation in one.bases}:
            return one.size
    return ""


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, items)))
