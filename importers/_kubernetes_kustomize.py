"""Kustomize: patches are refused, and what a kustomization changes without our applying it is named.

https://kubectl.docs.kubernetes.io/references/kustomize/. Not read: what patches say.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from graphkit.errors import DocumentError
from graphkit.importers._kubernetes_objects import KUSTOMIZE_FIELDS, OPERATION, Object, workload
from graphkit.importing import Document
from graphkit.model import Skipped

if TYPE_CHECKING:
    from graphkit.importing import Context, Part

_RENDER: Final = "render it first (kustomize build)"
_PATCH: Final = f"looks like a patch of kustomize; {_RENDER}"
_GROUPS: Final = ("apps", "batch", "extensions")
_TEMPLATED: Final = frozenset(("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"))
_DIRECTIVES: Final = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")
_FILES: Final = tuple(f"{up}kustomization.{kind}" for up in ("", "../") for kind in ("yaml", "yml"))
_FILE: Final = re.compile(r"(?:.*/)?kustomization\.ya?ml", re.IGNORECASE)
_FIELD: Final = re.compile(rf"^(?:{'|'.join(KUSTOMIZE_FIELDS)}) *:", re.MULTILINE)
_LIST: Final = re.compile(r"(?:#[^\n]*\n|---[^\n]*\n|\s)*(?:-\s|\[)")
_OPERATION: Final = re.compile(r"""["']?\bop["']?\s*:\s*["']?(?:add|remove|replace|move|copy|test)\b""")
_TARGET: Final = re.compile(r"""["']?\bpath["']?\s*:\s*["']?/(?:spec|data|metadata)\b""")
_PLAIN_GENERATOR: Final = frozenset(("name", "namespace", "literals", "options"))


def is_kustomize(document: Document) -> bool:
    """Tell whether a document is a kustomization, its kind stated or not, or an RFC 6902 patch."""
    head = document.head
    if _FILE.fullmatch(document.path):
        return _FIELD.search(head) is not None
    return bool(_LIST.match(head) and _OPERATION.search(head) and _TARGET.search(head))


def without_patches(
    found: Iterable[Object | Skipped], document: Document, context: Context
) -> list[Object | Skipped]:
    """Put a refusal, E-KIND, in the place of each object that is a patch.

    Raises DocumentError E-KIND where the document is nothing but patches.
    """
    listed = _is_listed(document, context)
    directed = any(name in document.text for name in _DIRECTIVES)
    kept = [
        one.part.skip("E-KIND", _PATCH)
        if isinstance(one, Object)
        and (listed or _is_partial(one) or (directed and _has_directive(one.part.value)))
        else one
        for one in found
    ]
    refused = [one for one in kept if isinstance(one, Skipped) and one.message == _PATCH]
    if refused and len(refused) == len(kept):
        raise DocumentError("E-KIND", _PATCH, line=refused[0].line)
    return kept


def unapplied(one: Object) -> Iterator[Skipped]:
    """Name the fields of a kustomization that change names (W-UNREAD) or values (E-KIND): none is applied."""
    for field, code in KUSTOMIZE_FIELDS.items():
        part = one.part.get(field)
        if not code or not part or (field == "configMapGenerator" and _is_read(one.part)):
            continue
        if field == "images" and not any(image.get("newName") for image in part):
            code = "W-UNREAD"  # noqa: PLW2901 - another tag names no other software
        yield part.skip(code, f"the field {field} of a kustomization is not applied; {_RENDER}")


def _is_partial(one: Object) -> bool:
    """Tell whether an object is only a part of one: an operation, or a workload without any image."""
    if one.kind == OPERATION:
        return True
    if one.api.partition("/")[0] not in _GROUPS or one.kind not in _TEMPLATED:
        return False
    running = workload(one)
    boxes = running.pod.get("containers") if running else ()
    return not any(box.is_map and "image" in dict(box.items()) for box in boxes)


def _has_directive(value: object) -> bool:
    """Tell whether a key of a strategic merge stands anywhere in an object."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if any(str(name).startswith(_DIRECTIVES) for name in one):
                return True
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return False


def _is_listed(document: Document, context: Context) -> bool:
    """Tell whether a kustomization beside the document, or one folder up, names it as a patch."""
    for path in _FILES:
        beside = context.sibling(path)
        if beside is None or beside.path == document.path:
            continue
        try:
            patches = _patches(beside.text)
        except DocumentError:
            continue  # refused with its place when the file itself is read
        folder = posixpath.dirname(beside.path)
        if any(posixpath.normpath(posixpath.join(folder, name)) == document.path for name in patches):
            return True
    return False


@lru_cache(maxsize=16)
def _patches(text: str) -> frozenset[str]:
    """Give the files that a kustomization names as patches; asked again for every file beside it."""
    found: set[str] = set()
    for part in Document.of("kustomization.yaml", text).parts:
        found.update(part.get("patchesStrategicMerge").texts)
        for field in ("patches", "patchesJson6902"):
            found.update(one.get("path").text for one in part.get(field))
    return frozenset(found)


def _is_read(kustomization: Part) -> bool:
    """Tell whether generated ConfigMaps are but literals, for files of the same folder: those are read."""
    plain = (
        _PLAIN_GENERATOR.issuperset(dict(made.items())) for made in kustomization.get("configMapGenerator")
    )
    places = [
        name.removeprefix("./")
        for field in ("resources", "bases", "components")
        for name in kustomization.get(field).texts
    ]
    return all(plain) and all("/" not in name and name.endswith((".yaml", ".yml")) for name in places)
