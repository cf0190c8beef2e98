"""Walking folders: which files are looked at, and under which root they are known."""

import os
import time
from pathlib import Path

import pytest

from graphkit.errors import UsageError
from graphkit.importing.walking import find_root, walk

SUFFIXES = frozenset((".yaml", ".json"))
PATIENCE = 2.0


def make(top: Path, *names: str, text: str = "") -> None:
    """Make files, and folders for names that end in a slash."""
    for name in names:
        place = top / name
        (place if name.endswith("/") else place.parent).mkdir(parents=True, exist_ok=True)
        if not name.endswith("/"):
            place.write_text(text)


def found(*paths: Path, scope: str | None = None) -> list[str]:
    """List the paths that a walk gives."""
    return [one.path for one in walk([str(path) for path in paths], suffixes=SUFFIXES, scope=scope)]


def remote(top: Path, config: str) -> str:
    """Give the root name of a repository with this configuration."""
    make(top, ".git/config", text=config)
    return find_root(top).name


def test_files_come_once_in_name_order_and_only_with_a_known_suffix(tmp_path: Path) -> None:
    """Upper case and packed ones too."""
    make(tmp_path, "b.yaml", "a/z.json.gz", "a/b/c.YAML", "a.yaml", "x.py", "yaml", ".hidden.yaml", ".git/")
    assert found(tmp_path, tmp_path / "a", tmp_path / "b.yaml") == [
        ".hidden.yaml",
        "a.yaml",
        "b.yaml",
        "a/z.json.gz",
        "a/b/c.YAML",
    ]


def test_a_named_file_is_always_looked_at(tmp_path: Path) -> None:
    """Whatever its suffix, and though it is ignored."""
    make(tmp_path, "x.py", ".git/")
    make(tmp_path, ".gitignore", text="x.py\n")
    (one,) = walk([str(tmp_path / "x.py")], suffixes=SUFFIXES)
    assert (one.path, one.named) == ("x.py", True)


def test_ignore_files_hold_for_their_folder_and_below(tmp_path: Path) -> None:
    """.gitignore and .graphkitignore; the inner one decides, also where the walk begins inside."""
    make(tmp_path, ".git/", "a.yaml", "out/b.yaml", "in/c.yaml", "in/keep/d.yaml", "in/keep/e.yaml", "z.json")
    make(tmp_path, ".gitignore", text="out/\n*.json\n/in/keep/d.yaml\n# a comment\n")
    make(tmp_path, "in/.graphkitignore", text="c.yaml\n")
    make(tmp_path, "in/keep/.gitignore", text="!d.yaml\n")
    everything = ["a.yaml", "in/keep/d.yaml", "in/keep/e.yaml"]
    assert found(tmp_path) == everything
    assert found(tmp_path / "in") == everything[1:]
    assert found(tmp_path / "in/keep") == everything[1:]


def test_an_ignore_file_of_one_folder_says_nothing_about_its_neighbor(tmp_path: Path) -> None:
    """Also where the neighbor comes later in the walk."""
    make(tmp_path, ".git/", "a/x.yaml", "b/x.yaml", "ab/x.yaml")
    make(tmp_path, "a/.gitignore", text="x.yaml\n")
    assert found(tmp_path) == ["ab/x.yaml", "b/x.yaml"]


def test_folders_of_tools_are_never_walked(tmp_path: Path) -> None:
    """What was installed or checked out is not ours."""
    make(
        tmp_path, "node_modules/a.yaml", ".git/b.yaml", ".venv/c.json", "ok/node_modules/d.json", "ok/e.yaml"
    )
    assert found(tmp_path) == ["ok/e.yaml"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    """So a loop of links ends."""
    make(tmp_path, "a/x.yaml", ".git/")
    (tmp_path / "a/loop").symlink_to(tmp_path)
    (tmp_path / "a/broken.yaml").symlink_to(tmp_path / "nothing")
    assert "a/x.yaml" in found(tmp_path)
    assert not any("loop" in path for path in found(tmp_path))


def test_what_is_no_regular_file_is_left_out(tmp_path: Path) -> None:
    """Opening a named pipe in a folder would wait for ever."""
    make(tmp_path, "a.yaml", ".git/")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert found(tmp_path) == ["a.yaml"]


def test_all_paths_that_do_not_exist_are_named_at_once(tmp_path: Path) -> None:
    """What is wrong in several places is reported in all of them."""
    with pytest.raises(UsageError) as caught:
        found(tmp_path / "one", tmp_path, tmp_path / "two")
    assert [line.rpartition("/")[2][:3] for line in str(caught.value).splitlines()] == ["one", "two"]


def test_names_that_are_no_unicode_do_not_stop_a_walk(tmp_path: Path) -> None:
    """A file's name is any bytes."""
    (tmp_path / os.fsdecode(b"\xff\n.yaml")).touch()
    assert len(found(tmp_path)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/shop/api.git",
        "https://example.com/shop/api",
        "https://me:hunter2@example.com/shop/api.git?token=hunter2#hunter2",
        "git@example.com:shop/api.git",
        "ssh://git@example.com:2222/shop/api.git/",
        "ssh://me:hunter2@example.com/shop/api",
    ],
)
def test_a_root_is_named_after_its_remote_without_user_password_and_query(tmp_path: Path, url: str) -> None:
    """The same for every way to write it."""
    assert remote(tmp_path, f'[core]\n\tbare = false\n[remote "origin"]\n\turl = {url}\n') == (
        "example.com/shop/api"
    )


def test_origin_comes_before_other_remotes(tmp_path: Path) -> None:
    """Else the first one; keys of other sections are none."""
    first, origin = '[remote "a"]\nurl = https://a.com/x\n', '[remote "origin"]\nurl = https://o.com/x\n'
    assert remote(tmp_path, first + origin) == "o.com/x"
    assert remote(tmp_path, first + '[submodule "origin"]\nurl = https://s.com/x\n') == "a.com/x"


@pytest.mark.parametrize(
    "config", ["", "[remote", '[remote "origin"]\nurl = http://[\n', "\0" * 99, "url = x"]
)
def test_a_configuration_that_says_nothing_leaves_the_folders_name(tmp_path: Path, config: str) -> None:
    """Whatever stands there."""
    make(tmp_path, "shop/")
    assert remote(tmp_path / "shop", config) == "shop"


def test_a_long_configuration_takes_no_minutes(tmp_path: Path) -> None:
    """A folder that came from elsewhere may hold any .git/config."""
    began = time.process_time()
    remote(tmp_path, "\n" * 25_000)
    assert time.process_time() - began < PATIENCE


def test_a_worktree_has_the_remote_of_its_repository(tmp_path: Path) -> None:
    """Its .git is a file that names the folder."""
    remote(tmp_path / "main", '[remote "origin"]\nurl = https://example.com/x\n')
    make(tmp_path, "main/.git/worktrees/w/commondir", text="../..\n")
    make(tmp_path, "w/.git", text=f"gitdir: {tmp_path}/main/.git/worktrees/w\n")
    assert find_root(tmp_path / "w").name == "example.com/x"


def test_without_a_remote_the_nearest_marked_folder_gives_the_name(tmp_path: Path) -> None:
    """.git or graphkit.toml; where none is, the folder itself; --scope before all."""
    make(tmp_path, "shop/graphkit.toml", "shop/below/a.yaml", "bare/below/a.yaml")
    assert find_root(tmp_path / "shop/below/a.yaml").name == "shop"
    assert found(tmp_path / "shop/below") == ["below/a.yaml"]
    assert find_root(tmp_path / "bare/below").name == "below"
    assert found(tmp_path / "bare/below") == ["a.yaml"]
    assert find_root(tmp_path / "shop/below", scope="mine").name == "mine"
    assert found(tmp_path / "shop/below", scope="mine") == ["below/a.yaml"]
