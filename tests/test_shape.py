"""Limits on the shape of the code: what grows past them is split, not argued with."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repository import ROOT, is_product, modules

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 40
PARAMETERS = 5

# Letters in brackets keep this file from finding itself.
_LEFT_FOR_LATER = re.compile(r"#.*\b(TO[D]O|FIX[M]E|XX[X])\b")
_WITHOUT_A_CODE = re.compile(r"#\s*(type: ignore(?!\[)|noq[a](?!:))")

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(text: str) -> Iterator[_Function]:
    """Yield every function of a module, methods and nested ones included."""
    return (node for node in ast.walk(ast.parse(text)) if isinstance(node, _Function))


def length(function: _Function) -> int:
    """Count the lines from `def` to the last, the docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: _Function) -> int:
    """Count the named parameters without self and cls."""
    given = function.args.posonlyargs + function.args.args
    own = 1 if given and given[0].arg in ("self", "cls") else 0
    return len(given) + len(function.args.kwonlyargs) - own


def test_no_file_is_longer_than_400_lines() -> None:
    """A longer file holds more than one thing."""
    lines = {name: text.count("\n") for name, text in modules()}
    assert {name: count for name, count in lines.items() if count > LINES_OF_A_FILE} == {}


def test_no_function_is_longer_than_40_lines() -> None:
    """A longer function has steps that deserve names."""
    found = {f"{name}:{f.lineno} {f.name}": length(f) for name, text in modules() for f in functions(text)}
    assert {place: count for place, count in found.items() if count > LINES_OF_A_FUNCTION} == {}


def test_no_function_of_the_product_takes_more_than_five_parameters() -> None:
    """More than five belong together in a value."""
    product = [(name, f) for name, text in modules() if is_product(name) for f in functions(text)]
    found = {f"{name}:{f.lineno} {f.name}": parameters(f) for name, f in product}
    assert {place: count for place, count in found.items() if count > PARAMETERS} == {}


@pytest.mark.parametrize("pattern", [_LEFT_FOR_LATER, _WITHOUT_A_CODE], ids=["later", "uncoded"])
def test_no_comment_puts_work_off_or_silences_every_rule_at_once(pattern: re.Pattern[str]) -> None:
    """What is left for later is not written down here, and an exception names its rule."""
    lines = [
        f"{name}:{number}"
        for name, text in modules()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert lines == []


def test_no_method_of_the_product_is_left_unwritten() -> None:
    """An interface has only what every one of its members can do."""
    unwritten = "NotImplemented" + "Error"
    assert [name for name, text in modules() if is_product(name) and unwritten in text] == []


def test_the_linter_sees_every_module() -> None:
    """Folders with names such as build are left out by default, silently."""
    command = [sys.executable, "-m", "ruff", "check", "--show-files", "."]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60)
    seen = {Path(line).relative_to(ROOT).as_posix() for line in done.stdout.splitlines()}
    assert {name for name, _ in modules()} == {name for name in seen if name.endswith(".py")}
