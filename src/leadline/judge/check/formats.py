"""The formats of human-label sets, each with its row → item reader. A format is recognised by its
fields, never by a file's name, so that other releases of a set can be read too.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from leadline.data import Row, content_digest
from leadline.judge.check.labels import Group, LabelledPair, LabelledSolution, Preference
from leadline.judge.check.load import Faulty, number_of, shown, text_of, texts_of

_PREFERENCES: dict[int, Preference] = {0: "neither", 1: "a", 2: "b"}
_HEAD = re.compile(r"\s{0,9}Step (\d{1,4})\s{0,3}[:.] ?")  # "Step 12: "
_ID = 16  # hex digits of a row's digest: its id, whatever its place in a file

# How an MR-GSM8K reason opens that names its kind; most English ones just explain.
_KINDS = {
    "calculation": ("calculation", "计算错误"),
    "misunderstanding": ("misunderstanding", "misunderstood", "understanding", "理解错误"),
    "logic": ("logic", "逻辑错误"),
}
_BEFORE_KIND = re.compile(r"(?:the|a|there is an?|there's an?) ")  # "The calculation is incorrect"


class Reader(Protocol):
    """From a row to what people said about it. Raises Faulty."""

    def __call__(self, row: Row) -> LabelledPair | LabelledSolution: ...


class Format(NamedTuple):
    """How rows with these fields are read."""

    name: str
    fields: tuple[str, ...]
    read: Reader


def read_pair(row: Row) -> LabelledPair:
    """LLMBar and its processed MT-Bench, FairEval and LLMEval² pairs: label 1 or 2."""
    label = number_of(row.get("label"), "label")
    if label not in (1, 2):
        raise Faulty(f"'label' must be 1 or 2, and is {shown(row.get('label'))}")
    request = text_of(row, "input")
    subset = row.get("subset")
    return LabelledPair(
        id=_id(row),
        request=request,
        a=text_of(row, "output_1"),
        b=text_of(row, "output_2"),
        votes=(_PREFERENCES[label],),
        groups=(("subset", subset),) if isinstance(subset, str) and subset else (),
        cluster=request,
    )


def read_pandalm(row: Row) -> LabelledPair:
    """PandaLM's test set: annotator1, annotator2, … said 1, 2 or 0 (a tie)."""
    fields = [
        f for f in row if f.startswith("annotator") and f.removeprefix("annotator").isdecimal()
    ]
    given = {f: number_of(row[f], f) for f in sorted(fields, key=lambda f: int(f[9:]))}
    for field, vote in given.items():
        if vote not in _PREFERENCES:
            raise Faulty(f"{field!r} must be 0 (tie), 1 or 2, and is {shown(row[field])}")
    votes = tuple(_PREFERENCES[vote] for vote in given.values() if vote is not None)
    request = "\n\n".join(filter(None, (text_of(row, "instruction"), text_of(row, "input"))))
    most = max(votes.count(vote) for vote in votes)
    return LabelledPair(
        id=_id(row),
        request=request,
        a=text_of(row, "response1"),
        b=text_of(row, "response2"),
        votes=votes,
        groups=(("people who agree", f"{most} of {len(votes)}"),),
        cluster=request,
    )


def read_mr_gsm8k(row: Row) -> LabelledSolution:
    """MR-GSM8K: the first wrong step from 1, N/A or empty for a right solution."""
    number = number_of(row["model_output_solution_first_error_step"], "first_error_step")
    groups = _groups(row, question_type="question_type")
    reason = str(row.get("model_output_solution_first_error_reason") or "").strip().casefold()
    before = _BEFORE_KIND.match(reason)
    reason = reason[before.end() if before else 0 :]
    kind = next((k for k, opens in _KINDS.items() if reason.startswith(opens)), "")
    wrong = _is_wrong(row.get("model_output_solution_correctness"), number)
    named: tuple[Group, ...] = (("kind", kind or "not named"),) if wrong else ()
    steps = [_unnumbered(step) for step in texts_of(row, "model_output_steps")]
    question = text_of(row, "question")
    return _solution(row, question, steps, wrong, number, groups=groups + named)


def read_mr_ben(row: Row) -> LabelledSolution:
    """MR-Ben: the number in "Step 2: …" of the first wrong step; lines without a number belong to
    the step before them. Its programs are one text: each line is a step, and the label quotes one.
    """
    said, label = row["Model_Solution_Steps"], row["Model_Solution_First_Error_Step"]
    if isinstance(said, str):
        steps = [line.rstrip() for line in said.splitlines() if line.strip()]
        number = _line_number(steps, str(label))
    else:
        steps = _joined(texts_of(row, "Model_Solution_Steps"))
        number = number_of(label, "Model_Solution_First_Error_Step")
    options = str(row.get("Options") or "")
    return _solution(
        row,
        "\n".join(filter(None, (text_of(row, "Question"), options))),
        steps,
        _is_wrong(row.get("Model_Solution_Correctness"), number),
        number,
        groups=_groups(row, subject="Subject", generator="Sampled_Model"),
    )


def read_processbench(row: Row) -> LabelledSolution:
    """ProcessBench: the first wrong paragraph from 0, -1 for none."""
    label = number_of(row["label"], "label")
    if label is None or label < -1:
        raise Faulty(f"'label' must be a step from 0, or -1, and is {shown(row['label'])}")
    steps = [_unnumbered(step) for step in texts_of(row, "steps")]
    groups = _groups(row, generator="generator")
    return _solution(
        row, text_of(row, "problem"), steps, label >= 0, label + 1 if label >= 0 else None, groups
    )


def read_big_bench_mistake(row: Row) -> LabelledSolution:
    """BIG-Bench-Mistake: the first wrong step from 0, null for none."""
    index = number_of(row["mistake_index"], "mistake_index")
    steps = [_unnumbered(step) for step in texts_of(row, "steps")]
    number = None if index is None else index + 1
    return _solution(row, text_of(row, "input"), steps, index is not None, number, groups=())


FORMATS = (
    Format("labelled pairs", ("input", "output_1", "output_2", "label"), read_pair),
    Format(
        "PandaLM", ("instruction", "input", "response1", "response2", "annotator1"), read_pandalm
    ),
    Format(
        "MR-GSM8K",
        ("question", "model_output_steps", "model_output_solution_first_error_step"),
        read_mr_gsm8k,
    ),
    Format(
        "MR-Ben",
        ("Question", "Model_Solution_Steps", "Model_Solution_First_Error_Step"),
        read_mr_ben,
    ),
    Format("ProcessBench", ("problem", "steps", "label"), read_processbench),
    Format("BIG-Bench-Mistake", ("input", "steps", "mistake_index"), read_big_bench_mistake),
)


def _solution(
    row: Row,
    problem: str,
    steps: Sequence[str],
    wrong: bool,
    number: int | None,
    groups: tuple[Group, ...],
) -> LabelledSolution:
    """number: of the first wrong step, from 1."""
    if number is not None and not 1 <= number <= len(steps):
        raise Faulty(f"step {number} is said to be wrong first, and there are {len(steps)} steps")
    if number is not None and not wrong:
        raise Faulty(f"step {number} is said to be wrong in a solution that is said to be right")
    return LabelledSolution(
        id=_id(row),
        problem=problem,
        steps=tuple(steps),
        wrong=wrong,
        first_error=None if number is None else number - 1,
        groups=groups,
        cluster=problem,
    )


def _is_wrong(said: Any, number: int | None) -> bool:
    """What the row says of the whole solution; without it, whether a wrong step is named."""
    if said is None:
        return number is not None
    words = {"wrong": True, "incorrect": True, "false": True, "correct": False, "true": False}
    word = str(said).strip().casefold()
    if word not in words:
        raise Faulty(f"the solution must be said to be right or wrong, and is {shown(said)}")
    return words[word]


def _groups(row: Row, **fields: str) -> tuple[Group, ...]:
    named = ((kind.replace("_", " "), row.get(field)) for kind, field in fields.items())
    return tuple((kind, value) for kind, value in named if isinstance(value, str) and value)


def _line_number(lines: Sequence[str], quoted: str) -> int | None:
    """The number, from 1, of the first line that is the quoted one; None if there is none."""
    found = (n for n, line in enumerate(lines, start=1) if line.strip() == quoted.strip())
    return next(found, None)


def _unnumbered(step: str) -> str:
    head = _HEAD.match(step)
    return step[head.end() if head else 0 :].rstrip()


def _joined(lines: Sequence[str]) -> list[str]:
    steps: list[list[str]] = []
    for line in lines:
        head = _HEAD.match(line)
        if not steps or (head and int(head[1]) == len(steps) + 1):
            steps.append([_unnumbered(line)])
        else:
            steps[-1].append(line.rstrip())
    return ["\n".join(step).strip() for step in steps]


def _id(row: Row) -> str:
    return content_digest([row])[:_ID]
