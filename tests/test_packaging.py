"""Wheel, sdist and editable install hold the same product as the repository."""

import ast
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository import PRODUCT, ROOT, is_product, modules

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_STEM = f"graphkit_inventory-{PROJECT['version']}"


class Built(NamedTuple):
    """What one build of the repository gave; the last wheel comes from the sdist."""

    sdist: Path
    wheel: Path
    editable: Path
    again: Path


def hatchling(source: Path, target: str, out: Path) -> Path:
    """Build *target* from the folder *source* without network and give the file."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    return next(out.iterdir())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build everything that can be built, once."""
    out = tmp_path_factory.mktemp("built")
    sdist = hatchling(ROOT, "sdist", out / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(out / "source", filter="data")
    return Built(
        sdist,
        hatchling(ROOT, "wheel", out / "wheel"),
        hatchling(ROOT, "wheel:editable", out / "editable"),
        hatchling(out / "source" / _STEM, "wheel", out / "again"),
    )


def product_on_disk() -> set[str]:
    """List the product as an import sees it, through the two symlinks."""
    return {
        Path(folder, name).relative_to(ROOT).as_posix()
        for folder, _, names in os.walk(ROOT / "graphkit", followlinks=True)
        for name in names
        if "__pycache__" not in folder
    }


def entries(wheel: Path) -> dict[str, bytes]:
    """Read a wheel as name -> content."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def imported_from(installed: Path, module: str, cwd: Path) -> Path:
    """Import *module* with the unpacked wheel *installed* first on the path and tell where it came from."""
    code = (
        "import importlib, site, sys; before = list(sys.path); site.addsitedir(sys.argv[1]); "
        "sys.path[:] = [p for p in sys.path if p not in before] + before; "
        "print(importlib.import_module(sys.argv[2]).__file__)"
    )
    command = [sys.executable, "-I", "-c", code, str(installed), module]
    done = subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True, timeout=60)
    return Path(done.stdout.strip())


def test_the_wheel_holds_exactly_the_product(built: Built) -> None:
    """Modules and data alike, importers and queries once each, below graphkit, and nothing else."""
    assert {name for name in entries(built.wheel) if ".dist-info/" not in name} == product_on_disk()


def test_the_wheel_holds_what_is_not_python(built: Built) -> None:
    """The marker of types is in it, and so is every data file, with its content."""
    held = entries(built.wheel)
    assert "graphkit/py.typed" in held
    data = sorted(name for name in product_on_disk() if not name.endswith(".py"))
    assert [name for name in data if held[name] != (ROOT / name).read_bytes()] == []


def test_the_sdist_holds_the_product_as_real_files_below_graphkit(built: Built) -> None:
    """No symlink is left, and no second copy stands at the top."""
    with tarfile.open(built.sdist) as archive:
        members = {m.name.removeprefix(f"{_STEM}/"): m for m in archive.getmembers()}
    assert [name for name, member in members.items() if not (member.isfile() or member.isdir())] == []
    assert {name for name in members if name.startswith("graphkit/")} == product_on_disk()
    assert [name for name in members if name.startswith(("importers/", "queries/"))] == []
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/test_packaging.py"} <= set(members)


def test_the_wheel_from_the_sdist_is_the_same_to_the_byte(built: Built) -> None:
    """Whoever builds from the sdist gets what the index has."""
    assert built.again.read_bytes() == built.wheel.read_bytes()


def test_the_wheel_announces_its_command_its_importers_and_its_queries(built: Built) -> None:
    """Everything is found through entry points, ours as everybody else's."""
    text = entries(built.wheel)[f"{_STEM}.dist-info/entry_points.txt"].decode()
    assert "graphkit = graphkit.cli:main" in text
    assert "[graphkit.importers]\nbuiltin = graphkit.importers:IMPORTERS" in text
    assert "[graphkit.queries]\nbuiltin = graphkit.queries:QUERIES" in text


@pytest.mark.parametrize("module", ["graphkit", "graphkit.importers", "graphkit.queries"])
def test_an_installed_module_comes_from_where_it_was_installed(
    built: Built, tmp_path: Path, module: str
) -> None:
    """An install imports its own files; an editable install imports those of the checkout."""
    path = Path(*module.split("."), "__init__.py")
    for name, wheel in (("wheel", built.wheel), ("editable", built.editable)):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tmp_path / name)  # noqa: S202 - built a moment ago from this checkout
    assert imported_from(tmp_path / "wheel", module, tmp_path) == tmp_path / "wheel" / path
    assert imported_from(tmp_path / "editable", module, tmp_path) == ROOT / path


@pytest.mark.parametrize("folder", ["importers", "queries"])
def test_a_top_folder_refuses_to_be_imported_under_its_own_name(folder: str) -> None:
    """Two names of one module would be two sets of classes."""
    command = [sys.executable, "-c", f"import {folder}"]
    # From inside graphkit/, where the folder stands in an unpacked sdist too.
    done = subprocess.run(
        command,
        cwd=ROOT / "graphkit",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith(f"import graphkit.{folder}")


@pytest.mark.parametrize("folder", ["importers", "queries"])
def test_the_two_links_are_relative(folder: str) -> None:
    """An absolute link would work on one machine only."""
    link = ROOT / "graphkit" / folder
    if not (ROOT / folder).is_dir():
        assert link.is_dir(), "in an unpacked sdist the folder itself stands here"
        return
    assert link.readlink() == Path("..", folder)


def third_party_imports() -> set[str]:
    """Give the normalized distributions that the product's modules import, at the top or late."""
    names: set[str] = set()
    for _, text in (each for each in modules() if is_product(each[0])):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    known = packages_distributions()
    ours = names - set(sys.stdlib_module_names) - set(PRODUCT)
    return {canonicalize_name(known.get(name, [name])[0]) for name in ours}


def test_the_dependencies_are_what_the_product_imports() -> None:
    """Nothing is imported that is not declared, nothing is declared that is not imported."""
    extras = [
        each for name, group in PROJECT["optional-dependencies"].items() if name != "dev" for each in group
    ]
    needed = {canonicalize_name(Requirement(each).name) for each in PROJECT["dependencies"]}
    optional = {canonicalize_name(Requirement(each).name) for each in extras}
    assert needed <= third_party_imports() <= needed | optional


def test_every_dependency_has_a_lower_bound() -> None:
    """Without one an old version is taken where another package holds it back."""
    unbounded = [each for each in PROJECT["dependencies"] if ">=" not in each]
    assert unbounded == []


def test_the_lock_names_no_other_index_than_the_public_one() -> None:
    """A mirror's address would fail everywhere else."""
    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\"]+)", text))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    """What people are told to type is what is tested."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line.strip().removeprefix("$ ") for line in readme if line.rstrip().endswith("poe test")]
    assert commands
    script = [line.strip() for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()]
    assert [command for command in commands if command not in script] == []


def test_the_changelog_describes_this_version() -> None:
    """A release without an entry is a surprise."""
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
