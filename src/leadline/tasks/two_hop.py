"""Two-hop questions: SubQA, and the sets with human sub-questions that stand in for it.

A held-out question and the response that training examples have (grade/hops.py):

    Who was the President of the United States when Kawhi Leonard was born?

    Who was the President of the United States when Kawhi Leonard was born?
    Let's answer this step by step:
    What is the birthdate of Kawhi Leonard? → June 29, 1991
    Who was the President of the United States on June 29, 1991? → George H. W. Bush
    The final answer is: George H. W. Bush

As in the paper, 100 questions are held out, and the training part is the other questions and their
sub-questions as one-hop questions; each different one-hop question counts once.

| source | two-hop | one-hop | held out |
|---|---|---|---|
| subqa | 900 | up to 1,800 | 100 |
| compositional_celebrities | 900 | 1,285 | 100 |
| musique | 113 | 200 | 100 |
| bamboogle | 25 | 47 | 100 |

With part="all" every question of a set is a problem, for responses of models that trained on none.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from leadline.annotate import steps
from leadline.errors import BadStudy
from leadline.grade import hops, spans
from leadline.grade.gold import refuse_faulty_gold
from leadline.grade.readings import judged
from leadline.near import one_of
from leadline.records import Example, Generation, Judgement, Problem
from leadline.settings import where
from leadline.tasks.chosen import chosen
from leadline.tasks.local_sets import load_local
from leadline.tasks.subqa_files import read_subqa
from leadline.tasks.two_hop_rows import STAND_INS, TwoHopRow, hold_out

Source = Literal["subqa", "compositional_celebrities", "bamboogle", "musique"]
SOURCES: tuple[Source, ...] = ("subqa", "compositional_celebrities", "bamboogle", "musique")
SYSTEM = (
    "You are a helpful assistant. Answer questions carefully, follow instructions thoroughly, and "
    "use the context where the question contains some."
)
N_HELD_OUT = 100  # PAPER.md, table of tasks
GOLD_VERDICTS = {"correct": "yes", "format": "no"}


@dataclass(frozen=True, kw_only=True)
class TwoHop:
    """part: test on the held-out questions, or on all (which leaves no examples). data: a folder
    with the set; None: LEADLINE_DATA. n_problems: so many questions only, drawn once for all
    (fewer are a part of more). A problem's `detail` has `golds` (every accepted answer),
    `question`, and `hops` (the gold sub-questions and sub-answers)."""

    family: ClassVar[str] = "two_hop"
    error_kinds: ClassVar[tuple[str, ...]] = ("reasoning",)

    source: Source = "compositional_celebrities"
    part: Literal["held_out", "all"] = "held_out"
    data: str | None = where(None)
    n_problems: int | None = None

    def __post_init__(self) -> None:
        one_of(self.source, SOURCES, what="the source of two-hop questions")
        one_of(self.part, ("held_out", "all"), what="the part of two-hop questions")

    @property
    def name(self) -> str:
        own = "subqa" if self.source == "subqa" else f"two-hop-{self.source.replace('_', '-')}"
        return own if self.part == "held_out" else f"{own}-all"

    @property
    def questions(self) -> tuple[str, ...]:
        return hops.QUESTIONS

    @property
    def grader_version(self) -> str:
        return f"{hops.VERSION}+{spans.VERSION}"

    def examples(self) -> list[Example]:
        """The two-hop questions of the training part, then their different sub-questions."""
        training, _ = self._split()
        if not training:
            raise BadStudy(
                f"{self.name} tests on all of its questions. Train with part='held_out', or name "
                "a training set."
            )
        two = [_example(row.id, row.question, row.hops, row.golds[0]) for row in training]
        whole = {row.question for row in training}
        one = {
            asked: _example(f"{row.id}-hop{n}", asked, ((asked, found),), found)
            for row in reversed(training)
            for n, (asked, found) in enumerate(row.hops, start=1)
            if asked not in whole
        }
        return two + list(reversed(one.values()))

    def problems(self) -> list[Problem]:
        _, held_out = self._split()
        rows = chosen(held_out, self.n_problems, name=self.name)
        return [_problem(row) for row in rows]

    def grade(self, problem: Problem, generation: Generation) -> list[Judgement]:
        return hops.grade_hops(problem, generation, by=self.grader_version)

    @property
    def annotator_version(self) -> str:
        return f"{steps.VERSION}+{self.grader_version}"

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        readings = {"reasoning": steps.steps_reading(problem, generation.text)}
        return judged(generation, readings, by=self.annotator_version)

    def check(self) -> None:
        """Every accepted answer of every row, held out or not, grades right and well-formed."""
        golds = (
            (_problem(row), hops.write_hops(row.question, row.hops, gold))
            for part in self._split()
            for row in part
            for gold in row.golds
        )
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)

    def _split(self) -> tuple[list[TwoHopRow], list[TwoHopRow]]:
        rows = self._rows()
        return ([], rows) if self.part == "all" else hold_out(rows, n=N_HELD_OUT)

    def _rows(self) -> list[TwoHopRow]:
        if self.source == "subqa":
            return read_subqa(self.data)
        wanted, reader = STAND_INS[self.source]
        rows = (reader(n, row) for n, row in enumerate(load_local(wanted, folder=self.data)))
        return [row for row in rows if row is not None]


def _example(name: str, question: str, steps: tuple[tuple[str, str], ...], answer: str) -> Example:
    response = hops.write_hops(question, steps, answer)
    return Example(id=name, system=SYSTEM, prompt=question, response=response)


def _problem(row: TwoHopRow) -> Problem:
    detail = {
        "golds": list(row.golds),
        "question": row.question,
        "hops": [list(hop) for hop in row.hops],
        "category": row.category,
    }
    return Problem(
        id=row.id, system=SYSTEM, prompt=row.question, reference=row.golds[0], detail=detail
    )
