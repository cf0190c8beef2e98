"""The tree of errors that graphkit raises, each named for the fact.

GraphkitError                      exit code 2 unless said otherwise
|-- UsageError                     an option or argument that cannot be taken
|   |-- UnknownReference           no node or no single node is meant by a reference
|   `-- ScopeTaken                 a root name is already used for another place
|-- ConfigError                    graphkit.toml says something that cannot be
|-- DocumentError                  one document is refused, with place and code (exit 3)
|-- StoreError                     the store cannot be read or written (exit 4)
|   |-- NotOurStore                a database that graphkit did not make
|   |-- NewerStore                 a database that a newer graphkit made
|   `-- OutputError                a file cannot be written
`-- ShrinkRefused                  an import would close too much of a scope (exit 3)

A user's mistake is one of these: one line and an exit code. Anything else is a bug and a traceback.
"""

from __future__ import annotations


class GraphkitError(Exception):
    """Say what was found, beginning with its place."""

    exit_code = 2


class UsageError(GraphkitError):
    """An option or argument that cannot be taken."""


class UnknownReference(UsageError):
    """No node, or more than one, is meant by a reference."""


class ScopeTaken(UsageError):
    """A root name is already used for another place."""


class ConfigError(GraphkitError):
    """The configuration says something that cannot be."""


class DocumentError(GraphkitError):
    """One document is refused.

    *code* is from the table of codes, *line* and *column* count from 1 and are None where unknown.
    """

    exit_code = 3

    def __init__(
        self, code: str, message: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        """Keep the parts; the place in front of the message is added by whoever knows the document."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column


class StoreError(GraphkitError):
    """The store cannot be read or written."""

    exit_code = 4


class NotOurStore(StoreError):
    """A database that graphkit did not make."""


class NewerStore(StoreError):
    """A database that a newer graphkit made."""


class OutputError(StoreError):
    """A file cannot be written."""


class ShrinkRefused(GraphkitError):
    """An import would close too much of a scope."""

    exit_code = 3
