"""Sets that must never meet are really drawn and compared by their text."""

import re

from leadline import seeding
from leadline.miniature import world
from leadline.miniature.corpus import documents
from leadline.miniature.problems import draw_examples, draw_problems
from leadline.miniature.splits import pool_of, skeleton

NOUNS = {*world.PEOPLE, *world.THINGS, *world.CONTAINERS}


def renamed(text: str) -> str:
    """People and things numbered by first appearance; written without looking at `skeleton`."""
    order: list[str] = []
    words = re.split(r"(\W+)", text)
    for i, word in enumerate(words):
        if word in NOUNS:
            if word not in order:
                order.append(word)
            words[i] = f"<{order.index(word)}>"
    return "".join(words)


def told_pairs(text: str) -> set[str]:
    """Every two consecutive sentences, people and things renamed."""
    sentences = re.split(r"(?<=\.)\s", text)
    return {renamed(" ".join(sentences[i : i + 2])) for i in range(len(sentences) - 1)}


def test_problems_of_different_splits_differ_up_to_renaming() -> None:
    test = {renamed(p.prompt) for p in draw_problems(seeding.rng(0, "a"), pool="test", n=600)}
    validation = {
        renamed(p.prompt) for p in draw_problems(seeding.rng(0, "a"), pool="validation", n=600)
    }
    train = {renamed(e.prompt) for e in draw_examples(seeding.rng(0, "a"), n=6000)}
    assert len(test) == len(validation) == 600  # and no two within a split are the same
    assert not test & validation
    assert not (test | validation) & train


def test_no_document_tells_the_facts_of_a_problem() -> None:
    source = documents(seeding.rng(0, "corpus"))
    texts = [next(source) for _ in range(12_000)]
    pairs = set().union(*(told_pairs(text) for text in texts))
    assert len(pairs) > 5000
    for pool in ("train", "validation", "test"):
        for problem in draw_problems(seeding.rng(0, "a"), pool=pool, n=400):
            nodes = problem.detail["quantities"]
            if len(nodes) > 1 and nodes[1]["statement"]:
                first, second = nodes[0]["statement"], nodes[1]["statement"]
                assert renamed(f"{first} {second}") not in pairs
                assert renamed(f"{second} {first}") not in pairs


def test_a_story_and_its_renaming_share_a_pool() -> None:
    for problem in draw_problems(seeding.rng(0, "b"), pool="test", n=50):
        nodes = problem.detail["quantities"]
        assert pool_of(" / ".join(node["key"] for node in nodes[:2])) == "test"
        assert not any(word in node["key"].split() for node in nodes for word in NOUNS)


def test_skeleton_forgets_names_and_keeps_numbers() -> None:
    one = "Dan has 4 balls. Sue has 3 more balls than Dan."
    other = "Eva has 4 pens. Tom has 3 more pens than Eva."
    crossed = "Eva has 4 pens. Tom has 3 more pens than Tom."
    assert skeleton(one) == skeleton(other)
    assert len({skeleton(one), skeleton(crossed), skeleton(one.replace("4", "5"))}) == 3


def test_smaller_draw_is_the_beginning_of_a_larger_one() -> None:
    few = list(draw_problems(seeding.rng(3, "c"), pool="validation", n=20))
    many = list(draw_problems(seeding.rng(3, "c"), pool="validation", n=60))
    assert few == many[:20]
    other = list(draw_problems(seeding.rng(4, "c"), pool="validation", n=20))
    assert few != other
