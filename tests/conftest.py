"""What all tests share: the profiles of hypothesis, the catalogue, and the real command line."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from graphkit.catalogue import Catalogue, load

CommandLine = Callable[..., subprocess.CompletedProcess[str]]

# The same examples on every run, so that a failure is about the change; the thorough one looks for new ones.
settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Give the shipped catalogue, loaded once."""
    return load()


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    """Give a function that runs graphkit in a folder of its own, as a user would."""

    def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "graphkit", *words]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False, encoding="utf-8"
        )
        assert done.returncode == code, done.stderr
        return done

    return run
