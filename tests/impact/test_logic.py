"""Three-valued truths, ranges of versions, and conditions on a company."""

import pytest

from graphkit.events.logic import NO, UNKNOWN, YES, condition, conditions, older_than, truth, version_in


@pytest.mark.parametrize(
    ("version", "wanted", "held"),
    [
        ("3.1", ">=3, <4", YES),
        ("4", ">=3, <4", NO),
        ("3", "==3.0", YES),
        ("3.10", ">3.9", YES),
        ("3.10", "3.1.*", NO),
        ("3.1.2", "3.*", YES),
        ("v3.1", "3.1", YES),
        ("3", "!=3.0.0", NO),
        ("", ">=3", UNKNOWN),
        ("latest", ">=3", UNKNOWN),
        ("3\0", ">=3", UNKNOWN),
        ("9" * 10_000, ">=3", UNKNOWN),
        ("latest", "", YES),
    ],
)
def test_a_version_is_in_a_range_or_not_or_nobody_knows(version: str, wanted: str, held: int) -> None:
    """Numbers are compared part by part; a word is unknown, never a no."""
    assert version_in(version, wanted) == held


def test_older_means_before_all_that_the_range_holds() -> None:
    """A range without a lower end has nothing before it."""
    known = [
        older_than("2", ">=3, <4"),
        older_than("3", ">=3"),
        older_than("1", "<4"),
        older_than("x", ">=3"),
    ]
    assert known == [YES, NO, NO, UNKNOWN]


def test_conditions_are_three_valued_to_the_end() -> None:
    """One no decides, whatever is unknown; else one unknown does."""
    company = {"users": 5, "domicile": "DE"}
    assert conditions({"company.users": ">3", "company.domicile": "de"}, company) == YES
    assert conditions({"company.users": ">3", "company.revenue": ">1m"}, company) == UNKNOWN
    assert conditions({"company.users": ">7", "company.revenue": ">1m"}, company) == NO
    assert condition(["FR", "DE"], "DE") == YES
    assert condition(">700m", 700_000_001) == YES
    assert [truth(one) for one in (True, None, False)] == [YES, UNKNOWN, NO]
