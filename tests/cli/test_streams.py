"""Standard input and output, and files that answers are written to."""

import gzip
import os
import stat

import pytest

from tests.cli.running import ON, Folder

GOOD = "graphkit: 1\nservices: [{id: chat, requires: [{model: groq/llama-3.3-70b-versatile}]}]\n"
SHEET = "service;owner;model\nchat;web;groq/llama-3.3-70b-versatile\n"


def scopes(folder: Folder) -> list[str]:
    """List the scopes in the store."""
    return [row["scope"] for row in folder.run("store", "scopes", "-f", "json").json()]


@pytest.mark.parametrize("text", [GOOD, SHEET, gzip.compress(GOOD.encode())], ids=["yaml", "sheet", "gzip"])
def test_standard_input_is_imported_like_a_file(folder: Folder, text: str | bytes) -> None:
    """Under the root `stdin`; its format is found out by its content."""
    folder.run("import", "-", stdin=text)
    assert scopes(folder) == ["native:stdin/-"]
    assert folder.services("vendor:meta") == ["chat"]


def test_standard_input_has_the_root_and_format_that_are_named(folder: Folder) -> None:
    """And stands beside files in one run; again the same changes nothing."""
    folder.write("more.yaml", "graphkit: 1\nservices: [{id: till}]\n")
    folder.run("import", "-", "more.yaml", "--scope", "shop", "--format", "native", stdin=GOOD)
    assert scopes(folder) == ["native:shop/-", "native:shop/more.yaml"]
    done = folder.run("import", "-", "more.yaml", "--scope", "shop", stdin=GOOD)
    assert "0 new, 0 changed, 2 unchanged" in done.err


def test_a_problem_on_standard_input_is_named_after_it(folder: Folder) -> None:
    """Nothing, broken text, and what nobody knows are refused."""
    for text, code in (("", "E-EMPTY"), ("graphkit: 1\nservices: [", "E-SYNTAX"), ("a: 1\n", "E-KIND")):
        done = folder.run("import", "-", stdin=text, code=3)
        assert done.err.startswith("-:")
        assert code in done.err


def test_a_minus_is_standard_output_for_every_command_that_writes(folder: Folder) -> None:
    """And makes no file of that name."""
    folder.run("import", "-", stdin=GOOD)
    for words in (("blast-radius", "vendor:meta", *ON), ("store", "info"), ("schema", "config")):
        assert folder.run(*words, "-o", "-").said == folder.run(*words).said
    assert not (folder.path / "-").exists()


@pytest.mark.parametrize(
    "words", [("coverage",), ("store", "info"), ("doctor",), ("schema", "config"), ("resolve", "gpt-5")]
)
def test_a_suffix_that_stands_for_no_format_is_refused(folder: Folder, words: tuple[str, ...]) -> None:
    """Exit 2, with the suffixes and formats there are; nothing is written, unless --format says how."""
    folder.run("import", "-", stdin=GOOD)
    for name in ("x.pdf", "x.JSN"):
        done = folder.run(*words, "-o", name, code=2)
        assert len(done.err.splitlines()) == 1
        assert all(word in done.err for word in ("--output", ".json (json)", "--format", "table"))
        assert not (folder.path / name).exists()
    folder.run(*words, "-o", "x.pdf", "-f", "json")
    folder.run(*words, "-o", "without-a-suffix")
    assert (folder.path / "x.pdf").read_text().startswith(("{", "["))


def test_a_format_of_other_commands_is_refused_by_its_suffix_too(folder: Folder) -> None:
    """`doctor` makes no page."""
    assert "'.html' stands for no format of this command" in folder.run("doctor", "-o", "x.html", code=2).err


def test_a_pipe_is_written_to_and_stays_a_pipe(folder: Folder) -> None:
    """As does /dev/null: nothing is put in its place."""
    pipe = folder.path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    folder.run("schema", "-o", "pipe")
    assert b"inventory" in os.read(reader, 10_000)
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_folder_is_no_store(folder: Folder) -> None:
    """One line, exit 4: what is wrong and what to do."""
    (folder.path / "kept").mkdir()
    folder.write("inventory.yaml", GOOD)
    for words in (("import", "."), ("coverage",), ("store", "info")):
        err = folder.run(*words, "--store", "kept", code=4).err
        assert err.startswith("graphkit: kept: is a folder; name a file in it: --store kept/graphkit.db")
    assert "there is no folder" in folder.run("import", ".", "--store", "no/such/a.db", code=4).err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_store_that_may_not_be_read_says_so(folder: Folder) -> None:
    """One line, exit 4."""
    folder.run("import", "-", stdin=GOOD)
    (folder.path / "graphkit.db").chmod(0)
    assert "cannot be read" in folder.run("coverage", code=4).err
