"""Which files are meant by the paths on the command line, and under which root they are known."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pathspec import GitIgnoreSpec

from graphkit.errors import UsageError

_IGNORE_FILES: Final = (".gitignore", ".graphkitignore")
_NEVER: Final = frozenset(
    (".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", ".tox", ".mypy_cache", ".ruff_cache")
)


@dataclass(frozen=True, slots=True)
class Root:
    """What paths are relative to: a name for the store, the folder here, and the place it stands for."""

    name: str
    folder: Path
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """One file to look at. *named* tells whether the user named it, *path* is relative to the root."""

    file: Path
    root: Root
    path: str
    named: bool


def find_root(path: Path, *, scope: str | None = None) -> Root:
    """Give the root of a path: *scope*, else the repository's remote, else the nearest marked folder.

    A remote gives its name without user, password and query. A folder is marked by `.git` or
    `graphkit.toml`; where none is, it is the folder itself.
    """
    folder = path if path.is_dir() else path.parent
    top = next((place for place in (folder, *folder.parents) if _marked(place)), folder)
    if scope:
        return Root(scope, top, f"--scope {scope}")
    remote = _remote(top / ".git")
    if remote:
        return Root(remote, top, remote)
    return Root(top.name or "root", top, str(top))


def walk(paths: Iterable[str], *, suffixes: frozenset[str], scope: str | None = None) -> Iterator[Found]:
    """Give every file that *paths* mean, each once, folders in name order.

    Folders are walked with `.gitignore` and `.graphkitignore` respected, links to folders not followed,
    and only files with one of *suffixes* (or that plus .gz, .bz2, .xz) given. Raises UsageError for a
    path that does not exist.
    """
    seen: set[Path] = set()
    paths = tuple(paths)
    missing = [path for path in paths if not Path(path).exists()]
    if missing:
        raise UsageError("\n".join(f"{path}: there is no such file or folder" for path in missing))
    for path in sorted({Path(path).resolve() for path in paths}):
        root = find_root(path, scope=scope)
        files = [path] if path.is_file() else _files(path, root.folder, suffixes)
        for file in files:
            if file not in seen:
                seen.add(file)
                yield Found(file, root, file.relative_to(root.folder).as_posix(), named=file == path)


def _files(folder: Path, top: Path, suffixes: frozenset[str]) -> Iterator[Path]:
    specs = [(place, spec) for place in reversed([folder, *_between(folder, top)]) if (spec := _spec(place))]
    for here, folders, files in os.walk(folder):
        place = Path(here)
        if place != folder and (spec := _spec(place)):
            specs.append((place, spec))
        specs = [
            (owner, spec)
            for owner, spec in specs
            if place.is_relative_to(owner) or owner.is_relative_to(place)
        ]
        folders[:] = sorted(
            name for name in folders if name not in _NEVER and not _ignored(place / name, specs, folder=True)
        )
        for name in sorted(files):
            file = place / name
            if _suffix(name) in suffixes and not _ignored(file, specs, folder=False) and _is_plain(file, top):
                yield file


def _is_plain(file: Path, top: Path) -> bool:
    """Tell whether a name is a file to open: no pipe or device, no link that leads out of the root."""
    try:
        return file.is_file() and (not file.is_symlink() or file.resolve().is_relative_to(top.resolve()))
    except OSError:
        return False


def _between(folder: Path, top: Path) -> list[Path]:
    return [place for place in folder.parents if place.is_relative_to(top)]


def _spec(folder: Path) -> GitIgnoreSpec | None:
    lines: list[str] = []
    for name in _IGNORE_FILES:
        try:
            lines += (folder / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            continue
    try:
        return GitIgnoreSpec.from_lines(lines) if lines else None
    except ValueError:
        return None


def _ignored(path: Path, specs: list[tuple[Path, GitIgnoreSpec]], *, folder: bool) -> bool:
    """Ask the ignore files from the innermost outwards; the first that has a rule decides."""
    for owner, spec in reversed(specs):
        if path.is_relative_to(owner) and path != owner:
            verdict = spec.check_file(path.relative_to(owner).as_posix() + ("/" if folder else "")).include
            if verdict is not None:
                return verdict
    return False


def _suffix(name: str) -> str:
    low = name.lower()
    for packed in (".gz", ".bz2", ".xz"):
        low = low.removesuffix(packed)
    return os.path.splitext(low)[1]  # noqa: PTH122 - a name, thousands of times


def _marked(folder: Path) -> bool:
    return (folder / ".git").exists() or (folder / "graphkit.toml").is_file()


def _remote(git: Path) -> str:
    """Read the address of `origin`, else of the first remote, from the configuration; nothing is run."""
    try:
        if git.is_file():  # a worktree or submodule: the file names the folder
            git = (git.parent / git.read_text("utf-8", "replace").partition(":")[2].strip()).resolve()
            common = git / "commondir"
            git = (git / common.read_text().strip()).resolve() if common.is_file() else git
        text = (git / "config").read_text("utf-8", "replace")
    except OSError:
        return ""
    found: dict[str, str] = {}
    section = ""
    for line in text.splitlines():
        word = line.strip()
        if word.startswith("["):
            section = word[len('[remote "') : -len('"]')] if word.startswith('[remote "') else ""
        elif section and word.partition("=")[0].strip() == "url":
            found.setdefault(section, word.partition("=")[2].strip())
    return _bare(found.get("origin") or next(iter(found.values()), ""))


def _bare(url: str) -> str:
    """Reduce a remote to host and path, the same for every way to write it.

    >>> _bare("https://me:secret@example.com/shop/api.git?x=1"), _bare("git@example.com:shop/api.git")
    ('example.com/shop/api', 'example.com/shop/api')
    """
    if "://" not in url:
        host, colon, path = url.rpartition("@")[2].partition(":")
        return f"{host}/{path}".removesuffix(".git").strip("/") if colon and "/" not in host else ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return f"{host}{parts.path}".rstrip("/").removesuffix(".git") if host else ""
