"""The native inventory as a sheet, as it leaves a spreadsheet."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphkit.errors import DocumentError
from graphkit.importers.native import IMPORTER
from graphkit.importing import Context, Document
from graphkit.model import Claim, Skipped
from tests.importers.native_reading import items, problems, told

FLAT = """\
Service Name;Team;Tier;Environment;Model;Need;Order
bot;Web;Tier 1;production;groq/llama;chat;1
bot;Web;Tier 1;production;mistral/small;chat;2
mail;Mail;High;;gpt-4o;;
"""


def test_a_flat_sheet_has_a_row_for_every_service_and_model() -> None:
    """Rows of one need are members of it."""
    assert told(FLAT, "flat.csv") == [
        'bot criticality="critical"',
        "bot OWNED_BY team:Web",
        'bot REQUIRES <groq/llama> (chat) order=1 environment="production"',
        'bot REQUIRES <mistral/small> (chat) order=2 environment="production"',
        'mail criticality="high"',
        "mail OWNED_BY team:Mail",
        "mail REQUIRES <gpt-4o>",
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_delimiter_encoding_and_line_end_make_no_difference(delimiter: str, encoding: str, end: str) -> None:
    """Nor does a mark at the beginning."""
    text = FLAT.replace(";", delimiter).replace("\n", end)
    assert told(text.encode(encoding), "flat.csv") == told(FLAT, "flat.csv")


def test_a_sheet_in_the_code_page_of_windows_is_read_and_said_to_be() -> None:
    """It is what a spreadsheet writes by default."""
    found = told("id;owner;criticality\nküche;büro;low\n".encode("cp1252"), "services.csv")
    assert found == ["W-CSV ", 'küche criticality="low"', "küche OWNED_BY team:büro"]


def test_a_sheet_in_utf_16_is_refused_with_what_to_do() -> None:
    """Every character would be read wrongly."""
    document = Document.of("flat.csv", FLAT.encode("utf-16"))
    with pytest.raises(DocumentError, match="save it as UTF-8"):
        list(IMPORTER.read(document, Context()))


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("services.csv", "id,name\na,A\n", ['a name="A"']),
        ("list.csv", "Application,Owner\na,web\n", ["a", "a OWNED_BY team:web"]),
        ("list.csv", "ID,Service,Criticality\n1,a,low\n", ['a criticality="low"']),
        ("list.csv", "ID,Service,Criticality\na-1,A,low\n", ['a-1 name="A" criticality="low"']),
        ("requirements.csv", "service,requires\na,b\n", ["a", "a REQUIRES b"]),
        (
            "list.csv",
            'service,requires\na,"b; pkg:pypi/openai\nroute:fast"\n',
            ["a", "a REQUIRES b", "a REQUIRES package:pkg:pypi/openai", "a REQUIRES route:fast"],
        ),
        (
            "list.csv",
            "Model,Base model,Relation,Vendor,License\nacme/x,m/y,Fine-tuned,acme,mit\n",
            [
                "<acme/x> declared=true",
                "<acme/x> DERIVED_FROM <m/y> (finetune)",
                "<acme/x> PUBLISHED_BY vendor:acme",
                "<acme/x> LICENSED_UNDER license:mit (declared)",
            ],
        ),
        ("models.csv", "id,is\nazure/a,gpt-4o\n", ["<azure/a> SAME_AS <gpt-4o>"]),
        ("list.csv", "vendor,parent\na,b\n", ["vendor:a", "vendor:a SUBSIDIARY_OF vendor:b"]),
        ("list.csv", "Team,Contact\nweb,#web\n", ['team:web contact="#web"']),
        ("systems.csv", "id,owner\nshop,web\n", ["system:shop", "system:shop OWNED_BY team:web"]),
        ("list.tsv", "service\towner\na\tweb\n", ["a", "a OWNED_BY team:web"]),
    ],
)
def test_the_header_tells_which_sheet_it_is(path: str, text: str, lines: list[str]) -> None:
    """The name of the file helps only where the columns could be anybody's."""
    assert told(text, path) == lines


@pytest.mark.parametrize(
    "text",
    [
        "id,status,owner\n1,open,ann\n",
        "id,name\n1,a\n",
        "asset id,model,owner\n1,laptop,ann\n",
        "id,model,vendor,owner\n1,laptop,acme,ann\n",
        "date,amount\n1,2\n",
        "id,class,parent\n1,a,2\n",
        "service: a\nowner: b\n",
        "some text, with a comma; and more\n",
        "",
    ],
)
def test_other_sheets_are_not_claimed(text: str) -> None:
    """An id and an owner are in every second sheet of the world."""
    assert not IMPORTER.claims(Document.of("list.csv", text))


def test_a_cell_that_says_nothing_is_empty_and_named_with_its_line() -> None:
    """A model called n/a is none."""
    text = 'service,owner,model\na,"x\ny",n/a\nb,-,TBD\n'
    assert [(item.code, item.pointer, item.line) for item in problems(text, "list.csv")] == [
        ("W-CSV", "/0/model", 2),
        ("W-CSV", "/1/owner", 4),
        ("W-CSV", "/1/model", 4),
    ]
    assert told(text, "list.csv")[3:] == ["a", "a OWNED_BY team:x\ny", "b"]


def test_a_header_that_stands_there_again_is_left_out() -> None:
    """Sheets are pasted together."""
    found = told("service,owner\na,web\nService,Owner\nb,web\n", "list.csv")
    assert found == ["W-CSV /1", "a", "a OWNED_BY team:web", "b", "b OWNED_BY team:web"]


def test_rows_of_another_length_are_read_and_named() -> None:
    """What is over is left out, what is missing is empty; rows without content are nothing."""
    found = told("service,owner,model\na,web,m,more\n,,\nb\n\nc,web,m,\n", "list.csv")
    assert found == [
        *("W-CSV /0", "W-CSV /2"),
        *("a", "a OWNED_BY team:web", "a REQUIRES <m>", "b", "c", "c OWNED_BY team:web", "c REQUIRES <m>"),
    ]


def test_rows_above_the_header_and_columns_of_others_are_named() -> None:
    """The line by which a spreadsheet names its separator is nothing."""
    found = problems("Our services;;\nsep=;\nService;Owner;Notes\na;web;x\n", "list.csv")
    assert [(item.code, item.line) for item in found] == [("W-CSV", 1), ("W-CSV", 3)]
    assert "'Notes'" in found[1].message


def test_a_service_that_stands_twice_among_services_is_a_duplicate_with_both_lines() -> None:
    """The first is kept."""
    found = problems("id,owner,criticality\na,x,low\na,y,high\n", "services.csv")
    assert [item.code for item in found] == ["E-DUPID"]
    assert "line 2 and line 3" in found[0].message


def test_rows_of_one_service_that_differ_are_named_and_the_first_is_kept() -> None:
    """A flat sheet repeats what it knows of a service; an empty cell says nothing."""
    found = told("service,owner,model\na,,m\na,web,n\na,mail,o\n", "list.csv")
    assert found == [
        *("W-CSV /2/owner", "a", "a OWNED_BY team:web"),
        *("a REQUIRES <m>", "a REQUIRES <n>", "a REQUIRES <o>"),
    ]


def test_a_row_without_a_service_is_named() -> None:
    """Nobody can say whose model it is."""
    assert told("service,model\n,m\nb,n\n", "list.csv") == ["E-KIND /0", "b", "b REQUIRES <n>"]


def test_evidence_has_the_line_on_which_the_row_begins() -> None:
    """Cells of several lines come before it."""
    claims = [
        item for item in items('service,model\n"a\n\n",m\nb,n\n', "list.csv") if isinstance(item, Claim)
    ]
    assert [(item.at.pointer, item.at.line) for item in claims if item.source == "service:b"] == [
        ("/1", 5),
        ("/1", 5),
    ]


def test_a_quote_that_is_never_closed_is_refused_with_its_line() -> None:
    """It has swallowed all that follows."""
    with pytest.raises(DocumentError) as raised:
        items('service,model\na,m\nb,"n\nc,o\n', "list.csv")
    assert (raised.value.code, raised.value.line) == ("E-SYNTAX", 3)


def test_a_wrong_word_and_an_address_are_named_with_their_line() -> None:
    """As in the other spellings."""
    found = told("service,owner,criticality\na,ann@x.example,urgent\n", "list.csv")
    assert found == ["E-KIND /0/criticality", "a", "I-REDACTED /0/owner"]


def test_a_formula_is_text() -> None:
    """Whoever writes a sheet escapes it."""
    assert told("service,model\n=cmd(),@m\n", "list.csv") == ["=cmd()", "=cmd() REQUIRES <@m>"]


_CELLS = st.sampled_from(
    ["", "a", "b", "n/a", "x,y", '"', "\n", "1", "high", "=1", "pkg:pypi/a", "a@b.example", "\0"]
)


@given(st.lists(st.lists(_CELLS | st.text(max_size=4), max_size=9), max_size=6))
def test_whatever_stands_below_a_header_is_read_or_named(rows: list[list[str]]) -> None:
    """Any cells: claims and skipped, or the document is refused with its place."""
    header = "service,id,owner,criticality,model,requires,order,need"
    text = "\n".join([header, *(",".join(row) for row in rows)])
    document = Document.of("list.csv", text.encode("utf-8", "replace"))
    with suppress(DocumentError):
        for item in IMPORTER.read(document, Context()):
            assert isinstance(item, Claim | Skipped)
