"""`graphkit catalogue` as a person types it."""

import json
import shutil
from pathlib import Path

from graphkit.catalogue.tables import DATA
from tests.cli.running import Folder

ENTRY = {"litellm_provider": "groq", "mode": "chat", "input_cost_per_token": 5e-08}


def made(folder: Folder) -> tuple[str, ...]:
    """Make a package folder and a copy of the tables; give the words that refresh one from the other."""
    shutil.copytree(DATA, folder.path / "tables")
    name = "site/litellm/model_prices_and_context_window_backup.json"
    folder.write(name, json.dumps({"groq/llama-3.1-8b-instant": ENTRY}))
    (folder.path / "site" / "litellm-99.dist-info").mkdir()
    return ("catalogue", "refresh", "--from", "site", "--into", "tables")


def test_show_counts_each_table_with_its_dates(folder: Folder) -> None:
    """And the digest, for people and for programs."""
    assert "prices.csv" in folder.run("catalogue", "show").out
    body = folder.run("catalogue", "show", "-f", "json").json()
    files = [row["table"] for row in body["tables"]]
    assert files == sorted(path.name for path in DATA.glob("*.csv"))
    assert all(row["oldest"] <= row["newest"] for row in body["tables"])
    assert len(body["digest"]) == 64


def test_show_lists_the_rows_about_a_name(folder: Folder) -> None:
    """A bare name by all its meanings, a key by one; each row with its source and date."""
    body = folder.run("catalogue", "show", "llama", "-f", "json").json()
    assert "family:llama" in body
    for rows in body.values():
        assert all(row["source"] and row["read_date"] and row["place"] for row in rows)
    assert list(folder.run("catalogue", "show", "family:llama", "-f", "json").json()) == ["family:llama"]
    told = folder.run("catalogue", "show", "offering:groq/llama-3.1-8b-instant").out
    assert "prices.csv#groq/llama-3.1-8b-instant" in told


def test_show_of_an_unknown_or_hostile_name_is_one_line(folder: Folder) -> None:
    """Exit 2."""
    for name in ("no such thing", "vendor:", "family:<script>", "x" * 10_000, "a\nb", "\u202eabc"):
        done = folder.run("catalogue", "show", name, code=None)
        assert done.code in (0, 2)
        if done.code:
            assert len(done.err.splitlines()) == 1


def test_the_shipped_tables_pass_the_check(folder: Folder) -> None:
    """It says how many there are."""
    assert "no problems" in folder.run("catalogue", "check").said


def test_refresh_writes_only_when_told_to(folder: Folder) -> None:
    """And a second time says that nothing changes."""
    words = made(folder)
    before = content(folder.path / "tables")
    assert "prices.csv: " in folder.run(*words, "--accept", "prices.csv#x").out
    assert content(folder.path / "tables") == before
    folder.run(*words, "--write")
    assert content(folder.path / "tables") != before
    assert folder.run(*words, "--write").out == "nothing changes\n"


def test_refresh_refuses_a_silent_change_of_vendor(folder: Folder) -> None:
    """Exit 1 and nothing written, until the row is named."""
    words = (*made(folder), "--write")
    row = "llama,Llama,mistral,own page,2026-11-23"
    folder.write("site/families.csv", f"id,name,vendor,source,read_date\n{row}\n")
    before = content(folder.path / "tables")
    assert "refused: families.csv#llama: vendor meta -> mistral" in folder.run(*words, code=1).err
    assert content(folder.path / "tables") == before
    folder.run(*words, "--accept", "families.csv#llama")
    assert row in (folder.path / "tables" / "families.csv").read_text(encoding="utf-8")


def test_refresh_announces_rows_that_it_does_not_show(folder: Folder) -> None:
    """--verbose shows them."""
    words = made(folder)
    assert "more (--verbose shows all)" in folder.run(*words).out
    assert "more (--verbose" not in folder.run(*words, "--verbose").out


def test_refresh_from_or_into_nothing_is_refused(folder: Folder) -> None:
    """Exit 2, one line."""
    made(folder)
    (folder.path / "empty").mkdir()
    for words in (("--from", "nowhere"), ("--from", "empty"), ("--into", "empty")):
        done = folder.run("catalogue", "refresh", *words, code=2)
        assert len(done.err.splitlines()) == 1


def content(folder: Path) -> dict[str, bytes]:
    """Give the bytes of every file."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
