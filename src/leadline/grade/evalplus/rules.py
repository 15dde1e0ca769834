"""When an output is right where equality is not the question: EvalPlus's special oracles.

From evalplus 0.3.1 (eval/__init__.py, eval/_special_oracle.py), with one departure: for `find_zero`
0.3.1 forgets to count an input as passed, so that nothing passes; upstream has put that right since
(commit 26d6d00), and canonical solutions must pass, so here they do.

The oracles see the inputs as given: a function that changed its arguments changes nothing here.
"""

import math

import numpy as np

from leadline.grade.equality import TOLERANCE, Call, Rule, close, is_floats

NOT_NONE = frozenset({"check_str", "text_match_three", "text_starta_endb"})
SETS = frozenset(
    {
        "similar_elements",
        "find_char_long",
        "common_in_nested_lists",
        "extract_singly",
        "larg_nnum",
        "intersection_array",
        "find_dissimilar",
        "Diff",
    }
)


def humaneval_rule(entry_point: str) -> Rule | None:
    """The rule of a HumanEval+ problem; None: the usual one."""
    return _is_zero if entry_point == "find_zero" else None


def mbpp_rule(entry_point: str) -> Rule | None:
    """The rule of an MBPP+ problem; None: the usual one."""
    if entry_point in SETS:
        return _same_set
    if entry_point in NOT_NONE:
        return _not_none
    return _MBPP.get(entry_point)


def lm_eval_rule(entry_point: str) -> Rule:
    """As the tests of `evalplus/humanevalplus` compare, which lm-evaluation-harness runs: without
    regard to type and length, and with a tolerance for floats one output at a time."""
    return _is_zero if entry_point == "find_zero" else _close_of_any_type


def _is_zero(call: Call) -> bool:
    """The output is a zero of the polynomial with the coefficients given."""
    terms = (coefficient * math.pow(call.out, i) for i, coefficient in enumerate(call.inputs[0]))
    return bool(abs(sum(terms)) <= call.atol)


def _close_of_any_type(call: Call) -> bool:
    if call.out == call.exp:
        return True
    atol = TOLERANCE if call.atol == 0 and is_floats(call.exp) else call.atol
    return atol != 0 and bool(np.allclose(call.out, call.exp, rtol=1e-07, atol=atol))


def _same_set(call: Call) -> bool:
    return set(call.out) == set(call.exp) or close(call)


def _not_none(call: Call) -> bool:
    given = call.out if isinstance(call.out, bool) else call.out is not None
    return bool(given == call.exp)


def _anything(_: Call) -> bool:
    return True  # Mbpp/164: the question has no one answer


def _or_zero(call: Call) -> bool:
    return call.out == 0 or close(call)  # Mbpp/295


def _pyramid(call: Call) -> bool:
    """Mbpp/581: the height may be meant as that of the apex above the base."""
    base, height = call.inputs
    lateral = 4 * (base * math.sqrt((base / 2) ** 2 + height**2)) / 2
    return close(call) or bool(abs(call.out - round(base**2 + lateral)) <= call.atol)


def _digit_distance(call: Call) -> bool:
    """Mbpp/558: digits may be compared from the right, the shorter number filled with zeros."""
    first, second = map(str, call.inputs)
    width = max(len(first), len(second))
    pairs = zip(first.zfill(width), second.zfill(width), strict=True)
    return close(call) or call.out == sum(abs(int(a) - int(b)) for a, b in pairs)


_MBPP: dict[str, Rule] = {
    "are_equivalent": _anything,
    "sum_div": _or_zero,
    "surface_Area": _pyramid,
    "digit_distance_nums": _digit_distance,
}
