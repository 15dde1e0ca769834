"""Who can be asked for the first wrong step: a model behind an endpoint, and leadline's own rules
of arithmetic as the null judge, which knows nothing of the problem.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline import arithmetic
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.answer import Answer, signed
from leadline.judge.budget import UNLIMITED, Budget
from leadline.judge.check.labels import LabelledSolution
from leadline.judge.check.steps import StepVerdict
from leadline.judge.endpoint import Endpoint
from leadline.judge.question import Question
from leadline.judge.within import ask_within
from leadline.protocols import Runtime
from leadline.settings import where

_NONE = "none"  # the meaning of the verdict that no step is wrong
_INSTRUCTIONS = (
    "Below are a problem and a solution of it in numbered steps. Find the first step that is wrong."
    "\n\n"
    "A step is wrong if it holds a wrong calculation, a wrong conclusion, a wrong reading of the "
    "problem, or a false statement that the solution rests on. A step that goes on correctly from "
    "an earlier wrong one is not the first. An unusual, long-winded or repeated step is not wrong. "
    "Work through the problem yourself before you decide."
)


@dataclass(frozen=True, kw_only=True)
class EndpointSteps:
    """Asks `endpoint` one question a solution: which step, or none. `store`: the file that keeps
    the answers; a check that was stopped goes on from there."""

    endpoint: Endpoint
    budget: Budget = where(UNLIMITED)  # noqa: RUF009 (frozen)
    store: Path | None = where(None)  # noqa: RUF009

    @property
    def name(self) -> str:
        return self.endpoint.model

    @property
    def identity(self) -> str:
        """The name of an annotator that asks the same endpoint."""
        return JudgeAnnotator(endpoint=self.endpoint).name

    def judge(
        self, solutions: Sequence[LabelledSolution], *, runtime: Runtime
    ) -> Iterator[StepVerdict]:
        """Raises Stopped when asked to stop, or once the budget is spent: what was answered is
        kept."""
        questions = [step_question(s.id, problem=s.problem, steps=s.steps) for s in solutions]
        for answer in ask_within(
            runtime,
            self.endpoint,
            questions,
            stage="judge",
            budget=self.budget,
            store=self.store,
            name=f"steps-{self.identity}",
        ):
            yield _verdict(answer, self.identity)


def step_question(key: str, *, problem: str, steps: Sequence[str]) -> Question:
    """Which step is wrong first? The meanings are the steps from 0, and "none"."""
    numbered = [(f"step {n}", step) for n, step in enumerate(steps, start=1)]
    named = [(str(i), f"{title} is the first wrong step") for i, (title, _) in enumerate(numbered)]
    return Question(
        key=key,
        instructions=_INSTRUCTIONS,
        material=(("the problem", problem), *numbered),
        verdicts=(*named, (_NONE, "no step is wrong")),
    )


def _verdict(answer: Answer, judge: str) -> StepVerdict:
    found = answer.meaning
    return StepVerdict(
        id=answer.key,
        step=None if found in (None, _NONE) else int(found or ""),
        cause="" if found is not None else answer.cause or "failed",
        reason=answer.reason,
        by=signed(judge, prompt=PROMPT, seed=answer.seed, model=answer.model),
    )


@dataclass(frozen=True, kw_only=True)
class RuleSteps:
    """The first step with an equation that is wrong by rule. Knows arithmetic and nothing else: no
    wrong equation means that no step is wrong; undecided where no equation could be read."""

    @property
    def name(self) -> str:
        return "rules"

    @property
    def identity(self) -> str:
        return f"rules {arithmetic.VERSION}"

    def judge(
        self, solutions: Sequence[LabelledSolution], *, runtime: Runtime
    ) -> Iterator[StepVerdict]:
        for solution in solutions:
            found = arithmetic.check_steps(solution.steps)
            yield StepVerdict(
                id=solution.id,
                step=found.slip.line if found.slip else None,
                cause="" if found.n_equations else "no equation that can be read",
                reason=found.slip.reason if found.slip else "",
                by=arithmetic.VERSION,
            )


# Of a solution of one step: the hash of another differs only by its number of steps.
PROMPT = step_question("", problem="", steps=("",)).prompt_hash
