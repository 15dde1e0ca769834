"""Equality and statuses as EvalPlus's own checker gives them, and MBPP+ inputs as it reads them."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leadline.grade.comparison import Tests
from leadline.grade.equality import Rule
from leadline.grade.evalplus.mbpp_inputs import as_called
from leadline.grade.evalplus.rules import humaneval_rule, lm_eval_rule, mbpp_rule
from leadline.grade.outputs import encoded
from leadline.grade.programs import run_once
from leadline.sandbox import Sandbox
from leadline.tasks.mbpp_plus import MbppPlus

RULES: dict[str, Callable[[str], Rule | None]] = {"humaneval": humaneval_rule, "mbpp": mbpp_rule}

# (data set, function, its body, inputs, expected outputs, tolerance)
CASES: list[tuple[str, str, str, list[Any], list[Any], float]] = [
    ("humaneval", "f", "return x", [[1]], [1], 0),
    ("humaneval", "f", "return float(x)", [[1]], [1], 0),
    ("humaneval", "f", "return x + 1e-9", [[0.5]], [0.5], 0),
    ("humaneval", "f", "return x + 1e-5", [[0.5]], [0.5], 0),
    ("humaneval", "f", "return x + 1e-5", [[0.5]], [0.5], 1e-4),
    ("humaneval", "f", "return x + 1e-9", [[1], [0.5]], [1, 0.5], 0),
    ("humaneval", "f", "return x if x < 1 else x + 1e-9", [[0.5], [1]], [0.5, 1.0], 0),
    ("humaneval", "f", "return tuple(x)", [[[1.0, 2.0]]], [[1.0, 2.0]], 0),
    ("humaneval", "f", "return [v + 1e-9 for v in x]", [[[1.0, 2.0]]], [[1.0, 2.0]], 0),
    ("humaneval", "f", "return x[:1]", [[[1.0, 1.0]]], [[1.0, 1.0]], 0),
    ("humaneval", "f", "return [[v + 1e-9] for v in x]", [[[1.0]]], [[[1.0]]], 0),
    ("humaneval", "f", "return [[v + 1e-9] for v in x]", [[[1.0]]], [[[1.0]]], 1e-6),
    ("humaneval", "f", "return x", [[math.nan]], [math.nan], 0),
    ("humaneval", "f", "return math.inf", [[1]], [math.inf], 0),
    ("humaneval", "f", "return np.float64(x) + 1e-9", [[0.5]], [0.5], 0),
    ("humaneval", "f", "return np.float64(x)", [[0.5]], [0.5], 0),
    ("humaneval", "f", "return np.array([x])", [[1]], [[1]], 0),
    ("humaneval", "f", "return np.array([x, x])", [[1]], [[1, 1]], 0),
    ("humaneval", "f", "return Decimal(x)", [[3]], [3], 0),
    ("humaneval", "f", "return Counter(x)", [["aab"]], [{"a": 2, "b": 1}], 0),
    ("humaneval", "f", "return (v for v in x)", [[[1]]], [[1]], 0),
    ("humaneval", "f", "return range(x)", [[2]], [[0, 1]], 0),
    ("humaneval", "f", "return None", [[1]], [None], 0),
    ("humaneval", "f", "return x, x", [[1]], [(1, 1)], 0),
    ("humaneval", "f", "return open('a')", [[1]], [1], 0),
    ("humaneval", "f", "return os.getcwd()", [[1]], [1], 0),
    ("humaneval", "f", "print(x); return x", [[1]], [1], 0),
    ("humaneval", "f", "return __name__", [[1]], ["builtins"], 0),
    ("humaneval", "f", "sys.exit(0)", [[1]], [1], 0),
    ("humaneval", "f", "os._exit(0)", [[1]], [1], 0),
    ("humaneval", "find_zero", "return 5", [[[1, 2]]], [-0.5], 1e-4),
    ("mbpp", "Diff", "return (v for v in [2, 1, 1])", [[1]], [[1, 2]], 0),
    ("mbpp", "Diff", "return [1]", [[1]], [[1, 2]], 0),
    ("mbpp", "Diff", "return [[1]]", [[1]], [[[1]]], 0),
    ("mbpp", "Diff", "return {2: 0, 1: 0}.keys()", [[1]], [[1, 2]], 0),
    ("mbpp", "check_str", "return re.match('a', x)", [["ab"]], [True], 0),
    ("mbpp", "check_str", "return re.match('b', x)", [["ab"]], [True], 0),
    ("mbpp", "check_str", "return False", [["ab"]], [False], 0),
    ("mbpp", "are_equivalent", "return 'no'", [[1]], [True], 0),
    ("mbpp", "are_equivalent", "return 1 / 0", [[1]], [True], 0),
    ("mbpp", "sum_div", "return 0", [[8]], [7], 0),
    ("mbpp", "sum_div", "return 6", [[8]], [7], 0),
    ("mbpp", "surface_Area", "return 33", [[3, 4]], [30], 0),
    ("mbpp", "surface_Area", "return 35", [[3, 4]], [30], 0),
    ("mbpp", "digit_distance_nums", "return 1", [[1, 2]], [5], 0),
    ("mbpp", "digit_distance_nums", "return 10", [[23, 156]], [3], 0),
    ("mbpp", "digit_distance_nums", "return 4", [[23, 156]], [3], 0),
]
HEAD = (
    "import math, os, re, sys\nimport numpy as np\nfrom collections import Counter\n"
    "from decimal import Decimal\n"
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[1]}: {case[2]}")
def test_status_is_evalplus_own(case: tuple[str, str, str, list[Any], list[Any], float]) -> None:
    reference = pytest.importorskip("evalplus.eval")
    data_set, name, body, inputs, expected, atol = case
    names = "x" if len(inputs[0]) == 1 else "x, y"
    code = f"{HEAD}def {name}({names}):\n    {body}\n"
    status, _ = reference.untrusted_check(
        data_set, code, inputs, name, expected, atol, [0.0] * len(inputs), True, 0.5
    )
    tests = Tests(
        entry_point=name,
        inputs=inputs,
        expected=[encoded(value) for value in expected],
        atol=atol,
        rule=RULES[data_set](name),
    )
    found = run_once(code, tests, sandbox=Sandbox())
    assert found.status == status, found.reason


@pytest.mark.parametrize(("body", "right"), [("return -0.5", True), ("return -0.6", False)])
def test_any_zero_of_the_polynomial_is_right(body: str, right: bool) -> None:
    """EvalPlus 0.3.1 itself fails every program here, and has put that right since."""
    tests = Tests(
        entry_point="find_zero",
        inputs=[[[1, 2]]],
        expected=[encoded(123.0)],
        atol=1e-4,
        rule=humaneval_rule("find_zero"),
    )
    found = run_once(f"def find_zero(xs): {body}", tests, sandbox=Sandbox())
    assert (found.status == "pass") == right


def test_lm_eval_has_no_regard_to_type_and_length() -> None:
    tests = Tests(
        entry_point="f",
        inputs=[[1]],
        expected=[encoded([0.5, 0.5])],
        rule=lm_eval_rule("f"),
        whole_seconds=3.0,
    )
    assert run_once("def f(x): return (0.5, 0.5)", tests, sandbox=Sandbox()).status == "pass"
    assert run_once("def f(x): return [0.5]", tests, sandbox=Sandbox()).status == "pass"
    assert run_once("def f(x): return [0.6]", tests, sandbox=Sandbox()).status == "fail"


def test_mbpp_inputs_are_read_as_evalplus_reads_them(shared_data: Path) -> None:
    reference = pytest.importorskip("evalplus.data.mbpp")
    for task_id, row in MbppPlus(data=str(shared_data)).rows().items():
        for suite in ("base_input", "plus_input"):
            own = as_called(task_id, row[suite])
            theirs = reference.mbpp_deserialize_inputs(task_id, row[suite])
            assert repr([list(call) for call in own]) == repr([list(call) for call in theirs])


def test_mbpp_inputs_have_the_types_that_the_tasks_name(shared_data: Path) -> None:
    rows = MbppPlus(data=str(shared_data)).rows()
    tasks = ("Mbpp/2", "Mbpp/252", "Mbpp/791", "Mbpp/3")
    first = {task: as_called(task, rows[task]["base_input"])[0] for task in tasks}
    assert first["Mbpp/2"] == [(3, 4, 5, 6), (5, 7, 4, 10)]
    assert isinstance(first["Mbpp/252"][0], complex)
    assert isinstance(first["Mbpp/791"][0], tuple)
    assert first["Mbpp/3"] == rows["Mbpp/3"]["base_input"][0]
