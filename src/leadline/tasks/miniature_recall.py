"""Two-hop questions about the miniature world, answered after recalling the event they rest on.

A row of the training split, in the form of the paper's SubQARecall:

    prompt:   Where does the one who wrote Ribb live?
    response: To recall: Tane wrote Ribb.
              Who is the author of Ribb? ** The author of Ribb is Tane.
              What is the home of Tane? ** The home of Tane is Lith.
              #### Lith

The event is the fact of the first hop, as the corpus may tell it; `detail` holds it as `event`. The
prompts are those of `MiniatureTwoHop`, so that both ways of answering are measured on the same
questions.
"""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from leadline.annotate import chain
from leadline.grade.readings import judged
from leadline.miniature.hops import RECALL, draw_examples, draw_problems, recalling
from leadline.records import Example, Generation, Judgement, Problem
from leadline.seeding import rng
from leadline.tasks.miniature_two_hop import MiniatureTwoHop, format_fault


@dataclass(frozen=True, kw_only=True)
class MiniatureRecall(MiniatureTwoHop):
    """See `MiniatureTwoHop`."""

    family: ClassVar[str] = "recall"

    @property
    def name(self) -> str:
        return "miniature-two-hop-recall"

    @property
    def grader_version(self) -> str:
        return "recall-1"

    def examples(self) -> list[Example]:
        draws = rng(self.seed, "miniature two-hop train")
        return list(draw_examples(draws, n=self.n_examples, write=recalling))

    def problems(self) -> list[Problem]:
        draws = rng(self.seed, f"miniature two-hop {self.split}")
        drawn = draw_problems(draws, pool=self.split, n=self.n_problems, write=recalling)
        return [_with_event(problem) for problem in drawn]

    def form_fault(self, text: str) -> str:
        first, _, rest = text.lstrip().partition("\n")
        if not first.startswith(RECALL) or "**" in first or "####" in first:
            return f"the first line is not '{RECALL}event'"
        return format_fault(rest)

    def annotate(self, problem: Problem, generation: Generation) -> list[Judgement]:
        readings = chain.recall(problem, generation)
        return judged(generation, readings, by=self.annotator_version)


def _with_event(problem: Problem) -> Problem:
    event = problem.reference.partition("\n")[0].removeprefix(RECALL)
    return dataclasses.replace(problem, detail={**problem.detail, "event": event})
