"""Fingerprints depend on what a number depends on, and on nothing else."""

from dataclasses import dataclass

import pytest

from leadline.settings import describe, differences, fingerprint, where


@dataclass(frozen=True)
class Recipe:
    rate: float = 0.1
    folder: str = where("here")


def test_where_something_lies_is_no_part_of_its_identity() -> None:
    here, there = Recipe(folder="here"), Recipe(folder="there")
    assert fingerprint(describe(here)) == fingerprint(describe(there))
    assert describe(there, identity=False)["folder"] == "there"


def test_a_changed_setting_changes_the_fingerprint() -> None:
    assert fingerprint(describe(Recipe(rate=0.1))) != fingerprint(describe(Recipe(rate=0.2)))


def test_two_types_with_equal_fields_differ() -> None:
    @dataclass(frozen=True)
    class Other:
        rate: float = 0.1

    assert fingerprint(describe(Other())) != fingerprint(describe(Recipe()))


def test_fingerprint_ignores_the_order_of_fields() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})


def test_fingerprint_is_the_sha256_of_canonical_json() -> None:
    # printf '{"a":1}' | sha256sum
    assert fingerprint({"a": 1}) == "015abd7f5cc57a2d"


def test_differences_name_the_leaf_and_both_values() -> None:
    stored, now = {"a": {"b": 1, "c": 2}, "d": 3}, {"a": {"b": 1, "c": 5}, "e": 4}
    assert differences(stored, now) == ["a.c: 2 → 5", "d: 3 → None", "e: None → 4"]


def test_what_cannot_be_written_as_json_cannot_be_a_setting() -> None:
    with pytest.raises(TypeError, match="cannot be a setting"):
        describe(lambda: None)
