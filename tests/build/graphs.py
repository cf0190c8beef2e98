"""Small graphs for tests of the build: documents or claims in, edges as lines of text out."""

from functools import cache

import numpy as np

from graphkit.build import build
from graphkit.catalogue import load
from graphkit.config import Config
from graphkit.importers import IMPORTERS
from graphkit.importing import Context, Document
from graphkit.importing.running import detect, read_document
from graphkit.model import METHODS, Claim, Evidence, Reading, Scope
from graphkit.snapshot import EDGE_NAMES, POSSIBLE, Snapshot

AT = Evidence("/x", 1)
catalogue = cache(load)


def read(path: str, text: str, *, root: str = "shop") -> Reading:
    """Read a document with the importer that claims it."""
    document = Document.of(path, text)
    importer = detect(document, IMPORTERS)
    assert importer is not None, text
    return read_document(document, importer, Context(root))[0]


def reading(
    *claims: Claim, path: str = "a.yaml", importer: str = "native", root: str = "shop", time: str = ""
) -> Reading:
    """Make a reading of claims."""
    return Reading(Scope(importer, root, path), "0" * 64, claims, time=time)


def graph(*found: Reading | Claim, config: Config | None = None) -> Snapshot:
    """Build readings; bare claims are one reading."""
    claims = [one for one in found if isinstance(one, Claim)]
    readings = [one for one in found if isinstance(one, Reading)]
    return build(
        [*readings, *([reading(*claims)] if claims else [])], catalogue=catalogue(), config=config or Config()
    )


def out(snapshot: Snapshot, key: str, *kinds: str) -> list[str]:
    """Give the edges that leave a node, without kinds where one is asked for; `?` marks a possible one."""
    number = snapshot.index(key)
    assert number is not None, f"{key} is none of {snapshot.n_key[:]}"
    found = []
    for edge in snapshot.out_edges(number):
        kind, target = EDGE_NAMES[snapshot.e_kind[edge]], snapshot.n_key[snapshot.e_target[edge]]
        sure = "?" if snapshot.e_flags[edge] & POSSIBLE else ""
        if not kinds or kind in kinds:
            found.append(f"{target}{sure}" if len(kinds) == 1 else f"{kind} {target}{sure}")
    return found


def requires(snapshot: Snapshot, service: str) -> list[str]:
    """Give what a service requires."""
    return out(snapshot, f"service:{service}", "REQUIRES")


def method(snapshot: Snapshot, service: str) -> str:
    """Give how the one requirement of a service is known."""
    number = snapshot.index(f"service:{service}")
    assert number is not None
    (edge,) = snapshot.out_edges(number)
    return METHODS[snapshot.e_method[edge]]


def needs(snapshot: Snapshot) -> list[str]:
    """Give the needs, one line each: owner, name, environment, k and members."""
    keys, texts, lines = snapshot.n_key, snapshot.texts, []
    for number, owner in enumerate(snapshot.d_owner.tolist()):
        members = np.flatnonzero(snapshot.e_need == number).tolist()
        targets = ", ".join(keys[snapshot.e_target[edge]] for edge in members)
        words = (
            keys[owner],
            texts[snapshot.d_name[number]],
            texts[snapshot.d_environment[number]],
            f"{snapshot.d_k[number]} of",
            targets,
        )
        lines.append(" ".join(word for word in words if word))
    return lines
