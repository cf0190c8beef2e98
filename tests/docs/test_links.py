"""Links between pages lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.repository import ROOT, files

_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def pages() -> Iterator[tuple[str, Path]]:
    """Yield every Markdown file that we write for people to read."""
    return ((name, path) for name, path in files(".md") if not name.startswith(("tests/", "graphkit/demo/")))


def links(path: Path) -> Iterator[str]:
    """Yield the targets of links and pictures, without those that leave the repository."""
    text = _CODE.sub("", path.read_text(encoding="utf-8"))
    return (target for target in _LINK.findall(text) if not re.match(r"[a-z]+:", target))


def anchors(path: Path) -> set[str]:
    """Give the fragments that the headings of a page make."""
    headings = _HEADING.findall(_CODE.sub(_bare, path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _bare(match: re.Match[str]) -> str:
    return "" if match[0].startswith("```") else match[0].strip("`")


def test_every_relative_link_leads_to_a_file_or_folder() -> None:
    """A page that was renamed takes its links along."""
    broken = [
        f"{name}: {target}"
        for name, path in pages()
        for target in links(path)
        if not (path.parent / target.partition("#")[0]).exists()
    ]
    assert broken == []


def test_every_link_into_a_page_leads_to_a_heading() -> None:
    """A heading that was reworded takes its links along."""
    broken = [
        f"{name}: {target}"
        for name, path in pages()
        for target in links(path)
        if "#" in target
        and target.partition("#")[2]
        not in anchors((path.parent / target.partition("#")[0]) if target[0] != "#" else path)
    ]
    assert broken == []


def test_links_of_pages_stay_inside_the_repository() -> None:
    """What lies beside a checkout is on nobody else's machine."""
    outside = [
        f"{name}: {target}"
        for name, path in pages()
        for target in links(path)
        if not (path.parent / target.partition("#")[0]).resolve().is_relative_to(ROOT)
    ]
    assert outside == []
