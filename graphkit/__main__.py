"""Run the command line with `python -m graphkit`."""

from graphkit.cli import main

main()
