"""The real command line, in this process for speed or in one of its own."""

import contextlib
import gc
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from graphkit.cli.app import main

ON = ("--on", "2026-11-23")
SECONDS = 60


class Done(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that a person sees."""
        return self.out + self.err

    def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        """Give the answer, which must be JSON."""
        return json.loads(self.out)


class Folder:
    """A working directory of its own, in which commands are given as a user would."""

    def __init__(self, path: Path) -> None:
        """Keep the path; nothing is made."""
        self.path = path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file, with the folders above it; give its path."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def run(self, *words: str, stdin: str | bytes = b"", code: int | None = 0) -> Done:
        """Run a command in this process; *code* is the exit code expected, None for any of the known ones.

        A traceback, or words that only a mistake of ours leads to, fail whatever the code.
        """
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        given = io.TextIOWrapper(io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin), "utf-8")
        ended: object = 0
        with _standing_in(self.path, given, out, err):
            try:
                main(words)
            except SystemExit as stop:
                ended = stop.code
            finally:
                gc.enable()  # a command switches it off: it is one short process, this is a long one
        for stream in (out, err):
            stream.flush()
        texts = (stream.buffer.getvalue().decode("utf-8") for stream in (out, err))
        done = Done(ended if isinstance(ended, int) else 1, *texts)
        return checked(done, words, code)

    def start(
        self, *words: str, env: Mapping[str, str] | None = None, seconds: int = SECONDS, code: int | None = 0
    ) -> Done:
        """Run a command in a process of its own, with nothing on standard input."""
        command = [sys.executable, "-m", "graphkit", *words]
        ended = subprocess.run(
            command,
            cwd=self.path,
            env={**os.environ, **(env or {})},
            input="",
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
        return checked(Done(ended.returncode, ended.stdout, ended.stderr), words, code)

    def ask(self, *words: str) -> Any:  # noqa: ANN401 - JSON is anything
        """Give the answer of a query as JSON, on the day that all tests share."""
        return self.run(*words, "-f", "json", *ON).json()

    def services(self, ref: str, *, certainty: str | None = None) -> list[str]:
        """List the services that depend on *ref*, without the kind, in order."""
        rows = self.ask("blast-radius", ref)["rows"]
        return sorted(
            row["key"].partition(":")[2]
            for row in rows
            if row["kind"] == "service" and certainty in (None, row["certainty"])
        )

    def services_known(self) -> list[str]:
        """List the services in the graph, without the kind, in order."""
        found = self.run("blast-radius", "vendor:nvidia", "-f", "json", *ON).json()
        hit = [row["key"] for row in found["rows"] if row["kind"] == "service"]
        return sorted(key.partition(":")[2] for key in {*hit, *found["summary"]["clear"]})


def checked(done: Done, words: tuple[str, ...], code: int | None) -> Done:
    """Give *done* back, unless it ended as no command may, or otherwise than expected."""
    shown = f"graphkit {' '.join(words)[:200]}: exit {done.code}\n{done.err[-2000:]}"
    assert "Traceback" not in done.said, shown
    assert "a mistake of ours" not in done.said, shown
    assert done.code in ((0, 1, 2, 3, 4, 130) if code is None else (code,)), shown
    return done


@contextlib.contextmanager
def _standing_in(
    folder: Path, given: io.TextIOWrapper, out: io.TextIOWrapper, err: io.TextIOWrapper
) -> Iterator[None]:
    before = sys.stdin
    sys.stdin = given
    try:
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            yield
    finally:
        sys.stdin = before
