"""Two-hop questions: their answers are looked up in what the corpus says, read independently."""

import re
from collections import Counter, defaultdict

import pytest

from leadline import seeding
from leadline.leaks import find_leaks
from leadline.miniature.corpus import documents
from leadline.miniature.facts import all_facts, islands
from leadline.miniature.hops import chains, draw_examples, draw_problems
from leadline.miniature.recipes import JOINT
from leadline.miniature.relations import RELATIONS
from leadline.miniature.splits import Pool
from leadline.miniature.tokenizer import train_tokenizer
from leadline.records import Problem

POOLS: tuple[Pool, ...] = ("train", "validation", "test")


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    source = documents(seeding.rng(0, "corpus"), mix=JOINT)
    return [next(source) for _ in range(12_000)]


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return list(draw_problems(seeding.rng(0, "test of hops"), pool="test", n=300))


def test_each_hop_is_told_in_the_corpus_in_several_ways(problems: list[Problem]) -> None:
    source = documents(seeding.rng(0, "corpus"), mix=(*[0.0] * 6, 1.0))
    texts = (next(source) for _ in range(5_000))
    told = Counter(s.strip() for text in texts for s in re.findall(r"[^.]+\.", text))
    plain = defaultdict(set)  # "The home of Tane" → all that it is said to be
    for text in told:
        if text.startswith("The ") and " of " in text:
            plain[text.partition(" is ")[0]].add(text)
    forms = {relation.noun: relation.tells for relation in RELATIONS}
    for problem in problems:
        for hop in problem.detail["hops"]:
            ways = [
                form.format(x=hop["subject"], y=hop["value"]) for form in forms[hop["relation"]]
            ]
            assert sum(told[way] > 0 for way in ways) >= 5, ways
            # The same words about any other value would make the fact ambiguous.
            assert plain[f"The {hop['relation']} of {hop['subject']}"] == {ways[0]}


def test_gold_answers_go_from_hop_to_hop(problems: list[Problem]) -> None:
    for problem in problems:
        first, second, last = problem.reference.split("\n")
        _, noun, start, middle = re.fullmatch(
            r"(Who|What) is the (\w+) of (\w+)\? \*\* The \2 of \3 is (\w+)\.", first
        ).groups()  # type: ignore[union-attr]
        end = re.fullmatch(
            rf"W\w+ is the (\w+) of {middle}\? \*\* The \1 of {middle} is (\w+)\.", second
        )
        assert end
        assert last == f"#### {end[2]}"
        assert start in problem.prompt
        assert middle not in re.findall(r"\w+", problem.prompt)
        assert noun in {relation.noun for relation in RELATIONS}


def test_the_facts_of_a_problem_stand_in_no_example_of_training() -> None:
    examples = list(draw_examples(seeding.rng(0, "a"), n=3000))
    seen = {word for e in examples for word in re.findall(r"\w+", e.prompt + e.response)}
    for pool in ("validation", "test"):
        for problem in draw_problems(seeding.rng(0, "b"), pool=pool, n=200):
            assert not seen & {hop["subject"] for hop in problem.detail["hops"]}
        leaks = find_leaks(examples, list(draw_problems(seeding.rng(0, "b"), pool=pool, n=200)))
        assert not leaks


def test_islands_share_nobody_and_no_fact_leads_off_one() -> None:
    kinds = ("song", "person", "town")
    everyone = [{n for k in kinds for n in islands()[pool].names[k]} for pool in POOLS]
    assert sum(map(len, everyone)) == len(set().union(*everyone)) > 60
    for pool, here in zip(POOLS, everyone, strict=True):
        for fact in islands()[pool].facts.values():
            assert fact.subject in here
            assert fact.value in here or fact.relation.value in ("river", "thing")
            assert fact.value != fact.subject


def test_no_document_asks_for_a_fact_or_chains_two(corpus: list[str]) -> None:
    values = defaultdict(set)
    for fact in all_facts():
        values[fact.subject].add(fact.value)
    names = set(values)
    n_facts = 0
    for text in corpus:
        found = [word for word in re.findall(r"[A-Z]\w+", text) if word in names]
        if found:
            n_facts += 1
            assert "?" not in text
            for sentence in re.findall(r"[^.]+\.", text):
                assert len([w for w in re.findall(r"\w+", sentence) if w in names]) <= 2
    assert n_facts > 1000


def test_wording_of_a_question_has_a_long_tail() -> None:
    examples = list(draw_examples(seeding.rng(0, "a"), n=4000))
    people = "|".join(islands()["train"].names["person"])
    asked = Counter(re.sub(rf"\b({people})\b", "X", e.prompt) for e in examples)
    homes = {text: n for text, n in asked.items() if "\n" not in text and text.endswith("X live?")}
    assert homes["Where does X live?"] > homes["In which town does X live?"] > 0


def test_every_name_costs_two_tokens() -> None:
    tokenizer = train_tokenizer()
    for fact in all_facts():
        assert len(tokenizer.encode(f" {fact.subject}").ids) == 2
    assert len(tokenizer.encode(" Tou").ids) == 2


def test_smaller_draw_is_the_beginning_of_a_larger_one() -> None:
    few = list(draw_problems(seeding.rng(3, "c"), pool="validation", n=20))
    assert few == list(draw_problems(seeding.rng(3, "c"), pool="validation", n=150))[:20]
    assert few != list(draw_problems(seeding.rng(4, "c"), pool="validation", n=20))
    every = list(draw_problems(seeding.rng(3, "c"), pool="validation", n=150))
    assert len({p.prompt for p in every}) == len({p.id for p in every}) == 150
    assert len({p.group for p in every}) == len(chains(islands()["validation"], hops=2))
