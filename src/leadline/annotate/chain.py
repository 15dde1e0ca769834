"""Say where a two-hop answer about the miniature world leaves the chain, and what it invents.

*reasoning* is the chain alone, whatever the facts: the first hop must be about the asked subject
and relation, the second about the first one's own answer and the asked relation, nothing may
follow, and the final answer must be the last hop's own. *hallucination* is the facts alone,
whatever the chain: a hop must not state what is no fact of the world. Where the response opens with
the event, it is the event alone: recalled otherwise than it was, or stated otherwise in the steps;
and a chain that is not there is then no error, as in the paper's prompt.

Undecided, if nothing departs elsewhere: a response without a hop that can be read, with one that
cannot, or cut off before the second.
"""

from collections.abc import Sequence
from typing import NamedTuple

from leadline.annotate.pieces import MOST_CHARACTERS, cut
from leadline.annotate.statements import About, Hop, Hops, read_hops, truth
from leadline.grade.readings import Reading
from leadline.grade.texts import contains, same
from leadline.records import Generation, Problem

VERSION = "chain-1"  # raise it when any verdict could change
KINDS = ("reasoning", "hallucination")

FIRST = "the first hop is not about what is asked"
SECOND = "the second hop is not about the first one's answer"
ENDS = "the chain ends too early"
MORE = "a hop that is not asked for"
ANSWER = "the answer is not the last hop's"
_TOO_LONG = Reading("undecided", reason=f"longer than {MOST_CHARACTERS:,} characters")
_NO_HOP = Reading("undecided", reason="there is no hop that can be read")


class Fault(NamedTuple):
    """One departure from the chain: its line, from 0, and which of the above."""

    line: int
    what: str


def two_hop(problem: Problem, generation: Generation) -> dict[str, Reading]:
    """The readings of KINDS against the hops of the problem's `detail`; for yes, `extracted` is the
    first line that departs."""
    if len(generation.text) > MOST_CHARACTERS:
        return dict.fromkeys(KINDS, _TOO_LONG)
    found = read_hops(cut(generation.text, at="last"), prompt=problem.prompt, recalls=False)
    if all(hop.unread for hop in found.hops):
        return dict.fromkeys(KINDS, _NO_HOP)
    wrong = [hop for hop in found.hops if hop.tells and not _is(hop.value, truth(hop.tells))]
    return {
        "reasoning": _reasoning(found, _asked(problem), generation),
        "hallucination": _invented(wrong, found.hops),
    }


def recall(problem: Problem, generation: Generation) -> dict[str, Reading]:
    """The same where the response opens with the event, the fact of the first hop."""
    if len(generation.text) > MOST_CHARACTERS:
        return dict.fromkeys(KINDS, _TOO_LONG)
    found = read_hops(cut(generation.text, at="last"), prompt=problem.prompt, recalls=True)
    event, hops, asked = found.event, found.hops, _asked(problem)
    chain = found
    if event and event.tells == asked[0] and hops and not _about(hops[0], asked[0]):
        chain = found._replace(hops=[event, *hops])  # the event stands for the first hop
    no_chain = Reading("no", reason="there is no chain")
    return {
        "reasoning": _reasoning(chain, asked, generation) if hops else no_chain,
        "hallucination": _event(found, problem),
    }


def _asked(problem: Problem) -> list[About]:
    return [About(hop["relation"], hop["subject"]) for hop in problem.detail["hops"]]


def _event(found: Hops, problem: Problem) -> Reading:
    """Whether the event is recalled or used otherwise than it was."""
    about, value = _asked(problem)[0], problem.detail["hops"][0]["value"]
    event, hops = found.event, found.hops
    wrong = [hop for hop in hops if hop.tells == about and not _is(hop.value, value)]
    if event and event.tells and not (event.tells == about and _is(event.value, value)):
        wrong = [event, *wrong]
    return _invented(wrong, [event, *hops] if event else hops)


def _invented(wrong: Sequence[Hop], hops: Sequence[Hop]) -> Reading:
    if wrong:
        lines = ", ".join(str(hop.line) for hop in wrong)
        return Reading("yes", str(wrong[0].line), f"not a fact: line {lines}")
    unread = [str(hop.line) for hop in hops if hop.unread]
    if unread:
        return Reading("undecided", reason=f"line {', '.join(unread)} cannot be read")
    if not any(hop.tells for hop in hops):
        return Reading("undecided", reason="there is no hop that can be read")
    return Reading("no")


def _reasoning(found: Hops, asked: Sequence[About], generation: Generation) -> Reading:
    hops, answer = found.hops, found.answer
    faults = _departures(hops, asked)
    doubts = [f"line {hop.line} has no answer that can be read" for hop in hops if not hop.value]
    if faults:
        pass  # nothing is said of how it ends
    elif len(hops) < len(asked):
        if answer is None and generation.stopped == "length":
            doubts.append("cut off before the last hop")
        else:
            faults.append(Fault(found.last, ENDS))
    elif answer and hops[-1].value and not contains(answer, hops[-1].value):
        faults.append(Fault(found.last, ANSWER))
    if faults:
        reason = "; ".join(f"{what} in line {line}" for line, what in sorted(faults))
        return Reading("yes", str(min(faults).line), reason)
    if doubts:
        return Reading("undecided", reason="; ".join(doubts))
    return Reading("no")


def _departures(hops: Sequence[Hop], asked: Sequence[About]) -> list[Fault]:
    """The hops that are not about what they should be. An unread hop keeps its place."""
    wanted = list(asked)
    if len(hops) > 1:
        own = hops[0].value or hops[1].subject  # unknown: any
        wanted[1] = wanted[1]._replace(subject=own)
    names = (FIRST, SECOND)
    wrong = [
        Fault(hop.line, what)
        for hop, about, what in zip(hops, wanted, names, strict=False)
        if not _about(hop, about)
    ]
    return wrong + [Fault(hop.line, MORE) for hop in hops[len(asked) :]]


def _about(hop: Hop, wanted: About) -> bool:
    """Whether its question and its answer, as far as they are there, are about what is wanted."""
    parts = [about for about in (hop.asks, hop.tells) if about]
    return all(part.noun == wanted.noun and _is(part.subject, wanted.subject) for part in parts)


def _is(value: str | None, wanted: str | None) -> bool:
    return value is not None and wanted is not None and same(value, wanted)
