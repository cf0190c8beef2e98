"""The queries that come with graphkit, in the order in which the command line lists them.

Each query is one module here and one line in the tuple.
"""

from graphkit.queries.blast_radius import BlastRadius
from graphkit.queries.coverage import Coverage
from graphkit.queries.depends_on import DependsOn
from graphkit.queries.diff import Diff
from graphkit.queries.fallbacks import Fallbacks
from graphkit.queries.licenses import Licenses
from graphkit.queries.unresolved import Unresolved
from graphkit.queries.why import Why
from graphkit.querying import Query

if __name__ != "graphkit.queries":
    raise ImportError(f"{__name__} is the folder behind graphkit.queries: import graphkit.queries")

QUERIES: tuple[type[Query], ...] = (
    BlastRadius,
    Why,
    DependsOn,
    Fallbacks,
    Unresolved,
    Coverage,
    Licenses,
    Diff,
)
