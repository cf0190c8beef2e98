"""What a query is and what it answers: rows, what proves them, and whether the answer is complete.

A query is a frozen dataclass whose fields are its parameters, made with `parameter`; the command line is
generated from them. One module a query, one line in the tuple of `queries`.
"""

from graphkit.querying.answer import Answer, Column, Frame, Query, Snapshots, Warned, parameter

__all__ = ["Answer", "Column", "Frame", "Query", "Snapshots", "Warned", "parameter"]
