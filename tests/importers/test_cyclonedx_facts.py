"""What the CycloneDX importer makes of names, pedigrees, licenses and publishers."""

from typing import Any

import pytest

from graphkit.importers._cyclonedx_facts import free_text, operands
from graphkit.model import Claim
from tests.importers.cyclonedx_reading import LLAMA, bill, edges, lib, read


@pytest.mark.parametrize(
    ("component", "mention"),
    [
        ({"type": "library", "name": "x", "purl": "pkg:huggingface/org/Model@1"}, "<org/Model hf>"),
        ({"type": "machine-learning-model", "name": "Model", "group": "org"}, "<org/Model>"),
        ({"type": "machine-learning-model", "name": "org/Model", "group": "org"}, "<org/Model>"),
        (
            {
                "type": "machine-learning-model",
                "name": "Model",
                "externalReferences": [{"type": "distribution", "url": "https://huggingface.co/org/model"}],
            },
            "<org/model hf>",
        ),
        (
            {
                "type": "machine-learning-model",
                "name": "mine",
                "externalReferences": [{"url": "https://huggingface.co/org/base"}],
            },
            "<mine>",
        ),
    ],
)
def test_a_model_is_named_by_purl_or_page_else_by_group_and_name(
    component: dict[str, Any], mention: str
) -> None:
    """A page on the Hub counts only where it ends in the model's own name."""
    assert edges(read(bill(component))) == [f"service:shop REQUIRES {mention}"]


def test_ancestors_are_what_a_model_is_derived_from() -> None:
    """The relation is a guess unless a property states it; descendants are the other way round."""
    made = {
        "type": "machine-learning-model",
        "name": "mine",
        "pedigree": {
            "ancestors": [
                {"name": "Llama-3.1-8B", "group": "meta-llama"},
                {"name": "b", "properties": [{"name": "acme:relation", "value": "Quantization"}]},
                {"type": "machine-learning-model"},
            ],
            "descendants": [{"name": "child"}],
            "variants": [{"name": "twin"}],
        },
    }
    assert edges(read(bill(made)))[:4] == [
        "<mine> DERIVED_FROM finetune <meta-llama/Llama-3.1-8B> (inferred)",
        "<mine> DERIVED_FROM quantized <b>",
        "W-NOID /components/0/pedigree/ancestors/2",
        "<child> DERIVED_FROM finetune <mine> (inferred)",
    ]


def test_the_ancestors_of_an_ancestor_are_followed() -> None:
    """An ancestor is a whole component, and what it comes from stands inside of it."""
    base = {"name": "base", "pedigree": {"ancestors": [{"name": "Llama-3.1-8B", "group": "meta-llama"}]}}
    made = {"type": "machine-learning-model", "name": "mine", "pedigree": {"ancestors": [base]}}
    found = read(bill(made))
    assert edges(found)[:2] == [
        "<mine> DERIVED_FROM finetune <base> (inferred)",
        "<base> DERIVED_FROM finetune <meta-llama/Llama-3.1-8B> (inferred)",
    ]
    pointers = [item.at.pointer for item in found if isinstance(item, Claim) and item.kind == "DERIVED_FROM"]
    assert pointers[1] == "/components/0/pedigree/ancestors/0/pedigree/ancestors/0"


def test_a_model_that_depends_on_a_model_is_taken_to_come_from_it_where_that_is_stated() -> None:
    """Being listed together says nothing about two models."""
    other = {**LLAMA, "bom-ref": "o", "purl": "pkg:huggingface/acme/own"}
    assert edges(read(bill(LLAMA, subject=other, uses={"o": ["m"]}))) == [
        "<acme/own hf> DERIVED_FROM finetune <meta-llama/Llama-3.1-8B hf> (inferred)"
    ]
    assert edges(read(bill(LLAMA, subject=other))) == ["W-DANGLING /components/0"]


def test_licenses_are_split_where_all_hold_and_keep_who_said_so() -> None:
    """An `AND` is several, a choice stays whole; free text is kept and told once."""
    found = edges(
        read(
            bill(
                lib(
                    "a",
                    licenses=[
                        {"expression": "MIT AND (BSD-3-Clause OR ISC)", "acknowledgement": "concluded"}
                    ],
                ),
                lib("b", licenses=[{"license": {"id": "MIT", "acknowledgement": "declared"}}]),
                lib("c", licenses=[{"license": {"name": "Do what you like"}}, {"license": {"text": {}}}]),
                lib(
                    "d", licenses=[{"license": {"name": "Do what you like"}}, 7, {"license": {"name": "ISC"}}]
                ),
                lib("e", licenses="MIT"),
                uses={"app": []},
            )
        )
    )
    assert [line for line in found if "REQUIRES" not in line] == [
        "a@1 LICENSED_UNDER concluded license:MIT",
        "a@1 LICENSED_UNDER concluded license:BSD-3-Clause OR ISC",
        "b@1 LICENSED_UNDER declared license:MIT",
        "c@1 LICENSED_UNDER declared license:Do what you like",
        "W-LICENSE-TEXT /components/2/licenses/0",
        "W-LICENSE-TEXT /components/2/licenses/1",
        "d@1 LICENSED_UNDER declared license:Do what you like",
        "E-KIND /components/3/licenses/1",
        "d@1 LICENSED_UNDER declared license:ISC",
        "E-KIND /components/4/licenses",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mit AND (Apache-2.0 OR ISC)", (("mit", "Apache-2.0 OR ISC"), True)),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0 AND MIT",
            (("GPL-2.0-only WITH Classpath-exception-2.0", "MIT"), True),
        ),
        ("Apache 2 or so", (("Apache 2 or so",), False)),
        ("NOASSERTION", ((), True)),
        ("MIT AND", (("MIT AND",), False)),
        ("(" * 5000, (("(" * 5000,), False)),
        ("LicenseRef-own", (("LicenseRef-own",), True)),
    ],
)
def test_an_expression_is_split_only_where_it_is_understood(
    text: str, expected: tuple[tuple[str, ...], bool]
) -> None:
    """SPDX license expressions, annex D of the specification."""
    assert operands(text) == expected


def test_an_email_address_in_a_license_and_a_password_in_a_reference_are_not_kept() -> None:
    """Whatever stands in claims and messages can be read by others."""
    made = bill(
        lib("a", licenses=[{"license": {"name": "Own License <ann@example.org>"}}]),
        lib("b", purl="https://me:secret@git.example/b"),
        uses={"app": ["https://me:secret@x.example", "pkg:a/b?vcs_url=https://me:secret@x.example"]},
    )
    found = read(made)
    assert "a@1 LICENSED_UNDER declared license:Own License" in edges(found)
    assert "ann@" not in repr(found)
    assert "secret" not in repr(found)


def test_prose_is_no_expression() -> None:
    """`and` in a sentence is no operator, capitals in a name are one."""
    assert free_text("GPL and more") == (("GPL and more",), False)
    assert free_text("MIT OR ISC") == (("MIT OR ISC",), True)
    assert free_text("") == ((), False)


def test_the_publisher_comes_before_the_maker_and_the_supplier() -> None:
    """A hub that only supplies publishes nothing; an e-mail address is never kept, and said once."""
    people = "Ann Example <ann@example.org>"
    found = read(
        bill(
            {**LLAMA, "publisher": "meta", "supplier": {"name": "Hugging Face"}},
            lib("a", manufacturer={"name": "Acme"}, supplier={"name": "Shop"}),
            lib("b", supplier={"name": "Hugging Face"}),
            lib("c", publisher=people, supplier={"name": "Acme"}),
            lib("d", publisher=people, author=people, authors=[{"email": "ann@example.org"}]),
        )
    )
    assert [line for line in edges(found) if "REQUIRES" not in line] == [
        "<meta-llama/Llama-3.1-8B hf> PUBLISHED_BY vendor:meta",
        "a@1 PUBLISHED_BY vendor:Acme",
        "I-REDACTED /components/3/publisher",
        "c@1 PUBLISHED_BY vendor:Acme",
    ]
    assert "ann@example.org" not in repr(found)
