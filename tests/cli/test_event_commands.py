"""`graphkit events`: what is shipped, what one says, and whether files of one's own are right."""

import json

from tests.cli.running import ON, Folder

OWN = """graphkit_event: 1
id: our-notice
title: Our host drops Llama
vendor: groq
kind: retirement
supposed: true
effective: 2027-02-01
scope: {families: [llama], hosts: [groq]}
evidence:
  - {url: "https://example.com/notice", read: 2026-11-23, tier: A, note: "a letter"}
"""
BAD = "graphkit_event: 1\nid: x\ntitle: y\nvendor: meta\nkind: retirment\nanounced: 2026-13-01\n"


def test_the_list_has_what_is_shipped_and_what_is_named(folder: Folder) -> None:
    """Own files are found in folders too; other files there are left alone."""
    folder.write("events/ours.yaml", OWN)
    folder.write("events/else.yaml", "kind: Service\n")
    rows = json.loads(folder.run("events", "list", "events", "-f", "json").out)
    shipped = [row for row in rows if row["where"] == "shipped"]
    assert {row["known"] for row in shipped} == {"sourced", "reported", "supposed"}
    assert [row for row in rows if row not in shipped] == [
        {
            "id": "our-notice",
            "vendor": "groq",
            "kind": "retirement",
            "date": "2027-02-01",
            "known": "supposed",
            "title": "Our host drops Llama",
            "where": "events/ours.yaml",
        }
    ]
    table = folder.run("events", "list", "events").out.splitlines()
    assert len(table) == len(rows) + 1
    assert table[-1].split()[:5] == ["our-notice", "groq", "retirement", "2027-02-01", "supposed"]


def test_what_an_event_says_is_shown_with_its_sources(folder: Folder) -> None:
    """A shipped one by its id, one's own by its file; as JSON it is the file again."""
    folder.write("ours.yaml", OWN)
    said = folder.run("events", "show", "ours.yaml", *ON).out
    assert "SUPPOSED: Our host drops Llama: supposed for 2027-02-01, 1 source (1 primary)" in said
    assert "families llama; hosts groq" in said
    assert "[A] https://example.com/notice, read 2026-11-23: a letter" in said
    assert "REPORTED: " in folder.run("events", "show", "meta-llama-line-end", *ON).out
    again = folder.run("events", "show", "ours.yaml", "-f", "json").out
    folder.write("again.json", again)
    assert folder.run("events", "show", "again.json", "-f", "json").out == again


def test_every_problem_of_every_file_is_told_with_its_place(folder: Folder) -> None:
    """And the exit code is 2; files that are right are not named."""
    folder.write("events/bad.yaml", BAD)
    folder.write("events/ours.yaml", OWN)
    folder.write("worse.json", '{"graphkit_event": 1, "scope": {"families": ["lama"]}}')
    done = folder.run("events", "validate", "events", "worse.json", code=2)
    assert "events/bad.yaml:5: kind" in done.err
    assert "events/bad.yaml:6: anounced: unknown key; did you mean 'announced'?" in done.err
    assert "worse.json:1: 'id' is missing" in done.err
    assert "ours.yaml" not in done.err
    assert folder.run("events", "validate", "events/ours.yaml").err == "valid: 1 of 1\n"


def test_a_folder_without_events_and_a_file_that_is_not_there_are_mistakes(folder: Folder) -> None:
    """Nobody is told that nothing is valid."""
    folder.write("events/else.yaml", "kind: Service\n")
    assert "no event file" in folder.run("events", "validate", "events", code=2).err
    assert "cannot be read" in folder.run("events", "validate", "nothing.yaml", code=2).err
    assert (
        "did you mean 'meta-llama-line-end'" in folder.run("events", "show", "meta-lama-line-end", code=2).err
    )
