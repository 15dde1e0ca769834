"""What a judge is asked about a response, for each family of tasks and each kind of error.

Seven questions, after the paper's annotation prompts, in our words: each asks about one kind of
error alone, names what does not count, is given only what it needs, and has two answers. Labels
are independent: a response may have several errors, or none found.

| family | kind | given beside the response |
|---|---|---|
| maths | format | – |
| maths | arithmetic, reasoning | question, gold solution |
| two_hop | format | question |
| two_hop | reasoning | question, gold sub-questions and sub-answers |
| recall | hallucination | question, gold event |
| recall | reasoning | question |
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from leadline.errors import BadData
from leadline.judge.question import Question
from leadline.records import Generation, Problem
from leadline.settings import fingerprint

ERROR = "error"  # the meanings of a verdict
NO_ERROR = "no error"


def _question(problem: Problem) -> str:
    asked = problem.detail.get("question")
    return asked if isinstance(asked, str) and asked.strip() else problem.prompt


def _gold(problem: Problem) -> str:
    if not problem.reference.strip():
        raise BadData(_lacks(problem, "no gold solution (reference)"))
    return problem.reference


def _steps(problem: Problem) -> str:
    hops = problem.detail.get("hops")
    if not isinstance(hops, (list, tuple)) or not hops:
        raise BadData(_lacks(problem, "no gold sub-questions and sub-answers (detail 'hops')"))
    return "\n".join(f"{n}. {_step(problem, hop)}" for n, hop in enumerate(hops, start=1))


def _step(problem: Problem, hop: object) -> str:
    """One gold step: a sub-question and its answer, or a fact of the miniature world."""
    match hop:
        case [str(asked), str(found)]:
            return f"{asked} → {found}"
        case {"subject": str(subject), "relation": str(relation), "value": str(value)}:
            return f"the {relation} of {subject} → {value}"
    raise BadData(_lacks(problem, f"a gold step that cannot be read: {str(hop)[:80]!r}"))


def _event(problem: Problem) -> str:
    event = problem.detail.get("event")
    if not isinstance(event, str) or not event.strip():
        raise BadData(_lacks(problem, "no gold event (detail 'event')"))
    return event


def _lacks(problem: Problem, what: str) -> str:
    return (
        f"problem {problem.id!r} has {what}, and the judge must be given it. Annotate a task whose "
        "problems have it, or leave this kind of error out."
    )


QUESTION = ("Question", _question)
GOLD = ("Gold solution", _gold)
STEPS = ("Gold sub-questions and sub-answers", _steps)
EVENT = ("Event", _event)
Given = tuple[str, Callable[[Problem], str]]  # title, and where it stands in a problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One question to the judge. `asks`: what to look at and what not; `error` and `fine`: what
    each of the two verdicts says."""

    family: str
    kind: str  # the `question` of the row
    given: tuple[Given, ...]
    asks: str
    error: str
    fine: str

    def of(self, problem: Problem, generation: Generation, *, key: str) -> Question:
        """The question about one response. Raises BadData if the problem lacks what it needs."""
        given = [read(problem) for _, read in self.given]
        return self._question([*given, generation.text], key=key)

    @property
    def prompt_hash(self) -> str:
        """Of every question of this kind."""
        return self._question([""] * (len(self.given) + 1), key="").prompt_hash

    def _question(self, texts: Sequence[str], *, key: str) -> Question:
        titles = [*(title for title, _ in self.given), "Response"]
        return Question(
            key=key,
            instructions=self.asks,
            material=tuple(zip(titles, texts, strict=True)),
            verdicts=((ERROR, self.error), (NO_ERROR, self.fine)),
        )


KINDS = (
    Kind(
        family="maths",
        kind="format",
        given=(),
        asks=(
            "A model was asked to solve a problem of mathematics. Look only at the form of its "
            "response. The right form is: first an explanation of how the problem is solved, then "
            "the delimiter ####, then the final answer, and nothing after it. Whether the "
            "explanation or the answer is correct does not matter: wrong mathematics in the right "
            "form is no error. A right answer in another form (boxed, in a sentence, before the "
            "explanation) is an error, and so is a response that is empty or breaks off."
        ),
        error=(
            "the form is wrong: the explanation, the delimiter #### or the final answer after it "
            "is missing, or more follows after the final answer"
        ),
        fine="an explanation, then ####, then a final answer, and there it ends",
    ),
    Kind(
        family="maths",
        kind="arithmetic",
        given=(QUESTION, GOLD),
        asks=(
            "Check only the calculations in a response to a problem of mathematics. Work out each "
            "equation, and each result that it states, from the numbers that the response itself "
            "puts in. Whether these are the right numbers and operations does not matter: a "
            "senseless step whose equation is true is no error, a result that differs from the "
            "gold solution is not by itself one, and neither is the use of a result that an "
            "earlier line got wrong. Rounding to what the question or the unit calls for is no "
            "error. A response that calculates nothing has no error."
        ),
        error="at least one calculation states a number that its own left side does not give",
        fine="every calculation gives the number that it states, or there is no calculation",
    ),
    Kind(
        family="maths",
        kind="reasoning",
        given=(QUESTION, GOLD),
        asks=(
            "Look for errors of understanding or reasoning in any step of a response to a problem "
            "of mathematics: the question misread, a condition left out or made up, a wrong "
            "quantity or operation, a step that does not follow, a step that the answer needs and "
            "that is missing. Calculation does not matter: a right step that states a wrong number "
            "is no error here, nor are later steps that use this number. Form does not matter. The "
            "gold solution is one right way; any other right way, order or wording is no error. If "
            "the response shows no step, judge its answer: another one than the gold solution's "
            "is an error."
        ),
        error="at least one step is misunderstood, wrong in its reasoning, or missing",
        fine="every step is the right thing to work out, whatever number it states",
    ),
    Kind(
        family="two_hop",
        kind="format",
        given=(QUESTION,),
        asks=(
            "Look only at the form of a response to a question that takes several steps. The right "
            "form is: sub-questions, each with its own answer, and then a final answer. Wording, "
            "arrows, numbering and the number of steps do not matter, and neither does whether any "
            "answer is correct: wrong steps in the right form are no error. A response that goes "
            "straight to an answer is an error even if the answer is right, and so is one that is "
            "empty or states no final answer."
        ),
        error="it goes straight to an answer, or the steps or the final answer are missing",
        fine="sub-questions with their answers come first, then a final answer",
    ),
    Kind(
        family="two_hop",
        kind="reasoning",
        given=(QUESTION, STEPS),
        asks=(
            "Does a response to a question that takes several steps use the gold intermediate "
            "steps correctly? Take the gold sub-questions and sub-answers as true. In substance "
            "the response must contain them, with these sub-answers, and its final answer must "
            "follow from them. Other words, another order, further true steps, another way to "
            "write a name, date or number, and the form of the response are no errors. If it shows "
            "no step, judge its answer: one that does not follow from the gold steps is an error."
        ),
        error=(
            "a gold step is missing, replaced or given another sub-answer, or the final answer "
            "does not follow from the steps"
        ),
        fine="the steps agree with the gold steps, and the final answer follows from them",
    ),
    Kind(
        family="recall",
        kind="hallucination",
        given=(QUESTION, EVENT),
        asks=(
            "A question is about an event, which you are given as it happened. Does a response "
            "recall or use this event wrongly: another person, place, date, number or outcome, "
            "details that the event does not have, or another event in its place? Look at nothing "
            "else. Errors in the steps that lead on from the event and a wrong final answer are no "
            "errors here. Leaving out details is no error, and neither is a response that says "
            "nothing about the event."
        ),
        error="something that the response says of the event, or takes from it, is not so",
        fine="all that it says of the event agrees with it, or it says nothing of it",
    ),
    Kind(
        family="recall",
        kind="reasoning",
        given=(QUESTION,),
        asks=(
            "Look only at the chain of reasoning in a response to a question about an event: does "
            "each step follow from what the response said before, and does the chain lead to what "
            "the question asks for? Take as true whatever the response says about the event, also "
            "if you know better, and do not check the final answer itself: a sound chain from a "
            "false event to a wrong answer is no error. A response without a chain of reasoning, "
            "only an answer or nothing, is no error."
        ),
        error="a step does not follow, or the chain leads to something that is not asked for",
        fine="the chain is sound, or there is none",
    ),
)


def prompts_digest(kinds: Iterable[Kind]) -> str:
    """A digest of all that stands in the prompts of these kinds but what is judged."""
    return fingerprint([[k.family, k.kind, k.prompt_hash] for k in kinds])


PROMPTS = prompts_digest(KINDS)

EVERY = tuple(dict.fromkeys(kind.kind for kind in KINDS))  # kind of error that is asked about


def kinds_of(family: str) -> tuple[Kind, ...]:
    """What a judge can be asked about responses to a family's tasks; () for an unknown family."""
    return tuple(kind for kind in KINDS if kind.family == family)
