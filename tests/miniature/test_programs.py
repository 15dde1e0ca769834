"""Small functions: what the reference computes is compared with what Python makes of the code."""

import ast
from collections import Counter
from typing import Any

import pytest

from leadline import seeding
from leadline.leaks import find_leaks
from leadline.miniature.corpus import documents
from leadline.miniature.operations import LINES, RETURNS
from leadline.miniature.programs import draw_examples, draw_problems, draw_program
from leadline.miniature.recipes import JOINT
from leadline.records import Problem


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return list(draw_problems(seeding.rng(0, "test of programs"), pool="test", n=600))


def outputs(code: str, inputs: list[list[Any]]) -> list[Any]:
    """Runs code that our own generator wrote."""
    space: dict[str, Any] = {}
    exec(code, space)
    return [space["f"](*arguments) for arguments in inputs]


def test_python_returns_what_the_reference_computes(problems: list[Problem]) -> None:
    for problem in problems:
        detail = problem.detail
        assert outputs(problem.reference, detail["inputs"]) == detail["expected"]
    code = "\n".join(problem.reference for problem in problems)
    for operation in (*LINES, *RETURNS):
        assert operation.code.partition("{")[0] in code  # the tail of the Zipf distribution occurs


def test_tests_tell_programs_apart(problems: list[Problem]) -> None:
    """A program passes the tests of other problems only by being nearly the same."""
    n_passed = n_tried = 0
    for problem in problems[:60]:
        for other in problems[60:120]:
            try:
                found = outputs(other.reference, problem.detail["inputs"])
            except (ValueError, IndexError, ZeroDivisionError):
                found = []
            n_tried += 1
            n_passed += found == problem.detail["expected"]
    assert n_passed / n_tried < 0.01


def test_every_number_of_the_code_stands_in_the_words(problems: list[Problem]) -> None:
    fixed = {0, 1, 2}  # of [::-1], %2, x[0]
    for problem in problems:
        tree = ast.parse(problem.reference)
        numbers = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        for number in numbers - fixed:
            assert str(number) in problem.prompt


def test_programs_of_different_splits_never_meet() -> None:
    draws = {pool: seeding.rng(0, "a") for pool in ("train", "validation", "test", "corpus")}
    codes = {
        pool: {draw_program(r, pool=pool)[0].code for _ in range(600)} for pool, r in draws.items()
    }
    pools = list(codes)
    for i, one in enumerate(pools):
        for other in pools[i + 1 :]:
            assert not codes[one] & codes[other]


def test_no_document_holds_a_program_of_a_problem_nor_asks_for_one(problems: list[Problem]) -> None:
    source = documents(seeding.rng(0, "corpus"), mix=JOINT)
    functions = [text for _ in range(8_000) if "def f" in (text := next(source))]
    assert len(functions) > 400
    bodies = set()
    for text in functions:
        assert "?" not in text
        assert "f(x) for a list" not in text
        for code in text.split("\n\n"):
            lines = [line for line in code.split("\n") if not line.lstrip().startswith("#")]
            bodies.add("\n".join(lines))
    assert not bodies & {problem.reference for problem in problems}


def test_no_problem_stands_in_the_training_set(problems: list[Problem]) -> None:
    examples = list(draw_examples(seeding.rng(0, "a"), n=2500))
    assert not [leak for leak in find_leaks(examples, problems) if leak.kind == "exact"]


def test_lengths_and_wordings_are_mixed() -> None:
    examples = list(draw_examples(seeding.rng(0, "a"), n=2000))
    lines = Counter(e.response.count("\n") for e in examples)
    assert lines[2] > lines[4] > 200
    frames = Counter(e.prompt.split()[0] for e in examples)
    assert frames["Write"] > frames["Python,"] > frames["Let"] > 200


def test_smaller_draw_is_the_beginning_of_a_larger_one(problems: list[Problem]) -> None:
    few = list(draw_problems(seeding.rng(0, "test of programs"), pool="test", n=20))
    assert few == problems[:20]
    assert len({p.reference for p in problems}) == len({p.id for p in problems}) == 600
