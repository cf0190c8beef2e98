"""Kill imports and look at what is left: `python -m benchmarks.killing FOLDER KILLS`, with counts as JSON.

The modules and the catalogue are loaded once and every import is a fork of this process, so that the moments
fall on work and not on the start of Python. They are random within one of three stretches, in turns: the
whole import, from the first write (a journal appears), and from the first change of the store's own file (the
cache is full, or the commit has begun).
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import big_estate
from benchmarks.measuring import Failed
from benchmarks.states import State, journal, keep, recognize, restore, touched
from graphkit.catalogue.stamp import stamp
from graphkit.cli.app import app

SERVICES: Final = 400
_SEED: Final = 7
_MOST_TRIES: Final = 20
_SHORTER: Final = 0.7
_POLL: Final = 0.0002
_OLDER: Final = 16
_WATCHED: Final = 5
_PEEK: Final = os.WEXITED | os.WNOHANG | os.WNOWAIT


class Bench(NamedTuple):
    """The files: the store that suffers, the input that changes, its two versions and a state for each."""

    store: Path
    source: Path
    inputs: tuple[bytes, bytes]
    states: tuple[State, ...] = ()


class Stretch(NamedTuple):
    """A part of an import: how it is seen to begin, and how many seconds it lasts."""

    begun: Callable[[Path], bool]
    seconds: float


_BEGINNINGS: Final[tuple[Callable[[Path], bool], ...]] = (
    lambda _: True,
    lambda store: journal(store).exists(),
    touched,
)


def kill_all(folder: Path, kills: int, services: int = SERVICES) -> dict[str, float]:
    """Kill that many imports in *folder*, check each store, import again and check again; give the counts.

    Raises Failed where an import that is left alone does not complete, or the catalogue changes meanwhile.
    """
    begin, catalogue = time.perf_counter(), stamp().digest
    bench = _prepared(folder, services)
    stretches = _stretches(bench)
    rng = random.Random(_SEED)
    found: Counter[str] = Counter()
    for number in range(kills):
        turn, place = number % 2, number // 2 % len(stretches)
        found.update(_one(bench, turn, stretches[place], rng))
    if stamp().digest != catalogue:
        raise Failed("the catalogue's data changed while imports were killed; views differ for that reason")
    return {
        **{name: found[name] for name in ("killed", "damaged", "journal", "torn", "new", "late")},
        "megabytes": bench.states[0].file.stat().st_size / 1e6,
        "import_seconds": stretches[0].seconds,
        "seconds": time.perf_counter() - begin,
    }


def _prepared(folder: Path, services: int) -> Bench:
    """Make both inputs, and for each a store with it as the last state on top of a few older ones."""
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    bench = Bench(folder / "work.db", folder / "estate.json", _versions(services))
    bench.source.write_bytes(bench.inputs[0])
    app.main(["import", str(bench.source), "--store", "memory:", "--quiet"], standalone_mode=False)
    states = []
    for turn in itertools.islice(itertools.cycle((0, 1)), 2 * _OLDER):
        _complete(bench, turn)
        states.append(keep(bench.store, folder / f"state-{turn}.db"))
    return bench._replace(states=tuple(states[-2:]))


def _versions(services: int) -> tuple[bytes, bytes]:
    """Make two inventories; in the second every tenth service changes hands and requires one thing more."""
    first = big_estate.inventory(services)
    text = json.dumps(first)
    second = json.loads(text)
    for service in second["services"][::10]:
        service["owner"] = second["teams"][0]["id"]
        service["requires"].append({"model": "mistralai/Mistral-7B-v0.1"})
    return text.encode(), json.dumps(second).encode()


def _stretches(bench: Bench) -> tuple[Stretch, ...]:
    """Watch a few imports to their end, to learn how long each stretch lasts."""
    watched = [_watched(bench, number % 2) for number in range(_WATCHED)]
    lasting = (statistics.median(times) for times in zip(*watched, strict=True))
    return tuple(Stretch(begun, seconds) for begun, seconds in zip(_BEGINNINGS, lasting, strict=True))


def _watched(bench: Bench, turn: int) -> list[float]:
    """Give the seconds from each beginning to the end of one import."""
    restore(bench.states[turn], bench.store)
    child, seen = _start(bench, 1 - turn), dict.fromkeys(range(len(_BEGINNINGS)), 0.0)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        now = time.perf_counter()
        seen.update({n: now for n, begun in enumerate(_BEGINNINGS) if not seen[n] and begun(bench.store)})
        time.sleep(_POLL)
    end = time.perf_counter()
    return [end - (moment or end) for moment in seen.values()]


def _one(bench: Bench, turn: int, stretch: Stretch, rng: random.Random) -> Counter[str]:
    """Kill one import, look at the store, import again, look again; give what is to be counted."""
    late = 0
    restore(bench.states[turn], bench.store)
    # A disk that became faster makes the watched stretch too long: every miss shortens the next try.
    while not _killed(bench, 1 - turn, stretch, rng.random() * stretch.seconds * _SHORTER**late):
        late += 1
        if late == _MOST_TRIES:
            raise Failed("every import was over before it was killed")
        restore(bench.states[turn], bench.store)
    half = journal(bench.store).exists()
    found = Counter(killed=1, late=late, journal=int(half), torn=int(half and touched(bench.store)))
    states = {"old": bench.states[turn], "new": bench.states[1 - turn]}
    left = recognize(bench.store, **states)
    _complete(bench, 1 - turn)
    then = recognize(bench.store, **states)
    for what in (left, then):
        if what not in states or (what is then and what != "new"):
            sys.stderr.write(f"{what}\n")
            found["damaged"] = 1
    found["new"] = int(left == "new")
    return found


def _killed(bench: Bench, turn: int, stretch: Stretch, delay: float) -> bool:
    """Start an import, kill it *delay* seconds after the stretch begins, and tell whether it was alive."""
    child = _start(bench, turn)
    while not stretch.begun(bench.store) and os.waitid(os.P_PID, child, _PEEK) is None:
        time.sleep(_POLL)
    time.sleep(delay)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _complete(bench: Bench, turn: int) -> None:
    """Import one version and wait for it. Raises Failed."""
    code = os.waitstatus_to_exitcode(os.waitpid(_start(bench, turn), 0)[1])
    if code:
        raise Failed(f"an import that was left alone ended with {code}")


def _start(bench: Bench, turn: int) -> int:
    """Put a version of the input in place and import it in a fork; give the process."""
    bench.source.write_bytes(bench.inputs[turn])
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        arguments = ["import", str(bench.source), "--store", str(bench.store), "--quiet"]
        code = app.main(arguments, standalone_mode=False) or 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(kill_all(Path(sys.argv[1]), int(sys.argv[2]))))
