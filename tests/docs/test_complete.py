"""Whatever a person can type or read is described on some page."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from graphkit.cli.app import app
from graphkit.cli.plugins import importers, queries
from graphkit.config import SECTIONS
from graphkit.model import CARRIERS, EDGE_KINDS, METHODS, NODE_KINDS, RELATIONS
from tests.docs.pages import pages
from tests.repository import is_product, modules

_CODE = re.compile(r"\b[EWI]-[A-Z]{2,}(?:-[A-Z]+)*\b")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command, those in groups too, with the words that call it."""
    waiting: list[tuple[str, click.Command]] = [("graphkit", app)]
    while waiting:
        name, command = waiting.pop()
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for word in command.list_commands(context):
                found = command.get_command(context, word)
                assert found is not None
                waiting.append((f"{name} {word}", found))


def everything() -> str:
    """Give all pages as one text."""
    return "\n".join(pages().values())


@pytest.mark.parametrize(
    "word", sorted({word for name, _ in commands() for word in name.split()[1:]} - {"graphkit"})
)
def test_every_command_is_described(word: str) -> None:
    """The first page has a heading for it, alone or with its group."""
    headings = [line for line in pages()["docs/index.md"].splitlines() if line.startswith("### graphkit ")]
    assert any(word in re.split(r"[ ,]+", heading) for heading in headings)


def test_every_option_is_described() -> None:
    """Under its long name, on any page."""
    text = everything()
    options = {
        option
        for _, command in commands()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    assert {"--scope", "--store", "--fix"} <= options
    assert sorted(o for o in options if not re.search(rf"{o}(?![\w-])", text)) == []


@pytest.mark.parametrize("name", [importer.name for importer in importers()])
def test_every_importer_has_its_page_and_the_first_page_leads_to_it(name: str) -> None:
    """What is read from a format, and what is not, stands there."""
    assert f"docs/importers/{name}.md" in pages()
    assert f"(importers/{name}.md)" in pages()["docs/index.md"]


@pytest.mark.parametrize("name", [query.name for query in queries()])
def test_every_query_has_its_page_and_the_first_page_leads_to_it(name: str) -> None:
    """What an answer says, and its limits, stand there."""
    assert f"docs/queries/{name}.md" in pages()
    assert f"(queries/{name}.md)" in pages()["docs/index.md"]


def test_the_first_page_leads_to_every_other_page() -> None:
    """But for decisions, which have a folder of their own."""
    named = {name.removeprefix("docs/") for name in pages() if name.startswith("docs/")}
    rest = {name for name in named if not name.startswith("decisions/")} - {"index.md"}
    assert sorted(name for name in rest if f"({name})" not in pages()["docs/index.md"]) == []


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_the_configuration_is_described(section: str) -> None:
    """As a row of the table."""
    text = pages()["docs/configuration.md"]
    assert re.search(rf"^\| `\[*{section}(?:\.NAME)?\]*` \|", text, re.MULTILINE)


def test_the_tables_of_the_data_model_are_those_of_the_code() -> None:
    """Kinds of nodes by their prefix, kinds of edges with their ends, and whether they carry impact."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in pages()["docs/data-model.md"].splitlines()
        if line.startswith("| `")
    ]
    edges = {row[0].strip("`"): tuple(row[1:]) for row in rows if row[0].strip("`").isupper()}
    nodes = {row[0].strip("`"): row[1] for row in rows if not row[0].strip("`").isupper()}
    assert nodes == dict(NODE_KINDS)
    assert edges == {
        name: (_ends(kind.sources), _ends(kind.targets), "yes" if name in CARRIERS else "")
        for name, kind in EDGE_KINDS.items()
    }


def _ends(kinds: tuple[str, ...]) -> str:
    names = ", ".join(NODE_KINDS[kind] for kind in kinds)
    return "anything" if set(kinds) == set(NODE_KINDS) else names


@pytest.mark.parametrize("word", [*METHODS, *RELATIONS])
def test_every_method_and_every_relation_is_named_in_the_data_model(word: str) -> None:
    """They stand beside each edge that is shown."""
    assert re.search(rf"\b{word}\b", pages()["docs/data-model.md"])


def test_the_codes_that_can_appear_are_those_that_are_explained() -> None:
    """A code in a message leads to its row, and no row tells of a code that never comes."""
    used = {
        code
        for name, text in modules()
        if is_product(name)
        for code in re.findall(r"[\"']([EWI]-[A-Z]{2,}(?:-[A-Z]+)*)[\"']", text)
    }
    rows = [line for line in pages()["docs/trust.md"].splitlines() if _CODE.match(line.removeprefix("| "))]
    explained = {line.removeprefix("| ").partition(" ")[0] for line in rows}
    assert sorted(used - explained) == []
    assert sorted(explained - used) == []


def test_the_examples_of_configuration_are_valid(tmp_path: Path) -> None:
    """What people copy from the page is taken."""
    from graphkit.config import load

    blocks = re.findall(r"^```toml\n(.*?)^```", pages()["docs/configuration.md"], re.MULTILINE | re.DOTALL)
    assert blocks
    for block in blocks:
        (tmp_path / "graphkit.toml").write_text(block, encoding="utf-8")
        assert load(tmp_path / "graphkit.toml").file is not None
