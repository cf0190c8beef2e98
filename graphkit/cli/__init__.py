"""The command line: knows no importer and no query by name."""

from graphkit.cli.app import main

__all__ = ["main"]
