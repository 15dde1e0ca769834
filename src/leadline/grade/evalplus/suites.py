"""A problem's two suites of tests, base and plus, under a protocol; and the program that a protocol
sees in a response.

| protocol | program | base | plus |
|---|---|---|---|
| evalplus | `sanitise` of the response | base inputs | plus inputs, a process of their own |
| evalplus_as_is | the response, a whole program | as evalplus | as evalplus |
| lm_eval | prompt + response up to the first stop | base inputs, 3 s for all | both, 3 s for all |
"""

from functools import lru_cache
from typing import Any, Literal, Protocol

from leadline.data import Row
from leadline.grade.comparison import Tests
from leadline.grade.equality import Rule
from leadline.grade.evalplus.expected import expected_outputs
from leadline.grade.evalplus.rules import NOT_NONE, lm_eval_rule
from leadline.grade.evalplus.sanitise import sanitise
from leadline.sandbox import Sandbox

CodeProtocol = Literal["evalplus", "evalplus_as_is", "lm_eval"]
Suite = Literal["base", "plus"]
SUITES: tuple[Suite, ...] = ("base", "plus")
LM_EVAL_SECONDS = 3.0  # Hugging Face's code_eval, which lm-evaluation-harness calls
LM_EVAL_STOPS = ("\nclass", "\ndef", "\n#", "\nif", "\nprint")
_HELD = 16  # suites kept in memory; the outputs of the largest are 160 MB


class Bench(Protocol):
    """A set of problems in EvalPlus's form. Hashable: its suites are kept."""

    @property
    def protocol(self) -> CodeProtocol: ...
    @property
    def sandbox(self) -> Sandbox: ...
    @property
    def grader_version(self) -> str: ...
    def __hash__(self) -> int: ...
    def row(self, problem_id: str) -> Row: ...
    def inputs(self, row: Row, suite: Suite) -> list[Any]: ...
    def rule(self, entry_point: str) -> Rule | None: ...


@lru_cache(maxsize=_HELD)
def tests(bench: Bench, problem_id: str, suite: Suite) -> Tests:
    """What a program is tested on; the canonical solution runs if it never did here."""
    row = bench.row(problem_id)
    entry_point, atol = row["entry_point"], float(row["atol"])
    if bench.protocol != "lm_eval":
        inputs, expected = _answered(bench, row, suite)
        rule = bench.rule(entry_point)
        return Tests(
            entry_point=entry_point, inputs=inputs, expected=expected, atol=atol, rule=rule
        )
    inputs, expected = _answered(bench, row, "base")
    if suite == "plus":
        more, outputs = _answered(bench, row, "plus")
        inputs, expected = [*inputs, *more], [*expected, *outputs]
    return Tests(
        entry_point=entry_point,
        inputs=inputs,
        expected=expected,
        atol=atol,
        rule=lm_eval_rule(entry_point),
        whole_seconds=LM_EVAL_SECONDS,
    )


def _answered(bench: Bench, row: Row, suite: Suite) -> tuple[list[Any], list[Any]]:
    inputs = bench.inputs(row, suite)
    expected = expected_outputs(
        canonical(row),
        entry_point=row["entry_point"],
        inputs=inputs,
        sandbox=bench.sandbox,
        only_not_none=row["entry_point"] in NOT_NONE,
    )
    return inputs, expected


def canonical(row: Row) -> str:
    """The program of a problem's canonical solution."""
    return str(row["prompt"] + row["canonical_solution"])


def program(bench: Bench, problem_id: str, response: str) -> str:
    """The program that is tested, of a model's response."""
    row = bench.row(problem_id)
    if bench.protocol == "evalplus_as_is":
        return response
    if bench.protocol == "evalplus":
        return sanitise(response, entry_point=row["entry_point"])
    ends = (place for stop in LM_EVAL_STOPS if (place := response.find(stop)) >= 0)
    return str(row["prompt"]) + response[: min(ends, default=len(response))]
