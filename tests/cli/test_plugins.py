"""Entry points: what is installed is found as importlib.metadata finds it, only sooner."""

import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from graphkit.cli import plugins


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    """Look at the path again before and after each test."""
    plugins.lines.cache_clear()
    yield
    plugins.lines.cache_clear()


def write(place: Path, package: str, text: str, *, file: str = "entry_points.txt") -> None:
    """Install the metadata of a package without its code."""
    folder = place / package
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Name: {package.partition('-')[0]}\nVersion: 1\n")
    (folder / file).write_text(text)


def known(group: str) -> list[tuple[str, str]]:
    """Give what importlib.metadata knows of a group."""
    return sorted((point.name, point.value) for point in entry_points(group=group))


def test_every_group_that_is_installed_here_has_the_same_points() -> None:
    """Ours, pytest's, those of the console."""
    groups = entry_points().groups
    assert {"graphkit.importers", "graphkit.queries", "console_scripts"} <= groups
    for group in sorted(groups):
        assert sorted(plugins.points(group)) == known(group), group


def test_what_else_lies_on_the_path_is_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Comments, spaces, extras; a package in two places counts once; a folder without the file is passed."""
    text = "# c\n[other]\nx = y\n\n[ours]\n a = m.n:B.C \n; = 1\nb=m:X [extra]\n"
    write(tmp_path / "1", "My_Pack.age-1.dist-info", text)
    write(tmp_path / "2", "my_pack_age-2.dist-info", "[ours]\nlater = m:X\n")
    write(tmp_path / "2", "other.egg-info", "[ours]\nc = m:Y\n")
    write(tmp_path / "2", "none-1.dist-info", "", file="RECORD")
    monkeypatch.setattr(sys, "path", [str(tmp_path / name) for name in ("1", "2", "missing")])
    assert sorted(plugins.points("ours")) == known("ours")
    assert ("b", "m:X [extra]") in plugins.points("ours")
    assert "later" not in dict(plugins.points("ours"))


def test_packages_in_an_archive_or_an_egg_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where folders are not all there is, importlib.metadata is asked."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("zipped-1.dist-info/entry_points.txt", "[ours]\nz = m:Z\n")
        archive.writestr("zipped-1.dist-info/METADATA", "Name: zipped\nVersion: 1\n")
    write(tmp_path / "old.egg", "EGG-INFO", "[ours]\ne = m:E\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "a.zip"), str(tmp_path / "old.egg"), *sys.path])
    assert sorted(plugins.points("ours")) == [("e", "m:E"), ("z", "m:Z")]


def test_another_finder_of_packages_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs that are frozen bring one."""

    class Finder:
        def find_distributions(self, _context: object = None) -> list[object]:
            return []

        def find_spec(self, *_: object) -> None:
            return None

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert sorted(plugins.points("graphkit.queries")) == known("graphkit.queries")
