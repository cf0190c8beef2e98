"""Answers for programs: the JSON envelope, rows as JSON lines, rows as CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from json.encoder import encode_basestring
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final, TextIO

from graphkit.render.text import scalar_columns

if TYPE_CHECKING:
    from graphkit.querying import Answer

SCHEMA_VERSION: Final = 1
"""The version of the envelope."""

_CHUNK: Final = 4_096
_SIMPLE: Final = frozenset((str, int, bool, type(None)))
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
# A spreadsheet takes a cell that begins so for a formula, the full-width forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_json(answer: Answer, out: TextIO) -> None:
    """Write the envelope: fixed order of keys, each member of `rows` and `because` on one line."""
    head = json.dumps(_head(answer), ensure_ascii=False, indent=2, default=_plain)
    out.write(_encodable(head.removesuffix("\n}")))
    for name, members in (("rows", answer.rows), ("because", answer.because)):
        out.write(f',\n  "{name}": [')
        separator = "\n    "
        for chunk in _chunks(members):
            out.write(separator + _encodable(",\n    ".join(chunk)))
            separator = ",\n    "
        out.write("\n  ]" if members else "]")
    out.write("\n}\n")


def write_ndjson(answer: Answer, out: TextIO) -> None:
    """Write each row as one line of JSON; nothing where there are no rows."""
    out.writelines(_encodable("\n".join(chunk)) + "\n" for chunk in _chunks(answer.rows))


def write_csv(answer: Answer, out: TextIO) -> None:
    """Write the scalar columns of the rows as RFC 4180 says, a header first.

    Text that a spreadsheet would take for a formula gets an apostrophe in front. Without rows there are no
    columns, and so there is nothing but an empty header.
    """
    columns = scalar_columns(answer.rows)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_csv_cell(name) for name in columns])
    writer.writerows([_csv_cell(row.get(name)) for name in columns] for row in answer.rows)


def _head(answer: Answer) -> dict[str, Any]:
    """Give the envelope up to its rows, in the order of the contract."""
    frame = answer.frame
    return {
        "schema_version": SCHEMA_VERSION,
        "query": answer.query,
        "params": answer.params,
        "as_of": frame.as_of,
        "on": frame.on,
        "revision": frame.revision,
        "catalogue": frame.catalogue,
        "complete": answer.complete,
        "warnings": [asdict(warning) for warning in answer.warnings],
        "summary": answer.summary,
    }


def _chunks(members: Sequence[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Encode members, each on one line, some thousands at a time to use the same memory again."""
    columns: Mapping[str, Sequence[Any]] | None = getattr(members, "columns", None)
    if not columns:
        lines = map(_encode, members)
        while chunk := list(islice(lines, _CHUNK)):
            yield chunk
        return
    form = "{" + ", ".join(f"{_encode(name).replace('%', '%%')}: %s" for name in columns) + "}"
    for start in range(0, len(members), _CHUNK):
        encoded = [_encoded(values[start : start + _CHUNK]) for values in columns.values()]
        yield [form % values for values in zip(*encoded, strict=True)]


def _encoded(values: Sequence[Any]) -> Iterable[str]:
    """Encode a stretch of one column; values of one type that stand there often are encoded once."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return map(encode_basestring, values)
    if len(kinds - {type(None)}) > 1 or not kinds <= _SIMPLE:
        return map(_encode, values)  # 1 and true are equal, as are 0.0 and -0.0, and not the same in JSON
    known = {value: _encode(value) for value in set(values)}
    return map(known.__getitem__, values)


def _plain(value: object) -> object:
    """Give what the encoder does not know (a read-only mapping, a numpy integer) in types that it knows."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Integral):
        return int(value)
    raise TypeError(f"an answer holds a {type(value).__name__}, which JSON does not have")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": "), default=_plain).encode


def _encodable(text: str) -> str:
    r"""Write lone surrogates, which UTF-8 does not have, as JSON's \ud800 escapes."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    return text


def _csv_cell(value: object) -> object:
    """Give a value as a cell: null is empty, truth is written as in JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return value
    text = _SURROGATE.sub("\ufffd", value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
