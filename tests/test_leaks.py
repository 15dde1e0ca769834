"""Leaks: planted ones are found, all of them and no others, against a search by brute force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadline.errors import BadData
from leadline.leaks import LONG, SHORT, Leak, drop_leaks, find_leaks, refuse_leaks
from leadline.ngrams import Corpus, Vocabulary
from leadline.records import Example, Problem
from leadline.tasks.gsm8k import GSM8K
from leadline.words import words


def examples(*texts: str | tuple[str, str]) -> list[Example]:
    pairs = [text if isinstance(text, tuple) else (text, "yes") for text in texts]
    return [Example(id=f"e{i}", prompt=p, response=r) for i, (p, r) in enumerate(pairs)]


def problems(*prompts: str) -> list[Problem]:
    return [Problem(id=f"p{i}", prompt=p, reference="?") for i, p in enumerate(prompts)]


def pairs(leaks: list[Leak], kind: str = "exact") -> set[tuple[str, str]]:
    return {(leak.problem_id, leak.example_id) for leak in leaks if leak.kind == kind}


STORY = "Ann has twelve red apples and gives five of them to her brother Ben. How many are left?"
OTHER = "Why is the sky over the sea so blue on a clear day in the early spring?"


def test_planted_problem_is_found_in_prompt_and_response() -> None:
    train = examples(
        OTHER, f"Warm-up! {STORY.upper()} Think.", ("Write a puzzle.", STORY.replace(",", ""))
    )
    leaks = find_leaks(train, problems(STORY, "Is this one of the problems that are nowhere else?"))
    assert pairs(leaks) == {("p0", "e1"), ("p0", "e2")}
    assert leaks[0].text == " ".join(words(STORY))
    assert {leak.share for leak in leaks} == {1.0}


def test_a_changed_word_is_no_exact_leak() -> None:
    assert not pairs(find_leaks(examples(STORY), problems(STORY.replace("five", "six"), OTHER)))


def test_no_run_crosses_from_prompt_to_response() -> None:
    half = STORY.index("and")
    assert not find_leaks(examples((STORY[:half], STORY[half:])), problems(STORY, OTHER))


def test_template_of_all_problems_is_taken_off() -> None:
    template = "Read the story and answer with one number only. Story: {} The number is"
    train = examples(template.format("Nothing of it."), STORY)
    leaks = find_leaks(train, problems(*(template.format(text) for text in (STORY, OTHER))))
    assert pairs(leaks) == {("p0", "e1")}


def test_short_problem_must_be_a_whole_prompt() -> None:
    inside = "What is 12 + 3 + 5 ? I mean 12 + 3 and more."
    train = examples(inside, ("Say a sum.", "12 + 3"), "what is 12 + 3", "What is 12 * 3?")
    leaks = find_leaks(train, problems("What is 12 + 3?", "What is 7 - 5?"))
    assert pairs(leaks) == {("p0", "e2")}


def test_problem_without_any_word_is_compared_as_it_is() -> None:
    assert pairs(find_leaks(examples("?? !", "!?"), problems("!?", "??!"))) == {("p0", "e1")}


def test_single_problem_is_not_its_own_template() -> None:
    assert pairs(find_leaks(examples(STORY), problems(STORY))) == {("p0", "e0")}
    assert pairs(find_leaks(examples(STORY), problems(STORY, STORY))) == {
        ("p0", "e0"),
        ("p1", "e0"),
    }


def test_near_copy_is_partial_and_never_refused_or_dropped() -> None:
    story = " ".join(f"word{i}" for i in range(80))
    near = story.replace("word3 ", "another ")
    train = examples(near, story.replace("word30 ", "a ").replace("word60 ", "b "), OTHER)
    leaks = find_leaks(train, problems(story, OTHER + " And why not in the late autumn, too?"))
    assert not pairs(leaks)
    assert pairs(leaks, "partial") == {("p0", "e0")}  # 64 of 68 sequences; e1: 42 of 68
    assert leaks[0].share == pytest.approx(64 / 68)
    assert leaks[0].text == " ".join(f"word{i}" for i in range(4, 80))
    refuse_leaks(leaks)
    assert drop_leaks(train, leaks) == train


def test_boilerplate_makes_no_partial_match() -> None:
    rules = " ".join(f"rule{i}" for i in range(60))
    train = examples(*(f"{rules} example {i}" for i in range(30)))
    found = find_leaks(train, problems(f"Do {rules} first", f"{rules} second", "Something else"))
    assert found == []


def test_refusal_shows_matches_and_the_way_out() -> None:
    leaks = find_leaks(examples(STORY, OTHER), problems(STORY, OTHER))
    with pytest.raises(BadData, match="2 test problems stand in 2 training examples") as caught:
        refuse_leaks(leaks)
    assert "problem p0 in example e0: 'ann has twelve red apples" in str(caught.value)
    assert 'on_leak="drop"' in str(caught.value)
    assert drop_leaks(examples(STORY, OTHER, "c"), leaks) == examples(STORY, OTHER, "c")[2:]


def test_nothing_to_search_finds_nothing() -> None:
    assert find_leaks([], problems(STORY, OTHER, "short")) == []
    assert find_leaks(examples(STORY), []) == []
    refuse_leaks([])


WORDS = st.lists(st.sampled_from(["ann", "Bob", "3", "+", "has"]), max_size=2 * LONG)
TEXTS = st.lists(WORDS.map(" ".join), max_size=6)


def brute_force(train: list[Example], test: list[Problem]) -> set[tuple[str, str]]:
    distinct = [words(text) for text in {" ".join(words(problem.prompt)) for problem in test}]
    shortest = min((len(prompt) for prompt in distinct), default=0)
    alone = len(distinct) < 2
    first = max(k for k in range(shortest + 1) if alone or len({str(p[:k]) for p in distinct}) == 1)
    first = 0 if alone else first
    rests = [prompt[first:] for prompt in distinct]
    last = max(
        k
        for k in range(shortest - first + 1)
        if k == 0 or (not alone and len({str(rest[-k:]) for rest in rests}) == 1)
    )
    prefix = distinct[0][:first] if distinct else []
    suffix = rests[0][len(rests[0]) - last :] if distinct else []

    def core(text: str) -> list[str]:
        found = words(text)
        if prefix and found[:first] == prefix:
            found = found[first:]
        if suffix and found[len(found) - last :] == suffix and len(found) >= last:
            found = found[: len(found) - last]
        return found

    def holds(example: Example, problem: Problem) -> bool:
        item = core(problem.prompt)
        if len(item) < SHORT:
            whole = (item or words(problem.prompt), core(example.prompt) or words(example.prompt))
            return whole[0] == whole[1]
        texts = (example.prompt, example.response)
        return any(f" {' '.join(item)} " in f" {' '.join(words(text))} " for text in texts)

    return {(p.id, e.id) for p in test for e in train if holds(e, p)}


@given(TEXTS, TEXTS)
def test_exact_leaks_equal_a_search_by_brute_force(train: list[str], test: list[str]) -> None:
    rows = examples(*((prompt, " ".join(train[:i])) for i, prompt in enumerate(train)))
    assert pairs(find_leaks(rows, problems(*test))) == brute_force(rows, problems(*test))


@given(TEXTS.filter(bool), st.data())
def test_every_copied_problem_is_found(test: list[str], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(test) - 1))
    found = find_leaks(examples("fresh", test[i]), problems(*test))
    assert (f"p{i}", "e1") in pairs(found)


@given(WORDS, WORDS, st.integers(1, 5))
def test_index_finds_every_place_of_every_run(text: list[str], item: list[str], n: int) -> None:
    text, item = words(" ".join(text)), words(" ".join(item))
    vocabulary = Vocabulary([item])
    corpus = Corpus([" ".join(text)], vocabulary)
    hits = corpus.find(vocabulary.hashes(vocabulary.ids(item), n=n), n=n)
    for g in range(len(item) - n + 1):
        places = [i for i in range(len(text) - n + 1) if text[i : i + n] == item[g : g + n]]
        assert hits.of(g).tolist() == places


def test_gsm8k_has_no_test_problem_in_its_training_set(shared_data) -> None:
    task = GSM8K(data=str(shared_data))
    train, test = task.examples(), task.problems()
    assert find_leaks(train, test) == []
    planted = [
        Example(id=f"planted{i}", prompt="Recall.", response=f"Once: {test[i].prompt} So?")
        for i in range(0, 1319, 100)
    ]
    found = find_leaks([*train, *planted], test)
    assert pairs(found) == {(str(i), f"planted{i}") for i in range(0, 1319, 100)}
    assert drop_leaks([*train, *planted], found) == train
