"""A large made-up estate as a native inventory: `python big_estate.py OUT.json [SERVICES]`.

About four and a half requirements a service: half of the services have a need for one to three models, all
have two to six other services. Services stand in layers and require what lies below, popular ones more often;
one requirement in a hundred goes up, which makes cycles. The seed is fixed: the same size, the same bytes.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

TEAMS: Final = 400
SERVICES: Final = 50_000
_SEED: Final = 20_261_123
_DATA: Final = Path(__file__).parents[1] / "graphkit" / "catalogue" / "data" / "artefacts.csv"
_CRITICALITIES: Final = ("critical", "high", "medium", "low")
_UPWARD: Final = 0.01


def names() -> tuple[str, ...]:
    """Give the models' names: every artefact in the catalogue's data, and every base of one, sorted."""
    with _DATA.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return tuple(sorted({row[column] for row in rows for column in ("id", "base") if "/" in row[column]}))


def inventory(services: int) -> dict[str, Any]:
    """Make the inventory of that many services."""
    rng = random.Random(_SEED)
    models = list(names())
    rng.shuffle(models)
    return {
        "graphkit": 1,
        "teams": [{"id": f"team-{number}"} for number in range(min(TEAMS, services))],
        "services": [_service(number, services, models, rng) for number in range(services)],
    }


def write(path: Path, services: int) -> None:
    """Write the inventory of that many services to *path*."""
    path.write_text(json.dumps(inventory(services)), encoding="utf-8")


def _service(number: int, services: int, models: Sequence[str], rng: random.Random) -> dict[str, Any]:
    below = {_below(number, services, rng) for _ in range(rng.randint(2, 6))} - {number}
    requires: list[dict[str, Any]] = [{"service": f"app-{other}"} for other in sorted(below)]
    if rng.random() < 0.5:  # noqa: PLR2004 - half of them
        wanted = {min(int(rng.paretovariate(0.7)), len(models)) - 1 for _ in range(rng.randint(1, 3))}
        members = [{"model": models[n], "order": order} for order, n in enumerate(sorted(wanted), 1)]
        requires.append({"need": "answers", "any_of": members})
    return {
        "id": f"app-{number}",
        "owner": f"team-{rng.randrange(min(TEAMS, services))}",
        "criticality": rng.choice(_CRITICALITIES),
        "requires": requires,
    }


def _below(number: int, services: int, rng: random.Random) -> int:
    """Pick a service from lower layers, the lowest most often; now and then one from anywhere."""
    if rng.random() < _UPWARD:
        return rng.randrange(services)
    return int(number * rng.random() * max(rng.random(), rng.random()))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SERVICES)  # noqa: PLR2004 - the optional size
