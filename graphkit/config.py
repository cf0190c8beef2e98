"""graphkit.toml: where it is, what it says, and where each value came from."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from graphkit.errors import ConfigError
from graphkit.model import CRITICALITIES, NODE_KINDS, kind_of

DEFAULT_STORE: Final = "graphkit.db"
FILE_NAME: Final = "graphkit.toml"
SECTIONS: Final = (
    "store",
    "currency",
    "company",
    "criticality",
    "gateway",
    "models",
    "same",
    "cost",
    "policy",
)
_ENVIRONMENT: Final = "GRAPHKIT_STORE"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that graphkit.toml names: its base URLs and the files that configure it."""

    name: str
    urls: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All settings, with where each came from.

    *origins* maps a setting to `default`, an environment variable or `file: [section]`.
    """

    store: str = DEFAULT_STORE
    currency: str = "USD"
    company: Mapping[str, Any] = field(default_factory=dict)
    criticality: Mapping[str, str] = field(default_factory=dict)
    gateways: tuple[Gateway, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)
    same: tuple[tuple[str, ...], ...] = ()
    cost: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A digest of everything here that the build looks at."""
        own = (
            sorted(self.criticality.items()),
            [(gateway.name, gateway.urls, gateway.files) for gateway in self.gateways],
            sorted(self.models.items()),
            self.same,
        )
        return hashlib.sha256(json.dumps(own).encode("utf-8", "replace")).hexdigest()


def load(path: Path | None = None, *, start: Path | None = None, store: str | None = None) -> Config:
    """Read the configuration.

    *path* is a file the user named; without it graphkit.toml, or pyproject.toml with [tool.graphkit], is
    looked for in *start* (the working directory) and upwards. *store* is what the command line said.
    Raises ConfigError, with file and key, for all problems at once.
    """
    found = path or _find(start or Path.cwd())
    data = _read(found) if found else {}
    config, origins = _checked(data, found) if found else (Config(), dict.fromkeys(SECTIONS, "default"))
    values = {name: getattr(config, name) for name in ("currency", "company", "criticality", "gateways")}
    values |= {name: getattr(config, name) for name in ("models", "same", "cost", "policy")}
    chosen = config.store
    if origins["store"] != "default" and found and "://" not in chosen and chosen != "memory:":
        chosen = str(found.parent / chosen)
    for origin, value in ((f"environment {_ENVIRONMENT}", os.environ.get(_ENVIRONMENT)), ("--store", store)):
        if value:
            chosen, origins["store"] = value, origin
    return Config(**values, store=chosen, file=found, origins=origins)


def _find(start: Path) -> Path | None:
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
        other = folder / "pyproject.toml"
        if other.is_file() and b"[tool.graphkit" in other.read_bytes():
            return other
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:  # broken, wrongly encoded, a number too long
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    if path.name == "pyproject.toml":
        tool = data.get("tool", {})
        data = tool.get("graphkit", {}) if isinstance(tool, dict) else {}
    return data


def _checked(data: Mapping[str, Any], path: Path) -> tuple[Config, dict[str, str]]:
    problems = [
        f"{path}: unknown key {name!r}{nearest(name, SECTIONS)}" for name in data if name not in SECTIONS
    ]
    tables = {}
    for name in ("company", "criticality", "gateway", "models", "cost", "policy"):
        tables[name] = data.get(name, {})
        if not isinstance(tables[name], dict):
            problems.append(f"{path}: [{name}] must be a table")
            tables[name] = {}
    problems += [
        f"{path}: {name} must be text"
        for name in ("store", "currency")
        if not isinstance(data.get(name, ""), str)
    ]
    problems += _texts(tables["models"], f"{path}: [models]")
    for name, level in tables["criticality"].items():
        if level not in CRITICALITIES:
            problems.append(f"{path}: [criticality] {name}: {level!r} is none of {', '.join(CRITICALITIES)}")
    gateways, more = _gateways(tables["gateway"], path)
    same, others = _same(data.get("same", []), path)
    if problems := problems + more + others:
        raise ConfigError("\n".join(problems))
    config = Config(
        store=data.get("store", DEFAULT_STORE),
        currency=data.get("currency", "USD"),
        company=tables["company"],
        criticality=tables["criticality"],
        gateways=gateways,
        models=tables["models"],
        same=same,
        cost=tables["cost"],
        policy=tables["policy"],
    )
    return config, {name: str(path) if name in data else "default" for name in SECTIONS}


def _texts(table: Mapping[str, Any], place: str) -> list[str]:
    return [
        f"{place} {name}: {value!r} must be text"
        for name, value in table.items()
        if not isinstance(value, str)
    ]


def _gateways(table: Mapping[str, Any], path: Path) -> tuple[tuple[Gateway, ...], list[str]]:
    found, problems = [], []
    for name, body in sorted(table.items()):
        place = f"{path}: [gateway.{name}]"
        if not isinstance(body, dict):
            problems.append(f"{place} must be a table")
            continue
        problems += [
            f"{place} unknown key {key!r}{nearest(key, ('urls', 'files'))}"
            for key in body
            if key not in ("urls", "files")
        ]
        lists = {key: body.get(key, []) for key in ("urls", "files")}
        for key, value in lists.items():
            if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
                problems.append(f"{place} {key} must be a list of texts")
                lists[key] = []
        found.append(Gateway(name, tuple(lists["urls"]), tuple(lists["files"])))
    return tuple(found), problems


def _same(entries: object, path: Path) -> tuple[tuple[tuple[str, ...], ...], list[str]]:
    found, problems = [], []
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        names = entry.get("names") if isinstance(entry, dict) else None
        if not isinstance(names, list) or not all(
            isinstance(n, str) and kind_of(n) in NODE_KINDS and ":" in n for n in names
        ):
            problems.append(
                f'{path}: [[same]] {number + 1}: names must be keys such as ["service:a", "service:b"]'
            )
        elif len({kind_of(name) for name in names}) > 1:
            problems.append(f"{path}: [[same]] {number + 1}: all names must be of one kind")
        else:
            found.append(tuple(names))
    return tuple(found), problems


def nearest(name: str, known: tuple[str, ...]) -> str:
    """Offer the nearest right name, as the end of a sentence; empty where none is near.

    >>> nearest("gatway", ("gateway", "models"))
    "; did you mean 'gateway'?"
    """
    close = difflib.get_close_matches(str(name)[:100], known, n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def schema() -> dict[str, Any]:
    """Give the JSON Schema of graphkit.toml."""
    texts = {"type": "array", "items": {"type": "string"}}
    gateway = {"type": "object", "additionalProperties": False, "properties": {"urls": texts, "files": texts}}
    same = {
        "type": "object",
        "additionalProperties": False,
        "required": ["names"],
        "properties": {"names": texts},
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "store": {"type": "string"},
            "currency": {"type": "string"},
            "company": {"type": "object"},
            "criticality": {"type": "object", "additionalProperties": {"enum": list(CRITICALITIES)}},
            "gateway": {"type": "object", "additionalProperties": gateway},
            "models": {"type": "object", "additionalProperties": {"type": "string"}},
            "same": {"type": "array", "items": same},
            "cost": {"type": "object"},
            "policy": {"type": "object"},
        },
    }
