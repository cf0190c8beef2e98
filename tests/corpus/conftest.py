"""What the tests over real files share: where they are, and the table printed at the end."""

import pytest

_TABLE = pytest.StashKey[list[str]]()


@pytest.fixture
def table(request: pytest.FixtureRequest) -> list[str]:
    """Give the lines of the table that pytest prints when all is done."""
    return request.config.stash.setdefault(_TABLE, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what became of the files, a line a folder."""
    lines = config.stash.get(_TABLE, [])
    if lines:
        terminalreporter.section("real files")
        terminalreporter.write_line(
            f"{'FOLDER':12}{'FILES':>7}{'READ':>7}{'CLEAR':>7}{'NOT OURS':>10}{'REFUSED':>9}"
        )
        for line in lines:
            terminalreporter.write_line(line)
