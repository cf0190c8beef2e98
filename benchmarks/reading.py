"""Time one importer on one file, beside the bare parser: `python -m benchmarks.reading FILE IMPORTER`.

It prints the seconds of both and the number of claims as JSON. A process of its own, so that what is read
does not weigh on the one that measures.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from graphkit.importers import IMPORTERS
from graphkit.importing.running import Request, run


def measure(file: Path, importer: str) -> dict[str, float]:
    """Read *file* with the importer, then with the parser of its kind alone.

    Raises ValueError where the importer refuses it or finds nothing.
    """
    begin = time.perf_counter()
    done = run(Request((str(file),), scope="benchmark", format=importer), IMPORTERS)
    ours = time.perf_counter() - begin
    claims = sum(len(reading.claims) for reading in done.readings)
    if done.refused or not claims:
        raise ValueError(f"{file.name}: {done.refused or 'no claims'}")
    begin = time.perf_counter()
    _parser(file.suffix)(file)
    return {"ours": ours, "parser": time.perf_counter() - begin, "claims": claims}


def _parser(suffix: str) -> Callable[[Path], Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        ".json": lambda file: json.loads(file.read_bytes()),
        ".yaml": lambda file: list(yaml.load_all(file.read_bytes(), Loader=loader)),
        ".csv": lambda file: list(csv.reader(file.read_text(encoding="utf-8").splitlines())),
    }.get(suffix, lambda file: file.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), sys.argv[2])))
