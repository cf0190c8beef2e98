"""Commands, options, exit codes and outputs, as people meet them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graphkit.cli.app import app
from tests.cli.running import ON, Folder

GOOD = """graphkit: 1
teams: [{id: web, name: Web}]
services:
  - {id: chat, owner: web, criticality: high, requires: [{model: groq/llama-3.3-70b-versatile}]}
  - {id: shop, owner: web, requires: [{service: chat}]}
  - {id: till}
"""
OURS = ("init", "import", "resolve", "store", "schema", "doctor")
ASKED = {
    "blast-radius": ("vendor:meta",),
    "why": ("service:chat",),
    "depends-on": ("service:chat",),
    "unresolved": (),
    "coverage": (),
}
EVERYWHERE = (
    *("--store", "--config", "--format", "-f", "--output", "-o", "--as-of", "--on"),
    *("--quiet", "--verbose", "--debug", "--no-color"),
)
OF_QUERIES = (*EVERYWHERE, "--strict", "--fail-on")


@pytest.fixture
def good(folder: Folder) -> Folder:
    """Give a folder with an inventory and a store made of it."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    return folder


def commands() -> list[tuple[str, ...]]:
    """Give every command and every command of a group."""
    import click

    context = click.Context(app)
    found: list[tuple[str, ...]] = []
    for name in app.list_commands(context):
        command = app.get_command(context, name)
        found += [(name,)]
        found += [(name, inner) for inner in getattr(command, "commands", ())]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_tells_what_it_does(folder: Folder, words: tuple[str, ...]) -> None:
    """--help and -h, exit code 0, without a store."""
    for flag in ("--help", "-h"):
        out = folder.run(*words, flag).out
        assert out.startswith("Usage: graphkit")
        assert max(map(len, out.splitlines())) <= 100


def leaves() -> list[tuple[str, ...]]:
    """Give the commands that do something: a group has the options on its members."""
    found = commands()
    return [words for words in found if not any(words == other[:-1] for other in found)]


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_command_has_the_options_that_all_have(folder: Folder, words: tuple[str, ...]) -> None:
    """Also those that have little use for them."""
    out = folder.run(*words, "--help").out
    assert [option for option in EVERYWHERE if option not in out] == []


@pytest.mark.parametrize("name", sorted(ASKED))
def test_every_query_has_the_options_of_queries(good: Folder, name: str) -> None:
    """All of them at once, and the answer is there."""
    out = good.run(name, "--help").out
    assert [option for option in OF_QUERIES if option not in out] == []
    (good.path / "my.toml").write_text("")
    words = ("--store", "graphkit.db", "--config", "my.toml", "--verbose", "--quiet", "--debug", "--no-color")
    done = good.run(name, *ASKED[name], *words, "--as-of", "2999-01-01", *ON, "-f", "json", "-o", "-")
    assert (done.json()["query"], done.json()["on"], done.err) == (name, ON[1], "")


@pytest.mark.parametrize("words", [(), ("--help",), ("-h",)], ids=["nothing", "help", "h"])
def test_graphkit_alone_shows_its_commands(folder: Folder, words: tuple[str, ...]) -> None:
    """Without a command it is the help, as of every comparable program."""
    assert "blast-radius" in folder.run(*words, code=None).said
    assert "graphkit" in folder.run("--version").out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("blast-radus",), "blast-radius"),
        (("imprt",), "import"),
        (("store", "inf"), "info"),
        (("coverage", "--fromat", "json"), "--format"),
        (("coverage", "--ouptut", "x"), "--output"),
        (("import", ".", "--dryrun"), "--dry-run"),
        (("coverage", "-f", "jsno"), "'json'"),
        (("import", ".", "--format", "litelm"), "litellm"),
        (("schema", "blast-radus"), "blast-radius"),
        (("schema", "zzz"), "inventory"),
        (("blast-radius", "service:caht"), "service:chat"),
        (("blast-radius", "metta"), "vendor:meta"),
        (("why", "chat", "--from", "vendor:grok"), "vendor:groq"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_slip_is_exit_code_2_and_the_nearest_right_word(
    good: Folder, words: tuple[str, ...], offered: str
) -> None:
    """On standard error; standard output stays empty."""
    done = good.run(*words, code=2)
    assert done.out == ""
    assert offered in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("import",),
        ("resolve",),
        ("why",),
        ("depends-on",),
        ("blast-radius",),
        ("coverage", "x"),
        ("store", "forget"),
    ],
    ids=" ".join,
)
def test_too_few_or_too_many_words_are_exit_code_2(good: Folder, words: tuple[str, ...]) -> None:
    """The message says what is missing or too much."""
    assert good.run(*words, code=2).err


def test_a_name_that_two_things_have_lists_both(good: Folder) -> None:
    """The answer to a wrong guess would be about something else."""
    good.write("more.yaml", "graphkit: 1\nservices: [{id: web}, {id: a, name: Same}, {id: b, name: Same}]\n")
    good.run("import", ".")
    for name, keys in (("web", ("team:web", "service:web")), ("Same", ("service:a", "service:b"))):
        done = good.run("blast-radius", name, code=2)
        assert all(key in done.err for key in keys)


def test_a_reference_is_a_key_or_a_name_in_any_case(good: Folder) -> None:
    """vendor:meta, meta and Meta are the same."""
    answers = [good.ask("blast-radius", name)["rows"] for name in ("vendor:meta", "meta", "Meta", "META")]
    assert all(answer == answers[0] for answer in answers)
    assert good.services("family:llama") == good.services("llama") == ["chat", "shop"]


@pytest.mark.parametrize("option", ["--on", "--as-of"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "26-11-23",
        "23.11.2026",
        "2026-11-23foo",
        "0000-00-00",
        "9" * 400,
    ],
)
def test_a_wrong_date_is_exit_code_2(good: Folder, option: str, value: str) -> None:
    """The option and the right form are named."""
    done = good.run("coverage", option, value, code=2)
    assert option in done.err
    assert "2026-11-23" in done.err


@pytest.mark.parametrize("value", ["2026-11-23", "20261123", "2026-W48-1", "2026-11-23T10:00:00+00:00"])
def test_a_day_is_written_one_way_however_it_was_given(good: Folder, value: str) -> None:
    """--on is a day; the answer says it as YYYY-MM-DD."""
    assert good.run("coverage", "--on", value, "-f", "json").json()["on"] == "2026-11-23"


def test_as_of_answers_from_what_was_known_then(good: Folder) -> None:
    """Before the first import: nothing; later: as now. The envelope says which day was asked for."""
    old = good.run("coverage", "--as-of", "20010101", "-f", "json").json()
    assert (old["rows"], old["as_of"]) == ([], "2001-01-01")
    new = good.run("coverage", "--as-of", "2999-01-01", "-f", "json").json()
    assert new["rows"] == good.ask("coverage")["rows"]


SUFFIXES = {
    "a.json": "{\n",
    "a.ndjson": '{"',
    "a.jsonl": '{"',
    "a.csv": "key,",
    "a.md": "",
    "a.mmd": "",
    "a.html": "<!doctype html>",
    "A.JSON": "{\n",
    "a.txt": "2 of 3 services",
}


@pytest.mark.parametrize("name", sorted(SUFFIXES))
def test_the_suffix_of_the_output_file_chooses_the_format(good: Folder, name: str) -> None:
    """Data goes to the file, the message about it to standard error."""
    done = good.run("blast-radius", "vendor:meta", "-o", name, *ON)
    assert (done.out, done.err) == ("", f"wrote {name}\n")
    assert (good.path / name).read_text().lower().startswith(SUFFIXES[name].lower())


def test_a_format_that_is_named_wins_over_the_suffix(good: Folder) -> None:
    """What was asked for in so many words is done."""
    good.run("blast-radius", "vendor:meta", "-o", "x.md", "-f", "json", "--quiet", *ON)
    assert json.loads((good.path / "x.md").read_text()) == good.ask("blast-radius", "vendor:meta")


@pytest.mark.parametrize("name", sorted(ASKED))
@pytest.mark.parametrize("output", ["table", "json", "ndjson", "csv", "markdown", "mermaid", "html"])
def test_every_query_writes_every_format_the_same_way_twice(good: Folder, name: str, output: str) -> None:
    """Same input, same bytes; on standard output, with nothing on standard error."""
    first, second = (good.run(name, *ASKED[name], "-f", output, *ON) for _ in range(2))
    assert first == second
    assert first.err == ""


def test_the_order_of_imports_changes_no_byte(folder: Folder) -> None:
    """Nor does importing twice, nor all at once."""
    parts = {
        "a": GOOD,
        "b": "graphkit: 1\nservices: [{id: till, owner: cash, requires: [{service: shop}]}]\n",
        "c": "graphkit: 1\nservices: [{id: chat, name: Chat, requires: [{model: openai/gpt-5-mini}]}]\n",
    }
    for name, text in parts.items():
        folder.write(f"{name}/inventory.yaml", text)
    orders = [("a", "b", "c"), ("c", "b", "a"), ("b", "a", "c", "b", "a")]
    for number, order in enumerate(orders):
        for name in order:
            folder.run("import", name, "--store", f"{number}.db")
    folder.run("import", "c", "a", "b", "--store", "3.db")
    asked = ("blast-radius", "vendor:meta", "-f", "json", *ON, "--store")
    assert len({folder.run(*asked, f"{number}.db").out for number in range(4)}) == 1


def test_an_answer_is_found_with_other_hashes_too(good: Folder) -> None:
    """No order comes from a set."""
    asked = ("blast-radius", "vendor:meta", "-f", "json", *ON)
    said = {good.start(*asked, env={"PYTHONHASHSEED": seed}).out for seed in ("0", "1", "42")}
    assert said == {good.run(*asked).out}


def test_quiet_says_nothing_but_the_answer(good: Folder) -> None:
    """Not even what was imported; problems are still told."""
    assert good.run("import", ".", "--quiet").said == ""
    good.write("bad.yaml", "graphkit: 1\nservices: [")
    assert len(good.run("import", ".", "--quiet", code=3).err.splitlines()) == 1


def test_strict_makes_an_exit_code_of_an_incomplete_answer(good: Folder) -> None:
    """Without it findings and gaps are exit code 0."""
    good.run("blast-radius", "vendor:meta", "--strict")
    good.write("more.yaml", "graphkit: 1\nservices: [{id: m, requires: [{model: azure/prod-1}]}]\n")
    good.run("import", ".")
    good.run("blast-radius", "vendor:meta")
    good.run("blast-radius", "vendor:meta", "--strict", code=3)


def test_an_option_that_changes_nothing_is_taken_and_said(folder: Folder) -> None:
    """One set of options fits every command, and nobody believes that it had an effect."""
    done = folder.run("init", "--on", "2026-11-23", "-o", "x.txt")
    assert "--on changes nothing for this command" in done.err
    assert "--output changes nothing for this command" in done.err


@pytest.mark.parametrize(("least", "code"), [("watch", 1), ("lost", 0)])
def test_fail_on_is_exit_code_1_at_that_severity_or_a_worse_one(good: Folder, least: str, code: int) -> None:
    """The answer is written all the same."""
    asked = ("blast-radius", "--event", "meta-llama-line-end", *ON, "-f", "json")
    done = good.run(*asked, "--fail-on", least, code=code)
    assert done.json()["rows"]
    assert ("--fail-on" in done.err) == bool(code)


def test_fail_on_of_rows_without_a_severity_is_exit_code_2(good: Folder) -> None:
    """A gate that can never close is a mistake, not a pass."""
    assert "--event" in good.run("blast-radius", "vendor:meta", "--fail-on", "watch", code=2).err
    assert "no severity" in good.run("unresolved", "--fail-on", "watch", code=2).err


def test_debug_shows_where_a_mistake_of_ours_is(good: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it there is one line, and an exit code that none of the known cases has."""
    import graphkit.cli.asking

    monkeypatch.setattr(graphkit.cli.asking, "write_answer", lambda *_: 1 // 0)
    with pytest.raises(AssertionError, match="a mistake of ours"):
        good.run("coverage", code=None)
    with pytest.raises(ZeroDivisionError):
        good.run("coverage", "--debug", code=None)


def test_colors_are_never_written_to_a_file_or_pipe(good: Folder) -> None:
    """Nor with NO_COLOR or --no-color on a terminal."""
    import pty

    assert "\x1b[" not in good.start("blast-radius", "vendor:meta").out

    def on_terminal(*words: str, env: dict[str, str]) -> str:
        mine, theirs = pty.openpty()
        command = [sys.executable, "-m", "graphkit", "blast-radius", "vendor:meta", *words]
        done = subprocess.run(
            command, cwd=good.path, stdout=theirs, stderr=theirs, env=env, timeout=60, check=False
        )
        os.close(theirs)
        text = os.read(mine, 100_000).decode()
        os.close(mine)
        assert done.returncode == 0, text
        return text

    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    terminal = {**plain, "TERM": "xterm-256color"}
    assert "\x1b[" in on_terminal(env=terminal)
    assert "\x1b[" not in on_terminal("--no-color", env=terminal)
    assert "\x1b[" not in on_terminal(env={**terminal, "NO_COLOR": "1"})


def test_ctrl_c_is_exit_code_130_and_keeps_the_last_good_state(good: Folder) -> None:
    """One line, no traceback, and no half of an import."""
    before = good.run("blast-radius", "vendor:meta", "-f", "json", *ON).out
    lines = "".join(f"  - {{id: s{n}, requires: [{{model: own/m{n}}}]}}\n" for n in range(200_000))
    good.write("big.yaml", "graphkit: 1\nservices:\n" + lines)
    with subprocess.Popen(
        [sys.executable, "-m", "graphkit", "import", "."], cwd=good.path, stderr=subprocess.PIPE, text=True
    ) as process:
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        err = process.communicate(timeout=60)[1]
    assert (process.returncode, err.strip()) == (130, "interrupted")
    (good.path / "big.yaml").unlink()
    assert good.run("blast-radius", "vendor:meta", "-f", "json", *ON).out == before


@pytest.mark.parametrize("output", ["ndjson", "table", "html"])
def test_a_pipe_that_is_closed_early_is_no_error(good: Folder, output: str) -> None:
    """`graphkit ... | head -1` is what people type."""
    lines = "".join(f"  - {{id: s{n}, requires: [{{service: chat}}]}}\n" for n in range(3_000))
    good.write("many.yaml", "graphkit: 1\nservices:\n" + lines)
    good.run("import", ".")
    asked = f"{sys.executable} -m graphkit blast-radius vendor:meta -f {output}"
    command = f"{asked} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=good.path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


_HEAVY = ("numpy", "pyvis", "neo4j", "lxml", "networkx", "pydantic", "yaml", "rich", "graphkit.catalogue")
_SLOW = (*_HEAVY, "importlib.metadata", "importlib.resources", "tempfile")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--help"], _SLOW),
        (["--version"], _HEAVY),
        (["import", "--help"], _SLOW),
        (["blast-radius", "--help"], _SLOW),
    ],
)
def test_help_loads_nothing_heavy(folder: Folder, words: list[str], names: tuple[str, ...]) -> None:
    """It is what people ask for most, and waiting for it is what they hate most."""
    code = (
        "import sys\nfrom graphkit.cli.app import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {names!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder.path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr.strip() == "[]"


def test_the_command_is_installed() -> None:
    """`graphkit` and `python -m graphkit` are the same."""
    script = Path(sys.executable).parent / "graphkit"
    said = [
        subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=60, check=True).stdout
        for command in ([str(script)], [sys.executable, "-m", "graphkit"])
    ]
    assert said[0] == said[1]
