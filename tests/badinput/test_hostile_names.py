"""Names that attack a terminal, a page, a sheet or a diagram, in every format and every output."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest

from tests.badinput.baits import FORMATS
from tests.cli.running import ON, Done, Folder

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "formula": "=cmd|' /C calc'!A0",
    "at sign": "@SUM(1)",
    "lines": "a\nb\r\nc\u2028d",
    "right to left": "abc\u202edef\u2066ghi",
    "long": "x" * 10_000,
    "nul": "a\0b",
    "terminal": "\x1b[31mred\x1b[0m\x07",
    "markup": "[bold red]x[/bold red][/]",
    "percent": "%s{0}{name}",
    "mermaid": '"]; click a "javascript:alert(1)"',
    "separator": "a\x1fb",
    "key": "service:evil",
    "path": "../../etc/passwd",
    "surrogate": "\ud800x",
    "white": " ",
    "template": "{{7*7}}",
    "table": "a|b`c`\\",
}
QUESTIONS = (
    ("blast-radius", "vendor:meta"),
    ("depends-on", "family:llama"),
    ("why", "model:meta-llama/llama-3.1-8b"),
    ("unresolved",),
    ("coverage",),
)
OUTPUTS = ("table", "json", "ndjson", "csv", "markdown", "mermaid", "html")
UNSEEN = "\x00\x07\x1b\x1f\u2028\u202e\u2066"


class _Tags(HTMLParser):
    """Collect the tags of a page and their attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.handlers: list[str] = []
        self.images: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one tag."""
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        if tag == "img":
            self.images.append(str(attrs))


def check_text(done: Done) -> None:
    """A terminal shows what is there: nothing colors, hides, turns or ends a line by a name."""
    assert [letter for letter in UNSEEN if letter in done.said] == []
    assert max(map(len, done.said.splitlines()), default=0) < 3_000


def check_html(done: Done) -> None:
    """Names are text of the page, never tags of it."""
    tags = _Tags()
    tags.feed(done.out)
    assert (tags.handlers, tags.images) == ([], [])
    assert "<script>alert" not in done.out


def check_csv(done: Done) -> None:
    """No cell begins as a formula."""
    cells = [cell for row in csv.reader(io.StringIO(done.out)) for cell in row]
    assert [cell[:80] for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


def check_json(done: Done) -> None:
    """What is written can be read again."""
    json.loads(done.out)


def check_lines(done: Done) -> None:
    """One row, one line; only a line feed ends one."""
    for line in done.out.removesuffix("\n").split("\n"):
        assert isinstance(json.loads(line), dict)


def check_marked(done: Done) -> None:
    """Markdown and diagrams take no tags and no links from names."""
    assert "<script>" not in done.out
    assert "<img" not in done.out
    assert "\nclick a" not in done.out


CHECKS = {
    "table": check_text,
    "json": check_json,
    "ndjson": check_lines,
    "csv": check_csv,
    "markdown": check_marked,
    "mermaid": check_marked,
    "html": check_html,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_a_hostile_name_comes_in_and_stays_text(folder: Folder, format_: str, kind: str) -> None:
    """Whatever the format, an import ends and its messages are harmless lines."""
    name, content = FORMATS[format_](HOSTILE[kind])
    folder.write(name, content.encode("utf-8", "replace"))
    done = folder.run("import", name, code=None)
    assert done.code in (0, 3)
    check_text(done)
    for question in QUESTIONS:
        check_text(folder.run(*question, *ON, code=None))
    check_text(folder.run("store", "scopes"))


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_output_lets_a_hostile_name_act(folder: Folder, output: str) -> None:
    """All names of all formats at once, through every query."""
    for kind, text in HOSTILE.items():
        for format_, make in FORMATS.items():
            name, content = make(text)
            folder.write(f"{format_}/{kind}/{name}", content.encode("utf-8", "replace"))
    folder.run("import", ".", code=None)
    for question in QUESTIONS:
        CHECKS[output](folder.run(*question, "-f", output, *ON))


def test_a_hostile_file_name_is_shown_as_text(folder: Folder) -> None:
    """Paths are untrusted too."""
    folder.write("\x1b[31m<b>\u202e.yaml", "graphkit: 1\nservices: [")
    folder.write("a\nb.yaml", "graphkit: 1\nservices: [{id: a, owner: t}]\n")
    check_text(folder.run("import", ".", code=3))
    check_text(folder.run("coverage"))
    check_html(folder.run("coverage", "-f", "html"))


def test_a_hostile_reference_is_answered_on_one_line(folder: Folder) -> None:
    """What the user typed may come from elsewhere."""
    folder.write("inventory.yaml", "graphkit: 1\nservices: [{id: a}]\n")
    folder.run("import", ".")
    for text in HOSTILE.values():
        if "\0" not in text:
            done = folder.run("blast-radius", text, code=None)
            check_text(done)
            assert done.code in (0, 2)
