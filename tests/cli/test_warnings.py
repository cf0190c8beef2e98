"""What an import warns of: slips in graphkit.toml, folders that were moved; and how places are written."""

import shutil

import pytest

from tests.cli.running import Folder

GOOD = """graphkit: 1
teams: [{id: web}]
services:
  - {id: checkout, owner: web, requires: [{model: acme/own-model}]}
  - {id: checkout-api, owner: web}
"""
TAGGED = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: till, tags: [money]}
spec: {type: service, owner: web}
"""


@pytest.fixture
def good(folder: Folder) -> Folder:
    """Give a folder with services that graphkit.toml may speak of."""
    folder.write("inventory.yaml", GOOD)
    folder.write("catalog-info.yaml", TAGGED)
    return folder


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ('[[same]]\nnames = ["service:chekout", "service:checkout-api"]\n', "'service:checkout'"),
        ('[[same]]\nnames = ["team:web", "team:wbe"]\n', "'team:web'"),
        ('[[same]]\nnames = ["vendor:meta", "vendor:metta-platforms-x"]\n', "nothing is called"),
        ('[criticality]\ncheckuot = "high"\n', "'checkout'"),
        ('[criticality]\n"service:checkuot" = "high"\n', "'service:checkout'"),
        ('[criticality]\nmony = "high"\n', "'money'"),
        ('[criticality]\nCheckout = "high"\n', "'checkout'"),
    ],
)
def test_a_name_that_nothing_has_is_warned_of(good: Folder, text: str, offered: str) -> None:
    """By import, with the nearest right name, and by doctor; the import itself is fine."""
    good.write("graphkit.toml", text)
    told = [line for line in good.run("import", ".").err.splitlines() if line.startswith("W-CONFIG: ")]
    assert len(told) == 1
    assert offered in told[0]
    assert good.run("doctor", "-f", "json").json()["warnings"] == told
    assert told[0] in good.run("doctor").out


def test_names_that_something_has_are_no_warning(good: Folder) -> None:
    """Services by id and key, tags, models by the name that is written, vendors of the catalogue."""
    text = '[criticality]\ncheckout = "high"\n"service:checkout-api" = "low"\nmoney = "low"\n'
    for pair in (
        '"service:checkout", "service:checkout-api"',
        '"vendor:meta", "vendor:mistral"',
        '"model:acme/own-model", "model:acme/Own-Model"',
    ):
        text += f"[[same]]\nnames = [{pair}]\n"
    good.write("graphkit.toml", text)
    assert "W-CONFIG" not in good.run("import", ".").err
    assert good.run("doctor", "-f", "json").json()["warnings"] == []


def test_a_folder_that_was_moved_is_noticed(good: Folder) -> None:
    """Its documents would count twice: the way out is named, and works."""
    for name in ("inventory.yaml", "catalog-info.yaml"):
        good.write(f"one/{name}", (good.path / name).read_text())
    assert "W-COPY" not in good.run("import", "one").err
    (good.path / "one").rename(good.path / "two")
    told = good.run("import", "two").err
    assert "W-COPY: two holds the same documents as one" in told
    assert "`graphkit store forget one`" in told
    assert "W-COPY" not in good.run("import", "two").err
    assert "closed 2 scopes" in good.run("store", "forget", "one").err
    assert good.run("store", "info", "-f", "json").json()["documents"] == 2


def test_a_folder_that_was_moved_can_keep_its_name(good: Folder) -> None:
    """With --scope; another content is no copy."""
    good.write("one/inventory.yaml", GOOD)
    good.write("three/inventory.yaml", GOOD.replace("checkout", "till"))
    good.run("import", "one", "three")
    shutil.move(good.path / "one", good.path / "two")
    done = good.run("import", "two", "--scope", "one")
    assert "W-COPY" not in done.err
    assert "0 new, 0 changed, 1 unchanged" in done.err


def test_a_problem_is_named_by_the_path_that_can_be_opened_from_here(folder: Folder) -> None:
    """Below, beside, and as the importer of a document inside names it."""
    folder.write("app/graphkit.toml", "")
    folder.write("app/deep/bad.yaml", "graphkit: 1\nservices: [{id: a}, {id: a}]\n")
    here = Folder(folder.path / "here")
    here.path.mkdir()
    for place, path in ((folder, "app/deep/bad.yaml"), (here, "../app/deep/bad.yaml")):
        err = place.run("import", path, code=3).err
        assert err.splitlines()[0].startswith(f"{path}:2: E-DUPID: ")
    gateway = "model_list: [{model_name: a, litellm_params: {model: x, api_key: sk-1}}]"
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: g}\ndata:\n"
    body = f"{head}  config.yaml: |\n    {gateway}\n"
    folder.write("app/cm.yaml", body)
    assert "../app/cm.yaml#" in here.run("import", "../app/cm.yaml", code=None).err


def test_only_what_was_read_before_is_said_to_be_still_answered_from(folder: Folder) -> None:
    """A file that was refused when it was first seen has left nothing."""
    told = "still answered from what was read before"
    folder.write("inventory.yaml", "graphkit: 1\nservices: [")
    assert told not in folder.run("import", ".", code=3).err
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    folder.write("inventory.yaml", "graphkit: 1\nservices: [")
    assert told in folder.run("import", ".", code=3).err
