"""`graphkit diff` on a store with a history: dates, moments, revisions and other stores as sides."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from graphkit.importers import IMPORTERS
from graphkit.importing.running import Request, run
from graphkit.stores.sqlite import SQLiteStore
from tests.cli.running import ON, Folder

SERVICE = "graphkit: 1\nservices: [{{id: chat, requires: [{{model: {}}}]}}]\n"
MODELS = {1: "mistral/mistral-small-latest", 2: "groq/llama-3.3-70b-versatile", 3: "openai/gpt-5-mini"}


@pytest.fixture
def history(folder: Folder) -> Folder:
    """Give a store that was imported into on the first three days of June, another model each day."""
    for day, model in MODELS.items():
        folder.write("inventory.yaml", SERVICE.format(model))
        moment = dt.datetime(2026, 6, day, 12, tzinfo=dt.UTC)
        store = SQLiteStore(folder.path / "graphkit.db", now=lambda moment=moment: moment)  # type: ignore[misc]
        store.put(run(Request((str(folder.path / "inventory.yaml"),), scope="shop"), IMPORTERS).readings)
        store.close()
    return folder


def vendors(history: Folder, *words: str) -> list[tuple[str, str]]:
    """Give the changes by vendor."""
    rows: Any = history.run("diff", *words, "-f", "json", "-q", *ON).json()["rows"]
    return [(row["change"], row["vendor"].partition(":")[2]) for row in rows]


def test_dates_are_what_was_known_at_the_end_of_the_day(history: Folder) -> None:
    """Both sides, or one and now; moments too."""
    first = [("exposed", "groq"), ("exposed", "meta"), ("freed", "mistral")]
    assert vendors(history, "2026-06-01", "2026-06-02") == first
    assert vendors(history, "2026-06-02", "2026-06-01") == [
        ("exposed", "mistral"),
        ("freed", "groq"),
        ("freed", "meta"),
    ]
    assert vendors(history, "2026-06-02") == [("exposed", "openai"), ("freed", "groq"), ("freed", "meta")]
    assert vendors(history, "2026-06-02T11:00:00Z", "2026-06-02T13:00:00Z") == first
    assert vendors(history, "2026-06-01", "--as-of", "2026-06-02") == first


def test_revisions_are_known_by_their_first_letters(history: Folder) -> None:
    """As `store info` shows them."""
    revisions = [
        history.run("store", "info", "--as-of", f"2026-06-0{day}", "-f", "json").json()["revision"]
        for day in MODELS
    ]
    assert vendors(history, revisions[0][:8], revisions[1]) == vendors(history, "2026-06-01", "2026-06-02")
    assert vendors(history, revisions[2]) == []


def test_another_store_is_a_side(history: Folder) -> None:
    """By its path or its URI; a file goes before a revision of that name."""
    history.write("other/inventory.yaml", SERVICE.format(MODELS[2]))
    history.run("import", "other/inventory.yaml", "--store", "beef", "--scope", "other", "-q")
    other = [("exposed", "openai"), ("freed", "groq"), ("freed", "meta")]
    assert vendors(history, "beef") == other
    assert vendors(history, f"sqlite:///{history.path / 'beef'}") == other
    assert vendors(history, "beef", "--store", "beef") == []
    assert (history.path / "beef").is_file()


@pytest.mark.parametrize(
    ("side", "said"),
    [
        ("2026-13-01", "is no date"),
        ("2026-06-01T99:00", "is no date"),
        ("ffff", "nor a revision of"),
        ("yesterday", "neither a date such as 2026-11-23"),
        ("nothing.db", "nor a store"),
        ("ftp://x", "is not a kind of store"),
    ],
)
def test_what_is_no_side_is_a_mistake(history: Folder, side: str, said: str) -> None:
    """Exit code 2, and what it could have been."""
    assert said in history.run("diff", side, code=2).err


def test_a_letter_that_begins_several_revisions_is_refused(
    history: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are listed."""
    from graphkit.stores import State

    def state(self: SQLiteStore, at: str | None = None) -> State:
        moments = (*self.moments(), None)
        return State(f"abcd{moments.index(at)}", "stamp")

    monkeypatch.setattr(SQLiteStore, "state", state)
    assert "may mean the revisions abcd0, abcd1, abcd2" in history.run("diff", "abcd", code=2).err


def test_under_an_event_both_sides_are_judged_from_one_day(history: Folder) -> None:
    """And the table says so in words."""
    done = history.run("diff", "2026-06-01", "2026-06-02", "--event", "meta-llama-line-end", "-q", *ON)
    assert done.out.startswith(
        "From 2026-06-01 to 2026-06-02: 1 service newly exposed to meta-llama-line-end.\n"
    )
    page = Path(history.path / "diff.html")
    history.run("diff", "2026-06-01", "--event", "meta-llama-line-end", "-o", "diff.html", *ON)
    assert "meta-llama-line-end" in page.read_text(encoding="utf-8")
