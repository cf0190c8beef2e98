"""Files into documents: compressed ones, large ones, and neighbors that must stay inside of the root."""

import bz2
import gzip
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from graphkit.errors import DocumentError
from graphkit.importing import files
from graphkit.importing.document import HEAD_BYTES
from graphkit.importing.files import find_sibling, open_document

PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
packers = pytest.mark.parametrize(("suffix", "pack"), PACKERS.items())


def text(size: int) -> bytes:
    """Write JSON that compresses as real files do."""
    chance = random.Random(1)
    return b'{"a": "' + bytes(chance.choices(b"abcdefgh", k=size)) + b'"}'


def test_a_plain_file_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    """Only the beginning is read to find out what it is."""
    file = tmp_path / "a.json"
    file.write_bytes(text(HEAD_BYTES * 2))
    document = open_document(file, "below/a.json")
    assert (document.path, document.name, len(document.head)) == ("below/a.json", "a.json", HEAD_BYTES)
    assert document.data == file.read_bytes()


@packers
def test_a_compressed_file_is_its_content(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    """Told by its first bytes; the suffix may be anything."""
    content = text(200_000)
    for name in (f"a.json{suffix}", "a.json"):
        (tmp_path / name).write_bytes(pack(content))
        document = open_document(tmp_path / name, name)
        assert document.head.encode() == content[:HEAD_BYTES]
        assert (document.data, document.format) == (content, "json")


@packers
def test_a_compressed_file_that_is_broken_is_refused(
    tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]
) -> None:
    """Cut off or with one wrong byte, anywhere: E-ENCODING, or the content where the byte says nothing."""
    whole, chance, file = pack(text(3_000)), random.Random(2), tmp_path / f"a{suffix}"
    codes = set()
    for _ in range(250):
        broken = bytearray(whole)
        place = chance.randrange(6, len(whole))
        broken[place] ^= chance.randrange(1, 256)
        file.write_bytes(bytes(broken) if chance.random() < 0.7 else whole[:place])
        try:
            assert open_document(file, "a").data == text(3_000)
        except DocumentError as error:
            codes.add(error.code)
    assert codes == {"E-ENCODING"}


@packers
def test_a_bomb_is_refused(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    """Decompressed bytes for one compressed byte: real JSON stays below 40."""
    file = tmp_path / f"a.json{suffix}"
    file.write_bytes(pack(b" " * 20_000_000))
    document = open_document(file, "a.json")
    with pytest.raises(DocumentError, match="decompresses too far"):
        document.text  # noqa: B018 - reading it is the test


@pytest.mark.parametrize("name", ["a.yaml", "a.YML", "a.yaml.gz"])
def test_yaml_has_a_limit_of_its_own_packed_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Reading more takes minutes, however it comes."""
    monkeypatch.setattr(files, "MAX_YAML", 1_000)
    content = text(5_000)
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    document = open_document(tmp_path / name, name)
    with pytest.raises(DocumentError):
        document.text  # noqa: B018 - reading it is the test


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names both sizes."""
    monkeypatch.setattr(files, "MAX_BYTES", 1 << 20)
    (tmp_path / "a.json").write_bytes(text(3 << 20))
    with pytest.raises(DocumentError, match="3 MiB are too large"):
        open_document(tmp_path / "a.json", "a.json").text  # noqa: B018 - reading it is the test


def test_a_neighbor_is_found_inside_of_the_root_and_never_outside(tmp_path: Path) -> None:
    """Not above it, not by a link, not by an absolute path, not by a name that is none."""
    top = tmp_path / "root"
    (top / "below").mkdir(parents=True)
    (tmp_path / "secret").write_text("x")
    (tmp_path / "root-two").mkdir()
    (tmp_path / "root-two/x").write_text("x")
    (top / ".env").write_text("MODEL=x")
    (top / "below/link").symlink_to(tmp_path / "secret")
    (top / "below/values.yaml").write_text("a: 1")
    found = find_sibling(top / "below", top, "../.env")
    assert found is not None
    assert (found.path, found.text) == (".env", "MODEL=x")
    assert find_sibling(top / "below", top, "values.yaml") is not None
    outside = ("../../secret", "link", str(tmp_path / "secret"), "../../root-two/x", "/etc/passwd")
    for name in (*outside, ".", "", "no", "\0", "x" * 10_000, "values.yaml/x"):
        assert find_sibling(top / "below", top, name) is None


def test_a_neighbor_that_is_too_large_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A neighbor helps to read a document; it is not one."""
    monkeypatch.setattr(files, "MAX_SIBLING", 3)
    (tmp_path / ".env").write_text("A=12")
    assert find_sibling(tmp_path, tmp_path, ".env") is None
