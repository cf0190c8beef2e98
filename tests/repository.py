"""The files of the checkout, as the tests about the repository itself see them."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("graphkit", "importers", "queries")

_NOT_OURS = {".git", ".venv", ".hypothesis", "__pycache__", "node_modules"}
_NOT_OURS_AT_THE_TOP = {"build", "dist"}  # graphkit/build is ours
# Inputs of tests: they look like what other people write, and are no code of ours.
_INPUTS = ("tests/golden/cases/", "tests/corpus/files/")


def files(*suffixes: str) -> Iterator[tuple[str, Path]]:
    """Yield the repository's files once each, as (path from the root, path), sorted within their folders.

    Symlinks are left out: what they lead to is in the repository under its own name. Without *suffixes*
    every file is given.
    """
    for folder, folders, names in os.walk(ROOT):
        left_out = _NOT_OURS | _NOT_OURS_AT_THE_TOP if Path(folder) == ROOT else _NOT_OURS
        folders[:] = sorted(f for f in folders if f not in left_out and not f.endswith("_cache"))
        for name in sorted(names):
            path = Path(folder, name)
            if not path.is_symlink() and name.endswith(suffixes or ("",)):
                yield path.relative_to(ROOT).as_posix(), path


def modules() -> Iterator[tuple[str, str]]:
    """Yield the Python code that we write, tests and benchmarks included, as (path from the root, text)."""
    for name, path in files(".py"):
        if not name.startswith(_INPUTS):
            yield name, path.read_text(encoding="utf-8")


def is_product(name: str) -> bool:
    """Tell whether the file *name*, a path from the root, is installed by users."""
    return name.partition("/")[0] in PRODUCT
