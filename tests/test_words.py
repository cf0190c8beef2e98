"""Words that have no place in the repository: they mean something only where it was written."""

import ast
import re

import pytest

from tests.repository import files, is_product, modules

# Letters in brackets keep this file from finding itself.
_CHECKOUT = re.compile(r"(?<![\w.-])/wor[k]/(?!share[d])|/tmp/(ven[v]|brie[f]|bash_job[s])")
_HOME = re.compile(r"(?<![\w.-])/(hom[e]|User[s])/[a-z]")
_NEIGHBOUR = re.compile(r"\.\./share[d]\b|/wor[k]/share[d]\b")
_TICKET = re.compile(r"\bissue #\d", re.IGNORECASE)
_REGISTRY = re.compile(r"\b(extra-)?inde[x]-url\b|://[^/\s]*@[^/\s]*/simple")

_MAY_NAME_THE_NEIGHBOUR = ("tests/", "benchmarks/", ".ci/")


def places(pattern: re.Pattern[str], *, outside: tuple[str, ...] = ()) -> list[str]:
    """Find *pattern* in the repository's files, but for those whose path begins with one of *outside*."""
    return [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, path in files()
        if not name.startswith(outside or ("\0",))
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [_CHECKOUT, _TICKET, _REGISTRY], ids=["checkout", "ticket", "registry"])
def test_no_file_names_a_machine_a_ticket_or_a_private_registry(pattern: re.Pattern[str]) -> None:
    """A reader elsewhere can follow none of them."""
    assert places(pattern) == []


def test_no_file_but_the_inputs_of_tests_names_a_home_folder() -> None:
    """Tests of redaction need such paths as bait; nothing else does."""
    assert places(_HOME, outside=("tests/",)) == []


def test_only_tests_and_benchmarks_know_the_folder_beside_the_checkout() -> None:
    """The product and its pages stand alone."""
    assert places(_NEIGHBOUR, outside=_MAY_NAME_THE_NEIGHBOUR) == []


def test_every_name_in_the_product_spells_license_with_an_s() -> None:
    """One spelling, so that a search finds all of it."""
    british = "licenc" + "e"
    names = {
        f"{name}: {node.id if isinstance(node, ast.Name) else node.name}"
        for name, text in modules()
        if is_product(name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef)
    }
    assert sorted(place for place in names if british in place.lower()) == []
