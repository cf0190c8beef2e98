"""`graphkit import`: what is looked at, what is stored, and what is said of it."""

import pytest

from tests.cli.running import Folder

GOOD = """graphkit: 1
services:
  - {id: chat, owner: web, requires: [{model: groq/llama-3.3-70b-versatile}]}
"""
GATEWAY = """model_list:
  - {model_name: fast, litellm_params: {model: groq/llama-3.3-70b-versatile}}
"""


def many(first: int, last: int) -> str:
    """Make an inventory of the services from *first* to before *last*."""
    return "graphkit: 1\nservices:\n" + "".join(f"  - {{id: s{n}}}\n" for n in range(first, last))


def test_an_import_ends_with_a_table_of_formats_and_totals(folder: Folder) -> None:
    """Documents read, clear and refused, claims, skipped; services with an owner; unresolved names."""
    folder.write("inventory.yaml", GOOD)
    folder.write("litellm.yaml", GATEWAY)
    folder.write("bad.yaml", "graphkit: 1\nservices: [")
    folder.write("other.yaml", "name: x\n")
    out = folder.run("import", ".", code=3).out.splitlines()
    assert out[0].split() == ["FORMAT", "READ", "CLEAR", "REFUSED", "CLAIMS", "SKIPPED"]
    rows = {line.split()[0]: line.split()[1:4] for line in out[1:3]}
    assert rows == {"litellm": ["1", "0", "0"], "native": ["1", "0", "1"]}
    assert out[-1].startswith("in the graph: 1 service")
    assert out[-1].endswith("1 with an owner; 0 names unresolved")


def test_a_dry_run_stores_nothing(folder: Folder) -> None:
    """It shows the same table, and makes no file where there was none."""
    folder.write("inventory.yaml", GOOD)
    dry = folder.run("import", ".", "--dry-run")
    assert not (folder.path / "graphkit.db").exists()
    assert "dry run: nothing was stored" in dry.err
    assert folder.run("import", ".").out == dry.out
    before = (folder.path / "graphkit.db").read_bytes()
    folder.write("inventory.yaml", GOOD + "  - {id: more}\n")
    assert "1 changed" in folder.run("import", ".", "--dry-run").err
    assert (folder.path / "graphkit.db").read_bytes() == before


def test_a_second_import_of_the_same_changes_nothing(folder: Folder) -> None:
    """The revision stays, and the line says so."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    before = folder.run("store", "info", "-f", "json").json()
    assert "0 new, 0 changed, 1 unchanged; claims: 0 opened, 0 closed" in folder.run("import", ".").err
    assert folder.run("store", "info", "-f", "json").json() == before


def test_what_is_gone_is_told_and_closed_only_by_prune(folder: Folder) -> None:
    """Only under the paths given, and still there for earlier days."""
    folder.write("a/inventory.yaml", GOOD)
    folder.write("b/inventory.yaml", "graphkit: 1\nservices: [{id: other}]\n")
    folder.write("graphkit.toml", "")
    folder.run("import", ".")
    (folder.path / "a/inventory.yaml").unlink()
    (folder.path / "b/inventory.yaml").unlink()
    assert "no longer found, still answered from: native:" in folder.run("import", "a").err
    assert folder.services("vendor:meta") == ["chat"]
    assert "pruned: 1 documents" in folder.run("import", "a", "--prune").err
    assert folder.services_known() == ["other"]


def test_a_document_that_is_refused_now_still_counts_as_it_was(folder: Folder) -> None:
    """And so said, whether it is broken or no longer known for what it was; --prune leaves it alone."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    for broken in ("graphkit: 1\nservices: [", "%PDF-1.7"):
        folder.write("inventory.yaml", broken)
        said = folder.run("import", "inventory.yaml", "--prune", code=3).err
        assert "refused now, still answered from what was read before: native:" in said
        assert "pruned" not in said
        assert folder.services("vendor:meta") == ["chat"]
    folder.write("inventory.yaml", GOOD)
    assert "refused" not in folder.run("import", ".").err


def test_what_is_refused_elsewhere_says_nothing_of_a_file_called_the_same(folder: Folder) -> None:
    """Two roots in one import: only the one whose document is broken is told."""
    for root in ("one", "two"):
        folder.write(f"{root}/graphkit.toml", "")
        folder.write(f"{root}/inventory.yaml", GOOD)
    folder.run("import", "one", "two")
    folder.write("one/inventory.yaml", "graphkit: 1\nservices: [")
    said = folder.run("import", "one", "two", code=3).err
    assert "before: native:one/inventory.yaml\n" in said


def test_what_stands_in_a_refused_document_still_counts_and_is_told(folder: Folder) -> None:
    """A gateway's configuration in a ConfigMap is a scope of its own, which nobody could read again."""
    inside = "".join(f"    {line}\n" for line in GATEWAY.splitlines())
    good = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  config.yaml: |\n{inside}"
    folder.write("map.yaml", good)
    folder.run("import", ".")
    folder.write("map.yaml", good.replace("metadata:", "metadata: ["))
    said = folder.run("import", ".", "--prune", code=3).err
    assert "still answered from what was read before: litellm:" in said
    assert "pruned" not in said


def test_the_table_of_an_import_goes_where_output_says(folder: Folder) -> None:
    """As the answer of every other command."""
    folder.write("inventory.yaml", GOOD)
    assert folder.run("import", ".", "-o", "table.txt").out == ""
    assert (folder.path / "table.txt").read_text("utf-8").startswith("FORMAT")


def test_a_document_that_would_lose_much_is_taken_only_on_demand(folder: Folder) -> None:
    """Nothing of the run is stored, exit code 3, and the option is named."""
    folder.write("inventory.yaml", many(0, 100))
    folder.run("import", ".")
    folder.write("inventory.yaml", many(0, 30))
    folder.write("more.yaml", GOOD)
    done = folder.run("import", ".", code=3)
    assert "--accept-shrink" in done.err
    assert len(folder.services_known()) == 100
    folder.run("import", ".", "--accept-shrink")
    assert len(folder.services_known()) == 31


@pytest.mark.parametrize(("kept", "code"), [(71, 0), (69, 3)])
def test_up_to_30_percent_may_go_unasked(folder: Folder, kept: int, code: int) -> None:
    """More than 30 % and more than 20 claims is the limit."""
    folder.write("inventory.yaml", many(0, 100))
    folder.run("import", ".")
    folder.write("inventory.yaml", many(0, kept))
    folder.run("import", ".", code=code)


def test_a_document_that_becomes_empty_is_asked_about(folder: Folder) -> None:
    """However small it was."""
    folder.write("inventory.yaml", GOOD)
    folder.run("import", ".")
    folder.write("inventory.yaml", "graphkit: 1\n")
    folder.run("import", ".", code=3)
    assert folder.services("vendor:meta") == ["chat"]


def test_without_build_a_query_builds_in_memory_and_says_so(folder: Folder) -> None:
    """Until `store build` keeps the view."""
    folder.write("inventory.yaml", GOOD)
    assert folder.run("import", ".", "--no-build").out == ""
    asked = folder.run("blast-radius", "vendor:meta")
    assert "building in memory" in asked.err
    folder.run("store", "build")
    again = folder.run("blast-radius", "vendor:meta")
    assert (again.out, again.err) == (asked.out, "")


def test_an_edited_configuration_changes_the_graph_without_an_import(folder: Folder) -> None:
    """Readings never hold what the build makes of them."""
    folder.write("inventory.yaml", "graphkit: 1\nservices: [{id: a, requires: [{model: azure/prod-1}]}]\n")
    folder.run("import", ".")
    assert folder.services("vendor:meta", certainty="certain") == []
    folder.write("graphkit.toml", '[models]\n"azure/prod-1" = "meta-llama/Llama-3.3-70B-Instruct"\n')
    assert folder.services("vendor:meta", certainty="certain") == ["a"]


def test_two_places_of_one_name_need_a_scope(folder: Folder) -> None:
    """In one run and in two; --scope is named; nothing is stored."""
    for place in ("x/app", "y/app"):
        folder.write(f"{place}/graphkit.toml", "")
        folder.write(f"{place}/inventory.yaml", GOOD)
    assert "--scope" in folder.run("import", "x/app", "y/app", code=2).err
    folder.run("import", "x/app")
    assert "--scope" in folder.run("import", "y/app", code=2).err
    folder.run("import", "y/app", "--scope", "second")
    scopes = folder.run("store", "scopes", "-f", "json").json()
    assert [row["scope"] for row in scopes] == ["native:app/inventory.yaml", "native:second/inventory.yaml"]


def test_the_remote_of_a_repository_names_its_scopes(folder: Folder) -> None:
    """The same clone in two folders is one place."""
    for place in ("one", "two"):
        folder.write(f"{place}/.git/config", '[remote "origin"]\n\turl = git@git.example:team/app.git\n')
        folder.write(f"{place}/inventory.yaml", GOOD)
        folder.run("import", place)
    scopes = folder.run("store", "scopes", "-f", "json").json()
    assert [row["scope"] for row in scopes] == ["native:git.example/team/app/inventory.yaml"]


def test_format_reads_as_told(folder: Folder) -> None:
    """What detection would not take for a gateway."""
    folder.write(
        "odd.yaml",
        "model_list: [{model_name: fast, litellm_params: {model: groq/llama-3.3-70b-versatile}}]\n",
    )
    folder.run("import", "odd.yaml", "--format", "litellm")
    assert folder.ask("coverage")["rows"][0]["importer"] == "litellm"


def test_ignore_files_are_respected(folder: Folder) -> None:
    """.gitignore and .graphkitignore, nested, with exceptions; a named file is read all the same."""
    folder.write(".git/HEAD", "")
    folder.write(".gitignore", "build/\n*.gen.yaml\n!kept.gen.yaml\n")
    folder.write(".graphkitignore", "/samples\n")
    folder.write("deep/.gitignore", "secret.yaml\n")
    names = {
        "seen.yaml": "seen",
        "kept.gen.yaml": "kept",
        "deep/samples/a.yaml": "deep-sample",
        "x.gen.yaml": "generated",
        "build/a.yaml": "built",
        "samples/a.yaml": "sample",
        "deep/secret.yaml": "secret",
        "node_modules/p/a.yaml": "module",
        ".git/a.yaml": "git",
    }
    for path, service in names.items():
        folder.write(path, f"graphkit: 1\nservices: [{{id: {service}}}]\n")
    folder.run("import", ".")
    assert folder.services_known() == ["deep-sample", "kept", "seen"]
    folder.run("import", "x.gen.yaml")
    assert "generated" in folder.services_known()


def test_ignore_files_above_the_path_count_too(folder: Folder) -> None:
    """Those of the repository, as for git."""
    folder.write(".git/HEAD", "")
    folder.write(".gitignore", "*.gen.yaml\n")
    folder.write("sub/a.gen.yaml", GOOD)
    folder.write("sub/b.yaml", "graphkit: 1\nservices: [{id: b}]\n")
    folder.run("import", "sub")
    assert folder.services_known() == ["b"]


def test_one_file_that_is_named_twice_is_read_once(folder: Folder) -> None:
    """By its name, by its folder, by a link."""
    folder.write("a/inventory.yaml", GOOD)
    (folder.path / "link").symlink_to(folder.path / "a")
    folder.write("graphkit.toml", "")
    assert "1 new" in folder.run("import", "a", "a/inventory.yaml", "link", "./a/../a").err


def test_a_gateway_inside_a_config_map_is_read_like_a_file(folder: Folder) -> None:
    """A document inside a document."""
    body = "".join(f"    {line}\n" for line in GATEWAY.splitlines())
    folder.write(
        "cm.yaml", f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: g}}\ndata:\n  config.yaml: |\n{body}"
    )
    folder.run("import", ".")
    rows = folder.ask("blast-radius", "vendor:meta")["rows"]
    assert "route:litellm/fast" in [row["key"] for row in rows]
