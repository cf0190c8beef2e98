"""The estate, the peer's graph and the store that several benchmarks share, each made once a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.measuring import GRAPHKIT, PYTHON, ROOT, Failed, spend

if TYPE_CHECKING:
    from benchmarks.setting import Setting

WORD: Final = "llama"
_OWN: Final = Path(__file__).parent
_SHARED: Final = ROOT.parent / "shared" / "bench"
_BEHIND: Final = "the stored view is behind"


def estate(setting: Setting, services: int) -> Path:
    """Give the inventory of that many services."""
    path = setting.folder / f"estate-{services}.json"
    if not path.exists():
        script = _source(setting) / "big_estate.py"
        spend((*PYTHON, str(script), str(path), str(services)), folder=setting.folder)
    return path


def importing(setting: Setting, services: int, store: Path) -> tuple[str, ...]:
    """Give the command that imports the estate into *store*."""
    return (*GRAPHKIT, "import", str(estate(setting, services)), "--store", str(store))


def building(setting: Setting, services: int) -> tuple[str, ...]:
    """Give the peer's command for the same."""
    peer = str(_source(setting) / "networkx_peer.py")
    return (*PYTHON, peer, "build", str(estate(setting, services)), str(_graph(setting, services)))


def querying(setting: Setting, services: int) -> tuple[str, ...]:
    """Give the command that asks the shared store what reaches Llama; the store is made where it is not.

    Raises Failed where its view would not be used.
    """
    store = shared_store(setting, services)
    if not store.exists():
        spend(importing(setting, services, store), folder=setting.folder)
    command = (*GRAPHKIT, "blast-radius", f"family:{WORD}", "--format", "json", "--store", str(store))
    if _BEHIND in spend(command, folder=setting.folder).messages:
        spend((*GRAPHKIT, "store", "build", "--store", str(store)), folder=setting.folder)
        if _BEHIND in spend(command, folder=setting.folder).messages:
            raise Failed("the view that was built a moment ago is not used: did the catalogue change?")
    return command


def asking(setting: Setting, services: int) -> tuple[str, ...]:
    """Give the peer's command for the same; its graph is made where it is not."""
    if not _graph(setting, services).exists():
        spend(building(setting, services), folder=setting.folder)
    return (*PYTHON, str(_source(setting) / "networkx_peer.py"), "ask", str(_graph(setting, services)), WORD)


def shared_store(setting: Setting, services: int) -> Path:
    """Give the place of the store that queries are asked of."""
    return setting.folder / f"store-{services}.db"


def _source(setting: Setting) -> Path:
    if setting.shared and not _SHARED.is_dir():
        raise Failed(f"--shared: {_SHARED} is not there")
    return _SHARED if setting.shared else _OWN


def _graph(setting: Setting, services: int) -> Path:
    return setting.folder / f"peer-{services}.pickle"
