"""MBPP+ inputs as the functions expect them: JSON has no tuples, sets or complex numbers, so the
released lists are turned back, task by task (evalplus 0.3.1, data/mbpp.py)."""

from collections.abc import Callable
from typing import Any

Call = list[Any]  # the arguments of one call


def _tuples(call: Call) -> Any:
    return [tuple(argument) for argument in call]


def _lists_of_tuples(call: Call) -> Any:
    return [[tuple(item) for item in argument] for argument in call]


def _tuples_of_tuples(call: Call) -> Any:
    return [tuple(tuple(item) for item in argument) for argument in call]


def _first_list_of_tuples(call: Call) -> Any:
    return [[tuple(item) for item in call[0]], call[1]]


def _first_tuple(call: Call) -> Any:
    return [tuple(call[0]), *call[1:]]


def _second_tuple(call: Call) -> Any:
    return [call[0], tuple(call[1])]


def _sets(call: Call) -> Any:
    """An empty list becomes an empty dict, as released."""
    return [[set(item) if isinstance(item, list) and item else {} for item in call[0]]]


def _complex_parts(call: Call) -> Any:
    return (float(call[0]), complex(call[1]))


def _complex(call: Call) -> Any:
    return [complex(call[0])]


def _mixed_tuple(call: Call) -> Any:
    return [tuple(tuple(item) if isinstance(item, list) else item for item in call[0])]


def _dict_of_tuples(call: Call) -> Any:
    return [{key: tuple(value) for key, value in call[0].items()}, *call[1:]]


def _tuples_throughout(value: Any) -> Any:
    return tuple(map(_tuples_throughout, value)) if isinstance(value, list) else value


_TURNS: dict[Callable[[Call], Any], str] = {
    _tuples: "2 116 132 143 222 261 273 394 399 421 424 429 470 560 579 596 616 630 726 740 "
    "744 809",
    _lists_of_tuples: "63 64 70 94 120 237 272 299 400 409 417 438 473 614 780",
    _first_list_of_tuples: "75 413 444 753",
    _second_tuple: "106 750",
    _sets: "115",
    _complex_parts: "124",
    _first_tuple: "250 405 446 617 720 763 808 307",
    _tuples_of_tuples: "259 401 445",
    _mixed_tuple: "278",
    _dict_of_tuples: "722",
    _complex: "252",
    _tuples_throughout: "580 615 791",
}
_BY_TASK = {f"Mbpp/{n}": turn for turn, numbers in _TURNS.items() for n in numbers.split()}


def as_called(task_id: str, inputs: list[Call]) -> list[Any]:
    """The inputs of one MBPP+ problem, each the arguments of one call."""
    turn = _BY_TASK.get(task_id)
    return inputs if turn is None else [turn(call) for call in inputs]
