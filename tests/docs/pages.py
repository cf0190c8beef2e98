"""The pages, what they show as a terminal's content, and what a terminal really shows."""

import datetime as dt
import os
import pty
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.repository import ROOT, files

RUNNABLE = ("README.md", "docs/index.md", "docs/first-hour.md", "docs/trust.md")
"""Pages of which every console block must be what really happens."""

COLUMNS = 120
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "
_DAY_OF_THE_PAGES = "2026-11-23"
_LIMIT = 30


class Step(NamedTuple):
    """A command that a page shows, and what it shows as its output."""

    command: str
    output: str


def pages() -> dict[str, str]:
    """Give the text of every page, by its path in the repository."""
    found = files(".md")
    return {
        name: path.read_text(encoding="utf-8")
        for name, path in found
        if name == "README.md" or name.startswith("docs/")
    }


def steps(text: str) -> Iterator[Step]:
    """Yield the commands in a page's console blocks, in their order."""
    for block in _BLOCK.findall(text):
        for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            command, _, output = part.removeprefix(_PROMPT).partition("\n")
            if part.startswith(_PROMPT):
                yield Step(command, output.rstrip("\n"))


def shown(command: str, folder: Path) -> str:
    """Run *command* in a terminal of 120 columns and give what it shows."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRAPHKIT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    environment |= {"PATH": path, "COLUMNS": str(COLUMNS), "NO_COLOR": "1", "TERM": "dumb"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        output = b"".join(_chunks(ours))
        os.close(ours)
        process.wait(timeout=_LIMIT)
    return output.decode("utf-8").replace("\r\n", "\n").rstrip("\n")


def timeless(text: str) -> str:
    """Give *text* without what depends on the day, on the catalogue's date and on the store's revision."""
    for day in (_DAY_OF_THE_PAGES, dt.datetime.now(tz=dt.UTC).date().isoformat()):
        text = text.replace(day, "(that day)")
    text = re.sub(r"\brev [0-9a-f]{6}\b", "rev (some)", text)
    text = re.sub(r"\bcatalogue (?:\(that day\)|\d{4}-\d\d-\d\d)", "catalogue (some)", text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def rewritten(text: str, folder: Path) -> str:
    """Give a page with the output of its console blocks replaced by what really happens."""
    place = folder

    def block(match: re.Match[str]) -> str:
        nonlocal place
        lines = []
        for step in steps(match[0]):
            if step.command.startswith("cd "):
                place /= step.command[3:]
            output = "" if step.command.startswith("cd ") else shown(step.command, place)
            lines += [f"{_PROMPT}{step.command}", *(line.rstrip() for line in output.splitlines())]
        return "\n".join(("```console", *lines, "```"))

    return _BLOCK.sub(block, text)


def _chunks(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            chunk = os.read(terminal, 65_536)
        except OSError:  # Linux says so when the other end is closed
            return
        if not chunk:
            return
        yield chunk


def main() -> None:
    """Re-create the console blocks of all pages, to be reviewed as a diff."""
    for name in RUNNABLE:
        page = ROOT / name
        with tempfile.TemporaryDirectory() as place:
            shown("graphkit demo --quiet", Path(place))
            page.write_text(rewritten(page.read_text(encoding="utf-8"), Path(place)), encoding="utf-8")


if __name__ == "__main__":
    main()
