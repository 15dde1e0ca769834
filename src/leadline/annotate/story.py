"""Say where the reasoning of a miniature maths solution leaves the story, exactly, from its graph.

Free are: the order of the steps, right steps that are not needed, right steps done in the head, and
arithmetic slips with all that follows from them. A step departs if it has another operation or
another operand than the story, if it follows from nothing in the story, or if it says of one person
or thing what is another's, in its question or in its sentence. A final answer departs if it is the
number of another quantity (the solution stops early) or of none.

Undecided, if nothing departs elsewhere: a solution without one step that can be read; a sentence
with numbers that cannot be read; a number without an equation that is not the right one, for it may
be a slip; another computation that comes to the right number, for it may be another right way; and
a response that was cut off before the asked number.
"""

import re
from fractions import Fraction
from typing import Any, NamedTuple

from leadline import arithmetic
from leadline.annotate.claims import Claim, Sentence, Sum, asked, result, told
from leadline.annotate.graph import Graph, read_graph
from leadline.annotate.pieces import MOST_CHARACTERS, Piece, cut
from leadline.grade.answers import numeric
from leadline.grade.readings import Reading
from leadline.records import Generation, Problem

VERSION = f"{arithmetic.VERSION}+story-1"  # raise it when any verdict could change
KINDS = ("arithmetic", "reasoning")

OPERATION = "wrong operation"
OPERAND = "wrong operand"
DISTRACTOR = "a number of the fact that is not needed"
NAME = "wrong person or thing"
NOTHING = "follows from nothing in the story"
FACT = "not the story's number"
EARLY = "stops before the asked number"
ANSWER = "the answer is not what the steps give"
_TOO_LONG = Reading("undecided", reason=f"longer than {MOST_CHARACTERS:,} characters")
_SHOWN = 5  # departures that a reason lists
_RESULT = re.compile(r"= ?-?\$?\d[\d,]*(?:\.\d+)?(?= [A-Za-z])")  # and a word after it


class Fault(NamedTuple):
    """One departure from the story: its line, from 0, and which of the above."""

    line: int
    what: str


def annotate(problem: Problem, generation: Generation) -> dict[str, Reading]:
    """The readings of KINDS; for yes, `extracted` is the first wrong line."""
    if len(generation.text) > MOST_CHARACTERS:
        return dict.fromkeys(KINDS, _TOO_LONG)
    # The world has no measures: no result is right in another unit, whatever the word after it.
    sums = arithmetic.reading(_RESULT.sub(r"\g<0>;", generation.text))
    return {"arithmetic": sums, "reasoning": reasoning(problem, generation)}


def reasoning(problem: Problem, generation: Generation) -> Reading:
    """Whether the reasoning departs from the story of the problem's `detail`: yes, with the line of
    the first departure, and all of them as the reason."""
    reader = _Reader(read_graph(problem.detail))
    reader.read(generation.text, cut_off=generation.stopped == "length")
    faults = sorted(reader.faults)
    if faults and reader.n_steps:
        reason = "; ".join(f"{what} in line {line}" for line, what in faults[:_SHOWN])
        return Reading("yes", str(faults[0].line), reason)
    if not reader.n_steps:
        return Reading("undecided", reason="there is no step that can be read")
    if reader.doubts:
        return Reading("undecided", reason="; ".join(reader.doubts[:_SHOWN]))
    return Reading("no")


class _Reader:
    """Reads a solution from top to bottom, and keeps what the model has computed so far."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.faults: list[Fault] = []
        self.doubts: list[str] = []
        self.n_steps = 0
        self._questions: list[tuple[int, Claim]] = []  # asked, with the line, and not yet answered

    def read(self, text: str, *, cut_off: bool) -> None:
        pieces = cut(text, at="first")
        body = [piece for piece in pieces.body if piece.text not in self.graph.facts]
        answer = None if pieces.answer is None else numeric(pieces.answer)
        if pieces.answer is None and body and _only_answers(body[-1]):
            answer = numeric(body.pop().text)
        for piece in body:
            self._read(piece)
        self._end(None if answer is None else Fraction(answer), line=pieces.last, cut_off=cut_off)

    def _read(self, piece: Piece) -> None:
        question = asked(piece.text)
        if question:
            self._questions.append((piece.line, question))
            return
        sentence = told(piece.text)
        for early in sentence.sums[:-1]:
            self._sum(piece.line, early, claim=None, names=frozenset())
        if sentence.sums:
            last = Sum(sentence.sums[-1].tree, sentence.sums[-1].stated | {*sentence.numbers[-1:]})
            self._sum(piece.line, last, claim=sentence.claim, names=sentence.names)
        elif sentence.claim and len(sentence.numbers) == 1:
            self._number(piece.line, sentence.numbers[0], claim=sentence.claim)
        elif sentence.numbers or sentence.garbled:
            self.doubts.append(f"line {piece.line} cannot be read")
        self._questions.clear()

    def _asks(self, line: int) -> Claim | None:
        """The question that a sentence answers: the last one of its own line."""
        own = [question for number, question in self._questions if number == line]
        return own[-1] if own else None

    def _sum(self, line: int, found: Sum, *, claim: Claim | None, names: frozenset[str]) -> None:
        """One equation, and what the sentence says that it is."""
        graph, self.n_steps = self.graph, self.n_steps + 1
        exact = result(found.tree)
        values = found.stated if exact is None else found.stated | {exact}
        meant = graph.about(claim) if claim else []
        reached = [i for i in range(len(graph.nodes)) if graph.leads_to(found.tree, i)]
        index = next((i for i in meant if i in reached), None)
        if index is None and claim and self._is_extra(found, claim):
            self._answered(line, claim)
        elif index is not None or reached:
            index = self._first_new(reached) if index is None else index
            self._named(line, index, claim=claim, names=names)
            graph.own.setdefault(index, values)
        elif meant:
            self._departs(line, found, exact, index=self._first_new(meant))
            graph.own.setdefault(self._first_new(meant), values)
        else:
            self._fault(line, NOTHING)

    def _is_extra(self, found: Sum, claim: Claim) -> bool:
        """Whether it is a right sum or difference of two persons, if the story has none."""
        nodes = [] if self.graph.about(claim) else self.graph.pairs(claim)
        return any(self.graph.computes(found.tree, node) for node in nodes)

    def _named(self, line: int, index: int, *, claim: Claim | None, names: frozenset[str]) -> None:
        """Whether question and sentence name the quantity that the equation computes."""
        true = self.graph.nodes[index].claim
        said = claim is None or index in self.graph.about(claim)
        if claim is None and names:
            said = bool(names & {true.owner, true.other})
        asks = self._asks(line)
        if not said or (asks and index not in self.graph.about(asks)):
            self._fault(line, NAME)

    def _answered(self, line: int, claim: Claim) -> None:
        """The same for a number that is not of the graph."""
        asks = self._asks(line)
        pair = {claim.owner, claim.other}
        if asks and (asks.kind, {asks.owner, asks.other}) != (claim.kind, pair):
            self._fault(line, NAME)

    def _departs(self, line: int, found: Sum, exact: Fraction | None, *, index: int) -> None:
        """What is wrong with a computation that does not lead to the quantity it is said to be."""
        node, tree = self.graph.nodes[index], found.tree
        numbers = set(_leaves(tree))
        if exact in self.graph.results(index):
            self.doubts.append(f"line {line} comes to the right number another way")
        elif numbers & self.graph.strays:
            self._fault(line, DISTRACTOR)
        elif node.sign and isinstance(tree, tuple) and tree[0] != node.sign:
            self._fault(line, OPERATION)
        else:
            self._fault(line, OPERAND)

    def _number(self, line: int, number: Fraction, *, claim: Claim) -> None:
        """A number without an equation: right, or, unless the story gives it, perhaps a slip."""
        graph, self.n_steps = self.graph, self.n_steps + 1
        meant = graph.about(claim)
        right = [i for i in meant if number in graph.values(i) | graph.results(i)]
        if right:
            self._named(line, right[0], claim=claim, names=frozenset())
            graph.own.setdefault(right[0], frozenset({number}))
        elif not meant and number in graph.extra_results(claim):
            self._answered(line, claim)
        elif not meant:
            self._fault(line, NAME if claim.kind not in ("together", "more") else NOTHING)
        elif all(not graph.nodes[i].sign for i in meant):
            self._fault(line, FACT)
        else:
            self.doubts.append(f"line {line} has no equation and not the right number")
            graph.own.setdefault(self._first_new(meant), frozenset({number}))

    def _first_new(self, indices: list[int]) -> int:
        """The first of the quantities that has no number yet, and none from the story."""
        new = [i for i in indices if self.graph.nodes[i].sign and i not in self.graph.own]
        return (new or indices[-1:])[0]

    def _end(self, answer: Fraction | None, *, line: int, cut_off: bool) -> None:
        """Whether the asked number is reached. After a departure nothing is said of that."""
        graph = self.graph
        if self.faults:
            return
        others = (i for i in range(len(graph.nodes)) if i != graph.asked)
        if answer is None:
            if graph.asked not in graph.own and cut_off:
                self.doubts.append("cut off before the asked number")
            elif graph.asked not in graph.own and not self.doubts:
                self._fault(line, EARLY)
        elif answer in graph.values(graph.asked):
            pass
        elif any(answer in graph.values(i) for i in others):
            self._fault(line, EARLY)
        elif not self.doubts:
            self._fault(line, ANSWER)

    def _fault(self, line: int, what: str) -> None:
        self.faults.append(Fault(line, what))


def _only_answers(piece: Piece) -> bool:
    """Whether a sentence only gives a number: "So it is 4.", "19"."""
    sentence: Sentence = told(piece.text)
    nothing_else = not (sentence.sums or sentence.claim or asked(piece.text))
    return nothing_else and len(sentence.numbers) == 1 and not sentence.garbled


def _leaves(tree: Any) -> list[Fraction]:
    if isinstance(tree, Fraction):
        return [tree]
    return _leaves(tree[1]) + _leaves(tree[2])
