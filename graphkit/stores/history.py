"""What a new reading does to the one before it: pure functions that every store shares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from graphkit.model import Claim, Evidence, Reading, Scope, Skipped

SHRINK_SHARE: Final = 0.3
SHRINK_CLAIMS: Final = 20


class Change(NamedTuple):
    """What a `put` or `forget` did: scopes by what happened to them, and claims opened and closed."""

    added: tuple[Scope, ...] = ()
    changed: tuple[Scope, ...] = ()
    unchanged: tuple[Scope, ...] = ()
    closed: tuple[Scope, ...] = ()
    claims_opened: int = 0
    claims_closed: int = 0

    @property
    def any(self) -> bool:
        """Tell whether the store is another than before."""
        return bool(self.added or self.changed or self.closed)


class Succession(NamedTuple):
    """A reading as it will be stored, and how many claims open and close by it."""

    reading: Reading
    opened: int
    closed: int


def succeed(old: Reading | None, new: Reading, *, today: str) -> Succession:
    """Put *new* in the place of *old*.

    A claim that was there keeps its since; a new one gets the document's time, else *today*. Claims of
    *old* that an incomplete *new* lacks stay.
    """
    if old is None:
        days = (new.time[:10] or today,) * len(new.claims)
        return Succession(replace(new, since=days), len(new.claims), 0)
    before = dict(zip(map(identity, old.claims), old.since, strict=True))
    first = new.time[:10] or today
    identities = [identity(claim) for claim in new.claims]
    since = [before.get(name, first) for name in identities]
    claims = list(new.claims)
    now = set(identities)
    if not new.complete:
        for claim, day in zip(old.claims, old.since, strict=True):
            if identity(claim) not in now:
                claims.append(claim)
                since.append(day)
                now.add(identity(claim))
    opened = len(now - before.keys())
    return Succession(
        replace(new, claims=tuple(claims), since=tuple(since)), opened, len(before.keys() - now)
    )


def shrinks(old: Reading | None, succession: Succession) -> str:
    """Say why a succession looks like a mistake; empty where it does not."""
    if old is None or not old.claims:
        return ""
    if not succession.reading.claims:
        return f"all of its {len(old.claims)} claims would close"
    before = len(set(map(identity, old.claims)))
    if succession.closed > SHRINK_CLAIMS and succession.closed > SHRINK_SHARE * before:
        return f"{succession.closed} of its {before} claims would close"
    return ""


def identity(claim: Claim) -> tuple[str, str, str, str]:
    """Give what makes two claims of one scope the same fact."""
    return claim[:4]


def encode(claims: Sequence[Claim]) -> bytes:
    """Write claims as one JSON list."""
    return json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes) -> list[Claim]:
    """Read what `encode` wrote."""
    make, evidence = Claim._make, Evidence._make
    return [make((s, k, t, q, props, evidence(at))) for s, k, t, q, props, at in json.loads(data)]


def encode_since(since: Sequence[str]) -> str:
    """Write the days of claims as runs: `[[day, how many], ...]`."""
    runs: list[list[str | int]] = []
    last, count = "", 0
    for day in since:
        if day != last and count:
            runs.append([last, count])
            count = 0
        last, count = day, count + 1
    return json.dumps([*runs, [last, count]] if count else runs)


def decode_since(text: str, count: int) -> tuple[str, ...]:
    """Read what `encode_since` wrote for *count* claims; raises ValueError where it has another number."""
    days: list[str] = []
    for day, times in json.loads(text):
        days += [day] * times
    if len(days) != count:
        raise ValueError(f"{count} claims and {len(days)} days")
    return tuple(days)


def encode_skipped(skipped: Sequence[Skipped]) -> str:
    """Write what was skipped as one JSON list."""
    return json.dumps(skipped, ensure_ascii=False)


def decode_skipped(text: str) -> tuple[Skipped, ...]:
    """Read what `encode_skipped` wrote."""
    return tuple(Skipped(*row) for row in json.loads(text))


def digest(*parts: bytes | str) -> str:
    """Give the SHA-256 of all parts, each with its length before it."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()
