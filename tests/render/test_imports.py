"""What is heavy is imported only by the format that needs it."""

import subprocess
import sys

import pytest

_SCRIPT = """
import io, sys
from graphkit.querying import Answer, Frame
from graphkit.render import write
answer = Answer("q", {}, Frame("2026-11-23", "r", "c"), ())
write(answer, format=sys.argv[1], out=io.StringIO(), width=80, color=False)
print(sorted({"rich", "pyvis", "jinja2", "networkx"} & sys.modules.keys()))
"""


@pytest.mark.parametrize(
    ("name", "heavy"),
    [
        ("json", "[]"),
        ("ndjson", "[]"),
        ("csv", "[]"),
        ("markdown", "[]"),
        ("mermaid", "[]"),
        ("table", "['rich']"),
    ],
)
def test_a_format_loads_only_what_it_needs(name: str, heavy: str) -> None:
    """Programs that ask for JSON wait for no library of pictures."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, name], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == heavy
