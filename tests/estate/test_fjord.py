"""The worked example beside the checkout, asked by its own script."""

import subprocess
import sys

import pytest

from tests.repository import ROOT

CHECK = ROOT.parent / "shared" / "estate" / "check.py"


@pytest.mark.skipif(not CHECK.is_file(), reason="the worked example is not beside the checkout")
def test_the_worked_example_has_the_answers_that_were_worked_out() -> None:
    """Plain reachability, owners, witnesses, unresolved names; in any order, twice the same."""
    command = [sys.executable, str(CHECK), "--only", "plain", "--graphkit", f"{sys.executable} -m graphkit"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["0 findings"]), done.stdout + done.stderr
