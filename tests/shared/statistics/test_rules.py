"""Rules: which versions a range holds, and rules that would be a mistake."""

from datetime import date
from typing import Any

import pytest

from shared.errors import InvalidInput
from shared.statistics.rules import Rule, Versions, check_rule

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("version", "within"),
    [
        ("0.9", True),
        ("0.9.0", True),
        ("0.9.0rc1", True),
        ("0.9.10", True),
        ("0.10", True),
        ("0.10.0.0", True),
        ("0.8.99", False),
        ("0.10.1", False),
        ("1", False),
        ("nightly", False),
        ("", False),
    ],
)
def test_versions_are_compared_as_numbers(version: str, within: bool) -> None:
    assert (version in Versions("0.9", "0.10")) is within


def test_a_range_may_be_open() -> None:
    assert "7" in Versions(first="0.9")
    assert "0.8" not in Versions(first="0.9")
    assert "0.8" in Versions(last="0.9")
    assert "nightly" not in Versions(last="0.9")


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({"client_versions": ("1.0",)}, True),
        ({"client_versions": ("1.1",)}, False),
        ({"client_range": Versions("0.9", "1.0")}, True),
        ({"client_range": Versions("0.9", "1.0"), "client_versions": ("0.9",)}, False),
        ({"catalog_versions": ("abc",), "entry_methods": ("tick",)}, True),
        ({"catalog_versions": ("abc",), "entry_methods": ("api",)}, False),
        ({"entries": ("hard-lucid", "hard-will")}, True),
        ({"entries": ()}, False),
        ({"first_day": DAY, "last_day": DAY}, True),
        ({"first_day": date(2026, 3, 6)}, False),
        ({"last_day": date(2026, 3, 4)}, False),
    ],
)
def test_every_condition_must_hold(conditions: dict[str, Any], holds: bool) -> None:
    rule = check_rule(Rule("x", "Why.", **conditions))
    assert rule.holds("1.0", "abc", "tick", "hard-lucid", DAY) is holds


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("rule", {}),
        ("id", {"id": "Not this", "entries": ("hard-lucid",)}),
        ("id", {"id": "x" * 65, "entries": ("hard-lucid",)}),
        ("reason", {"reason": " ", "entries": ("hard-lucid",)}),
        ("client_range", {"client_range": Versions()}),
        ("client_range", {"client_range": Versions(first="nightly")}),
    ],
)
def test_a_rule_that_would_be_a_mistake_is_refused(field: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_rule(Rule(**{"id": "x", "reason": "Why.", **given}))
    assert refused.value.field == field
