"""Short answers against a key: every writing of the right one, and nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.data import read_jsonl
from leadline.grade.dates import Date, date_of, dates_in
from leadline.grade.quantities import Quantity, quantity
from leadline.grade.spans import span_verdict

# answer, key, question, verdict: judged by hand
JUDGED = [
    ("George H. W. Bush", "George H. W. Bush", "who", "yes"),
    ("George H.W. Bush", "George H. W. Bush", "who", "yes"),
    ("George W. Bush", "George H. W. Bush", "who", "no"),
    ("George Bush", "George H. W. Bush", "who", "undecided"),
    ("Bush", "George H. W. Bush", "who", "undecided"),
    ("Harry Truman", "Harry S. Truman", "who", "yes"),
    ("President Harry S Truman", "Harry S. Truman", "who", "yes"),
    ("T. S. Eliot", "Thomas Stearns Eliot", "who", "yes"),
    ("J.M. Coetzee", "John Maxwell Coetzee", "who", "yes"),
    ("Gabriel Garcia Marquez", "Gabriel García Márquez", "who", "yes"),
    ("Pearl S. Buck", "Pearl Buck", "who", "yes"),
    ("Lyndon Johnson", "Boris Johnson", "who", "no"),
    ("Lyndon Johnson", "Lyndon B. Johnson", "who", "yes"),
    ("Lyndon A. Johnson", "Lyndon B. Johnson", "who", "no"),
    ("29 June 1991", "June 29, 1991", "", "yes"),
    ("1991-06-29", "June 29, 1991", "", "yes"),
    ("6/29/1991", "June 29, 1991", "", "yes"),
    ("6/7/1991", "July 6, 1991", "", "undecided"),
    ("1991", "June 29, 1991", "", "no"),
    ("May 26, 1827", "1827", "", "yes"),
    ("June 30, 1991", "June 29, 1991", "", "no"),
    ("He was born on June 29, 1991.", "June 29, 1991", "", "yes"),
    ("It began in 1827, ended in 1830", "1827", "", "no"),
    ("four", "4", "", "yes"),
    ("4", "four", "", "yes"),
    ("8,000", "8000", "", "yes"),
    ("eight thousand", "8000", "", "yes"),
    ("320", "320 km/h", "", "yes"),
    ("320 mph", "320 km/h", "", "no"),
    ("320 kilometers per hour", "320 km/h", "", "yes"),
    ("10.8 grams", "10.8", "", "yes"),
    ("10.9", "10.8", "", "no"),
    ("-29", "-29", "", "yes"),
    ("29", "-29", "", "no"),
    ("+44", "+44", "", "yes"),
    ("44", "+44", "", "yes"),
    ("1868", "+1 868", "", "yes"),
    ("+1-868", "+1 868", "", "yes"),
    ("032", "032", "", "yes"),
    ("33", "032", "", "no"),
    (".ca", ".ca", "", "yes"),
    ("ca", ".ca", "", "yes"),
    ("$", "$", "", "yes"),
    ("€", "$", "", "no"),
    ("C$", "$", "", "no"),
    ("C$", "C$", "", "yes"),
    ("Fr", "Fr.", "", "yes"),
    ("kr", "kr", "", "yes"),
    ("؋", "؋", "", "yes"),
    ("₩", "₩", "", "yes"),
    ("د.ا", "د.ا", "", "yes"),
    ("アメリカ合衆国", "アメリカ合衆国", "", "yes"),
    ("ガボン", "カボン", "", "no"),
    ("Paris, France", "Paris", "", "yes"),
    ("Paris or London", "Paris", "", "no"),
    ("Not Paris", "Paris", "", "no"),
    ("Paris, London and Rome", "Paris", "", "no"),
    ("the English Channel", "English", "", "no"),
    ("South China Sea", "China", "", "no"),
    ("The president was Richard Nixon.", "Richard Nixon", "Who was the president", "yes"),
    ("Richard Nixon was the president when he was born", "Richard Nixon", "Who", "yes"),
    ("a Titan IIIE rocket", "Titan IIIE", "What rocket", "yes"),
    ("Titan III E", "Titan IIIE", "What rocket", "yes"),
    ("University of Chicago", "Chicago", "", "no"),
    ("Yes, they can", "Yes", "", "yes"),
    ("No, they cannot", "Yes", "", "no"),
    ("B-29", "B - 29", "", "yes"),
    ("Finnish markka", "The Finnish markka", "", "yes"),
    ("Hewlett-Packard", "Hewlett Packard", "", "yes"),
    ("Dr. Jonas Salk", "Jonas Salk", "who", "yes"),
    ("Real Madrid", "Madrid", "What capital", "no"),
    ("New York City", "New York", "What state", "no"),
    ("Mexico City", "Mexico", "What country", "no"),
    ("season 3", "season three", "", "yes"),
    ("eighteenth", "18th", "", "yes"),
    ("18th century", "18th", "In which century", "yes"),
    ("1045", "1045 BC", "", "no"),
    ("1045 BCE", "1045 BC", "", "yes"),
    ("Sir Francis Baring", "Sir Francis Baring, 1st Baronet", "who", "no"),
    ("Francis Baring, 1st Baronet", "Sir Francis Baring, 1st Baronet", "who", "yes"),
    ("It was not Richard Nixon but Gerald Ford", "Richard Nixon", "who", "no"),
    ("Ford preceded Richard Nixon", "Richard Nixon", "who", "no"),
    ("July 1973", "27 July 1973", "", "no"),
    ("27 July", "July 27, 1973", "", "no"),
    ("2 million", "2,000,000", "", "yes"),
    ("5.1%", "5.1", "", "yes"),
    ("about 131 people", "131", "How many people", "yes"),
    ("131 people died", "131", "How many people", "yes"),
    ("Euro", "Euro", "", "yes"),
    ("the euro", "Euro", "", "yes"),
    ("Euros", "Euro", "", "no"),
    ("Anders van Wesel", "Andreas van Wesel", "who", "no"),
    ("John Robert Smith", "John Smith", "who", "no"),
    ("Brian Moynihan", "Brian Thomas Moynihan", "who", "no"),
    ("A", "A", "", "yes"),
    ("Washington, D.C.", "Washington D.C.", "", "yes"),
    ("Washington DC", "Washington D.C.", "", "yes"),
    ("Hussein Obama", "Hussein Onyango Obama", "who", "no"),
]


@pytest.mark.parametrize(("answer", "key", "question", "verdict"), JUDGED)
def test_judged_by_hand(answer: str, key: str, question: str, verdict: str) -> None:
    reading = span_verdict(answer, [key], question=question)
    assert reading.verdict == verdict, reading
    assert reading.reason


def test_any_of_several_keys_or_all_of_them_is_right() -> None:
    keys = ["Eyvind Johnson", "Harry Martinson"]
    for answer in (*keys, "Eyvind Johnson and Harry Martinson", "Harry Martinson, Eyvind Johnson"):
        assert span_verdict(answer, keys, question="Who won?").verdict == "yes"
    for answer in ("Eyvind Johnson and Bob Hope", "Eyvind Johnson or Harry Martinson", "Bob Hope"):
        assert span_verdict(answer, keys, question="Who won?").verdict == "no"


def test_an_empty_answer_is_wrong_and_not_undecided() -> None:
    for answer in ("", "  \n", "**", "...", "I don't know", "unknown"):
        assert span_verdict(answer, ["Paris"]).verdict == "no"


def test_no_key_of_a_category_is_right_for_another(shared_data: Path) -> None:
    """Compositional Celebrities: answers of one kind, each against all others of its kind."""
    rows = read_jsonl(shared_data / "compositional_celebrities" / "subset.jsonl")
    kinds: dict[str, dict[str, tuple[str, list[str]]]] = {}
    for row in rows:
        keys = [str(answer) for answer in row["Answer"]]
        kinds.setdefault(row["category"], {})[json.dumps(keys)] = (row["Question"], keys)
    compared = 0
    for answers in kinds.values():
        for question, keys in answers.values():
            for _, others in list(answers.values())[::8]:
                if not {key.strip(".") for key in keys} & {key.strip(".") for key in others}:
                    for said in (others[0], f"It was {others[0]}."):
                        assert span_verdict(said, keys, question=question).verdict == "no"
                        compared += 1
    assert compared > 5_000


@given(st.text(max_size=80), st.text(min_size=1, max_size=40))
def test_any_text_is_graded(answer: str, key: str) -> None:
    assert span_verdict(answer, [key]).verdict in ("yes", "no", "undecided")


@given(st.text(alphabet=st.characters(categories=["L", "Nd"]), min_size=1, max_size=40))
def test_the_key_itself_is_right(key: str) -> None:
    assert span_verdict(key, [key]).verdict == "yes"


@pytest.mark.parametrize(
    "text", ["a" * 10_000_000, "1," * 1_000_000, "\x00" * 100_000, "(" * 100_000, "or " * 100_000]
)
def test_huge_and_binary_answers_are_wrong(text: str) -> None:
    assert span_verdict(text, ["Paris", "12", "June 1, 1990"]).verdict == "no"


WRITTEN = {
    Date(1991, 6, 29): [
        "June 29, 1991", "29 June 1991", "29th of June, 1991", "Sat, Jun. 29 1991", "1991-06-29",
        "6/29/1991", "29.6.1991", "June 29th 1991", "on June 29, 1991.",
    ],
    Date(1991, 6): ["June 1991", "Jun. 1991", "in June of 1991"],
    Date(None, 6, 29): ["June 29", "the 29th of June"],
    Date(1991): ["1991", "the year 1991", "1991 AD", "in 1991"],
    Date(-1045): ["1045 BC", "1045 B.C.", "1045 BCE"],
}  # fmt: skip


def test_dates_in_many_writings() -> None:
    for date, texts in WRITTEN.items():
        for text in texts:
            assert date_of(text) == {date}, text
    assert date_of("6/7/1991") == {Date(1991, 6, 7), Date(1991, 7, 6)}
    for text in (
        "",
        "30",
        "2,913,123",
        "1.500",
        "May",
        "32 June 1991",
        "1991 people",
        "13/13/1991",
    ):
        assert date_of(text) == frozenset(), text
    assert dates_in("born June 29, 1991, died in 2003") == [{Date(1991, 6, 29)}, {Date(2003)}]


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("8,000", 8000, ""),
        ("eight thousand", 8000, ""),
        ("two hundred and five", 205, ""),
        ("forty-two", 42, ""),
        ("about $1.18 trillion", 1_180_000_000_000, "usd"),
        ("320 kilometres per hour", 320, "km/h"),
        ("4,884m", 4884, "m"),
        ("310 square kilometers", 310, "km2"),
        ("5 %", 5, "percent"),
        ("minus 29 degrees", -29, "degree"),
        ("+44", 44, ""),
    ],
)
def test_quantities(text: str, number: int, unit: str) -> None:
    assert quantity(text) == Quantity(number, unit)  # type: ignore[arg-type]


def test_what_is_no_quantity() -> None:
    for text in ("", "032", "1964 earthquake", "Apollo 11", "3 a.m.", "one world", "18th"):
        assert quantity(text) is None, text
