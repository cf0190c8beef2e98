"""What the pages show as a terminal's content is what happens."""

from pathlib import Path

import pytest

from tests.docs.pages import RUNNABLE, pages, rewritten, steps, timeless


@pytest.mark.parametrize("name", RUNNABLE)
def test_the_commands_of_a_page_give_what_it_shows(name: str, place: Path) -> None:
    """To re-create the blocks: python -m tests.docs.pages; the diff is what readers will see change."""
    text = pages()[name]
    assert timeless(rewritten(text, place)) == timeless(text)


@pytest.mark.parametrize("name", RUNNABLE)
def test_a_runnable_page_shows_commands_with_their_output(name: str) -> None:
    """A page without any would make the test above say nothing."""
    assert any(step.output for step in steps(pages()[name]))


def test_no_block_of_a_page_is_run_unless_it_is_compared() -> None:
    """A block in the style that promises a real output stands only on pages where that is checked."""
    assert [name for name, text in pages().items() if name not in RUNNABLE and any(steps(text))] == []
