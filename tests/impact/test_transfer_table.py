"""Every cell of the transfer table, through the real solver on a graph of two nodes."""

import pytest

from tests.laws.naive_impact import CLASSES, Arc
from tests.laws.worlds import RULES, solved, world_of

_SEVERITIES = ("-", "watch", "degraded", "at_risk", "=")
_TABLE = """
service:s REQUIRES route:r               | = | = | = | = | = | =
service:s REQUIRES offering:o            | = | = | = | = | = | =
route:r REQUIRES offering:o              | = | = | = | = | = | =
service:s REQUIRES model:m self_host     | = | = | at_risk | = | - | -
service:s REQUIRES model:m distribute    | = | = | at_risk | = | - | -
service:s REQUIRES model:m api           | watch | watch | watch | = | watch | -
service:s REQUIRES package:p             | = | = | at_risk | = | - | -
service:s REQUIRES service:t             | watch | watch | = | watch | = | watch
offering:hosted SERVES model:m           | watch | watch | watch | = | = | -
offering:o SERVES model:m                | = | = | at_risk | = | watch | -
offering:o HOSTED_BY vendor:v            | = | = | = | - | = | =
model:d DERIVED_FROM model:m finetune    | =a | =a | - | = | - | -
model:d DERIVED_FROM model:m merge       | =a | =a | - | = | - | -
model:d DERIVED_FROM model:m quantized   | =a | =a | - | = | - | -
model:d DERIVED_FROM model:m adapter     | =a | =a | at_risk | = | watch | -
model:d DERIVED_FROM model:m distill     | =a | =a | - | degraded | - | -
model:d TRAINED_ON_OUTPUTS_OF model:m    | =b | - | - | watch | - | -
model:d TRAINED_ON dataset:x             | at_risk | - | - | watch | - | -
package:q DEPENDS_ON package:p           | = | = | at_risk | = | - | -
package:q DEPENDS_ON package:p dev       | watch | watch | watch | watch | - | -
package:q DEPENDS_ON package:p test      | watch | watch | watch | watch | - | -
model:m PUBLISHED_BY vendor:v            | - | - | - | - | - | -
model:m IN_FAMILY family:f               | - | - | - | - | - | -
model:m LICENSED_UNDER license:l         | - | - | - | - | - | -
vendor:w SUBSIDIARY_OF vendor:v          | - | - | - | - | - | -
model:d SUCCEEDED_BY model:m             | - | - | - | - | - | -
model:d SAME_AS model:m                  | - | - | - | - | - | -
service:s OWNED_BY team:t                | - | - | - | - | - | -
service:s PART_OF system:y               | - | - | - | - | - | -
"""
_CELLS = [
    (edge.strip(), name, cell.strip(), rule)
    for line in _TABLE.strip().splitlines()
    for edge, *cells in [line.split("|")]
    for name, cell in zip(CLASSES, cells, strict=True)
    for rule in RULES
]


@pytest.mark.parametrize(("edge", "name", "cell", "rule"), _CELLS)
def test_a_lost_target_passes_what_the_cell_says(edge: str, name: str, cell: str, rule: str) -> None:
    """`=` passes all; `a` nothing where derivatives do not inherit, `b` a watch unless outputs inherit."""
    source, kind, target, *words = edge.split()
    use = "".join(words) if kind == "REQUIRES" else ""
    arcs = [Arc(source, kind, target, "" if use else "".join(words), use=use)]
    if source == "offering:hosted":
        arcs.append(Arc(source, "HOSTED_BY", "vendor:v"))
    world = world_of(*arcs)
    chosen = ((name, rule),)
    for level in range(5):
        value = solved(world, {target: {chosen[0]: level}}, chosen).value
        assert value[world.nodes.index(source), 0] == min(level, _SEVERITIES.index(_allowed(cell, rule)))


def _allowed(cell: str, rule: str) -> str:
    if cell == "=a":
        return "-" if rule == "none" else "="
    if cell == "=b":
        return "=" if rule == "outputs_inherit" else "watch"
    return cell
