"""Files that are broken, packed, empty, too large, too deep or not what their name says."""

import gzip
import json
import os
import time
from pathlib import Path

import pytest

from tests.badinput.baits import GOOD
from tests.cli.running import Folder

DEEP = 10_000
_LAUGHS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
_HEAD = '{"graphkit": 1, "services": '

SYNTAX = {
    "truncated.json": (_HEAD + '[{"id": "a"', 1),
    "cut.json": (_HEAD + "[", 1),
    "two.json": (_HEAD + '[{"id": "a"}]}\n{"graphkit": 1}', 2),
    "comma.json": (_HEAD + '[\n{"id": "a"},\n]}', 3),
    "open.yaml": ("graphkit: 1\nservices: [\n  - a: {", 3),
    "tab.yaml": ("graphkit: 1\nservices:\n\t- id: a\n", 3),
    "colon.yaml": ("graphkit: 1\nservices: a: b\n", 2),
    "anchor.yaml": ("graphkit: 1\nservices: *nothing\n", 2),
    "table.toml": ("graphkit = 1\n[[services]\nid = 'a'\n", 2),
    "gateway.yaml": ("model_list:\n  - model_name: a\n    litellm_params: {model: x\n", 4),
    "manifest.yaml": ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x\nspec: [\n", 4),
    "bom.json": ('{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [', 1),
}
DEEPLY = {
    "deep.json": _HEAD + "[" * DEEP + "]" * DEEP + "}",
    "deep.yaml": "graphkit: 1\nservices: " + "[" * DEEP + "]" * DEEP + "\n",
    "steps.yaml": "graphkit: 1\nservices:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 2_000)),
    "deep.toml": "graphkit = 1\nservices = " + "[" * DEEP + "]" * DEEP + "\n",
    "tables.toml": "graphkit = 1\n[" + ".".join(["a"] * DEEP) + "]\n",
    "laughs.yaml": "graphkit: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + _LAUGHS + "services: *a11\n",
    "deep-bom.xml": '<bom xmlns="http://cyclonedx.org/schema/bom/1.6">'
    + "<a>" * DEEP
    + "</a>" * DEEP
    + "</bom>",
    "digits.json": _HEAD + '[{"id": ' + "9" * 5_000 + "}]}",
    "digits.toml": "graphkit = 1\n[[services]]\nid = " + "9" * 5_000 + "\n",
}


@pytest.mark.parametrize("name", sorted(SYNTAX))
def test_broken_text_is_refused_with_its_line(folder: Folder, name: str) -> None:
    """One line: place, code and what was found."""
    text, line = SYNTAX[name]
    folder.write(name, text)
    done = folder.run("import", name, code=3)
    assert done.err.startswith(f"{name}:{line}:"), done.err
    assert ": E-SYNTAX: " in done.err.splitlines()[0]


@pytest.mark.parametrize("name", sorted(DEEPLY))
def test_what_is_nested_or_expands_too_far_is_refused_quickly(folder: Folder, name: str) -> None:
    """Neither the stack nor the memory gives in."""
    folder.write(name, DEEPLY[name])
    began = time.monotonic()
    done = folder.run("import", name, code=3)
    assert time.monotonic() - began < 5
    assert done.err.startswith(name)
    assert ": E-" in done.err.splitlines()[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_text_in_another_encoding_is_refused_by_name(folder: Folder, encoding: str) -> None:
    """Guessing would make other names of it."""
    folder.write("inventory.yaml", GOOD.replace("Web", "Café").encode(encoding))
    done = folder.run("import", "inventory.yaml", code=3)
    assert ": E-ENCODING: " in done.err.splitlines()[0]


def test_utf_16_without_a_byte_order_mark_is_called_an_encoding(folder: Folder) -> None:
    """It is what Windows tools write where they leave the mark out."""
    folder.write("inventory.yaml", GOOD.encode("utf-16-le"))
    assert ": E-ENCODING: " in folder.run("import", "inventory.yaml", code=3).err.splitlines()[0]


def test_a_byte_order_mark_in_front_of_utf_8_does_not_matter(folder: Folder) -> None:
    """Editors on Windows write it."""
    folder.write("inventory.yaml", b"\xef\xbb\xbf" + GOOD.encode())
    folder.run("import", ".")
    assert folder.services("vendor:meta") == ["chat"]


@pytest.mark.parametrize("walked", [True, False], ids=["walked", "named"])
def test_a_gzipped_file_is_read(folder: Folder, *, walked: bool) -> None:
    """SBOMs lie in storage so."""
    folder.write("inventory.yaml.gz", gzip.compress(GOOD.encode()))
    folder.run("import", "." if walked else "inventory.yaml.gz")
    assert folder.services("vendor:meta") == ["chat"]


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(folder: Folder) -> None:
    """300 MiB of nothing in 300 KiB."""
    folder.write("bomb.json.gz", gzip.compress((_HEAD + "[" + " " * (300 << 20) + "]}").encode(), 1))
    began = time.monotonic()
    done = folder.run("import", ".", code=3)
    assert time.monotonic() - began < 10
    assert done.err.startswith("bomb.json.gz: E-ENCODING: decompresses too far")


@pytest.mark.parametrize("keep", [12, 60, 100])
def test_a_broken_gzip_file_is_refused(folder: Folder, keep: int) -> None:
    """A download that was cut off."""
    folder.write("half.yaml.gz", gzip.compress(GOOD.encode() * 50)[:keep])
    assert folder.run("import", ".", code=3).err.startswith("half.yaml.gz: E-ENCODING: compressed and broken")


@pytest.mark.parametrize("text", ["", " \n\n"], ids=["nothing", "white space"])
def test_an_empty_file_is_refused_where_it_is_named_and_passed_over_in_a_walk(
    folder: Folder, text: str
) -> None:
    """Never 0 claims and success for what somebody asked for."""
    folder.write("empty.yaml", text)
    assert folder.run("import", "empty.yaml", code=3).err.startswith("empty.yaml: E-EMPTY: ")
    assert "1 file not ours" in folder.run("import", ".").out


@pytest.mark.parametrize(
    "text",
    [GOOD[:12], "model_list: []\nlitellm_settings: {}\n", '{"bomFormat": "CycloneDX", "specVersion": "1.6"}'],
)
def test_a_named_file_that_says_nothing_of_us_is_refused(folder: Folder, text: str) -> None:
    """Its format is known, its content is nothing: the user expected something else."""
    folder.write("file.yaml", text)
    assert ": E-EMPTY: " in folder.run("import", "file.yaml", code=3).err


def test_a_yaml_file_of_100_mb_is_refused_quickly_and_says_why(folder: Folder) -> None:
    """Reading it would take minutes."""
    folder.write("big.yaml", GOOD + "# padding\n" * (10 << 20))
    began = time.monotonic()
    done = folder.run("import", "big.yaml", code=3)
    assert time.monotonic() - began < 5
    assert "too large" in done.err.splitlines()[0]


def test_a_json_file_of_100_mb_is_read(folder: Folder) -> None:
    """JSON of that size is what scanners write."""
    body = _HEAD + '[{"id": "chat", "requires": [{"model": "groq/llama-3.3-70b-versatile"}]}]}'
    folder.write("big.json", body + " " * (100 << 20))
    began = time.monotonic()
    folder.run("import", "big.json")
    assert time.monotonic() - began < 20
    assert folder.services("vendor:meta") == ["chat"]


WRONG = {
    "litellm.yaml": "openapi: 3.0.0\ninfo: {title: x, version: 1}\npaths: {}\n",
    "inventory.yaml": "services: [{id: a}]\n",
    "bom.json": '{"name": "react", "version": "1.0.0", "dependencies": {}}',
    "catalog-info.yaml": "name: x\non: push\njobs: {}\n",
    "services.csv": "date,amount\n2026-01-01,5\n",
    "list.json": "[1, 2]",
    "number.json": "5",
    "null.yaml": "null\n",
    "picture.yaml": "\x00\x01\x02" * 100,
    "notes.txt": "hello",
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_file_of_another_kind_is_refused_where_it_is_named(folder: Folder, name: str) -> None:
    """What it is called does not decide what it is."""
    folder.write(name, WRONG[name])
    assert f"{name}: E-KIND: " in folder.run("import", name, code=3).err
    assert "not ours" in folder.run("import", ".").out or name.endswith(".txt")


@pytest.mark.parametrize("kind", ["event", "plan"])
def test_a_file_of_ours_that_is_no_inventory_is_called_what_it_is(folder: Folder, kind: str) -> None:
    """Events and plans are given to queries, not imported."""
    folder.write("file.yaml", f"graphkit_{kind}: 1\nid: x\n")
    assert f"looks like a graphkit {kind} file" in folder.run("import", "file.yaml", code=3).err


def test_a_format_that_is_forced_on_another_one_is_refused(folder: Folder) -> None:
    """--format does not make a gateway of an inventory."""
    folder.write("inventory.yaml", GOOD)
    assert "inventory.yaml" in folder.run("import", "inventory.yaml", "--format", "litellm", code=3).err


def test_all_problems_of_a_run_are_told_one_a_line_and_the_rest_is_stored(folder: Folder) -> None:
    """Nobody mends a folder one run at a time."""
    for name, (text, _) in SYNTAX.items():
        folder.write(f"bad/{name}", text)
    folder.write("good/inventory.yaml", GOOD)
    done = folder.run("import", ".", code=3)
    told = [line for line in done.err.splitlines() if ": E-SYNTAX: " in line]
    assert len(told) == len(SYNTAX)
    assert all(line.startswith("bad/") for line in told)
    assert folder.services("vendor:meta") == ["chat"]


def test_a_file_that_breaks_keeps_its_last_good_state_and_says_so(folder: Folder) -> None:
    """Answers stay; exit code 3 and a line tell that they are of before."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    folder.write("inventory.yaml", "graphkit: 1\nservices: [")
    done = folder.run("import", ".", code=3)
    assert "still answered from what was read before: native:" in done.err
    assert folder.services("vendor:meta") == ["chat"]
    folder.write("inventory.yaml", GOOD)
    assert "claims: 0 opened, 0 closed" in folder.run("import", ".").err


def test_an_answer_says_that_a_document_was_refused(folder: Folder) -> None:
    """What is in the refused file is not known: the answer is not complete."""
    folder.write("inventory.yaml", GOOD)
    folder.write("other.yaml", "graphkit: 1\nservices: [")
    folder.run("import", ".", code=3)
    assert folder.ask("blast-radius", "vendor:meta")["complete"] is False


def test_what_is_no_file_is_passed_over(folder: Folder) -> None:
    """A walk opens no pipe: it would wait for ever; a link in a circle leads nowhere."""
    folder.write("inventory.yaml", GOOD)
    os.mkfifo(folder.path / "pipe.yaml")
    (folder.path / "circle.yaml").symlink_to("circle.yaml")
    (folder.path / "up").symlink_to(folder.path)
    folder.start("import", ".", seconds=15)
    assert folder.services("vendor:meta") == ["chat"]


def test_a_path_that_does_not_exist_is_a_mistake_in_the_command(folder: Folder) -> None:
    """All of them are named, and nothing is stored."""
    done = folder.run("import", "nowhere", "neither", code=2)
    assert [line.partition(": there is no")[0] for line in done.err.splitlines()] == [
        "graphkit: nowhere",
        "neither",
    ]
    assert not Path(folder.path, "graphkit.db").exists()


def test_values_of_wrong_types_are_told_and_lose_only_themselves(folder: Folder) -> None:
    """JSON lets anything stand anywhere."""
    odd: list[object] = [None, 5, True, [], {}, [[1]], {"id": {"a": 1}}, {"id": ["x"]}, "text"]
    body = {"graphkit": 1, "services": [*odd, {"id": "kept"}], "teams": 7, "models": {"id": "x"}}
    folder.write("inventory.json", json.dumps(body))
    done = folder.run("import", "inventory.json", code=3)
    assert all(line.startswith("inventory.json") for line in done.err.splitlines() if ": E-" in line)
    assert folder.ask("depends-on", "service:kept")["rows"] == []
