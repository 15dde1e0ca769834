"""Plant errors of reasoning and hallucination in a two-hop answer, and change it harmlessly.

A solution is two `Hop`s (chain_draft.py), perhaps after an event. A wrong chain still states facts
of the world, and an invented fact is followed up as if it were one, so that neither kind of error
brings the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from leadline.miniature.chain_draft import Draft, Hop, refuse_without_effect, write
from leadline.miniature.facts import Fact, islands
from leadline.miniature.sheet import Sheet, Unusable
from leadline.records import Problem

_INVENTED = ("Zorp", "Quell", "Brim", "Nyx", "Vand", "Kloe", "Drusk", "Pell")  # nobody's names


def corrupt(
    problem: Problem, rng: np.random.Generator, *, kinds: frozenset[str], recalls: bool
) -> Sheet:
    """The solution of a two-hop problem with errors of `kinds` (reasoning, hallucination) and, half
    of the time, harmless changes. Raises Unusable if the draw does not work out."""
    draft = _draft(problem, rng, recalls=recalls)
    if "reasoning" in kinds:
        _change(draft, DEPARTURES if recalls else (*DEPARTURES, _first_hop_left_out))
    if "hallucination" in kinds:
        _change(draft, EVENTS if recalls else INVENTIONS)
    elif recalls and draft.draw(2):
        _change(draft, (_other_fact_wrong,))
    if draft.draw(2):
        _change(draft, HARMLESS)
    refuse_without_effect(draft)
    lines = write(draft)
    start, wrong = int(recalls), {}
    if "reasoning" in kinds:
        departing = [i for i, hop in enumerate(draft.hops, start) if hop.departs]
        wrong["reasoning"] = departing[0] if departing else len(lines) - 1
    if "hallucination" in kinds:
        invented = [i for i, hop in enumerate(draft.hops, start) if hop.invents]
        wrong["hallucination"] = 0 if draft.event_invented else invented[0]
    return Sheet(lines=lines, wrong=wrong, ways=tuple(draft.ways))


def _draft(problem: Problem, rng: np.random.Generator, *, recalls: bool) -> Draft:
    rows = [(row["subject"], row["relation"]) for row in problem.detail["hops"]]
    island = next(island for island in islands().values() if rows[0] in island.facts)
    gold = tuple(island.of(subject, noun) for subject, noun in rows)
    hops = [
        Hop(asks=(fact.relation, fact.subject), tells=fact, follows=i > 0)
        for i, fact in enumerate(gold)
    ]
    return Draft(island=island, gold=gold, hops=hops, event=gold[0] if recalls else None, rng=rng)


def _hop(fact: Fact, *, follows: bool = False, departs: bool = False) -> Hop:
    asks = (fact.relation, fact.subject)
    return Hop(asks=asks, tells=fact, follows=follows, departs=departs)


def _goes_on(draft: Draft, first: Hop) -> None:
    """The first hop, and a second about its value: the asked relation if that has it."""
    value, wanted = first.tells.value, draft.gold[1].relation
    fits = (value, wanted.noun) in draft.island.facts
    relation = wanted if fits else draft.relation(value)
    draft.hops = [first, _hop(draft.fact(relation, value), follows=True)]


def _first_about_another(draft: Draft) -> None:
    fact = draft.gold[0]
    names = draft.island.names[fact.relation.subject]
    # Not about the value: that would be the second hop, come first.
    subject = draft.other(names, fact.subject, fact.value)
    _goes_on(draft, _hop(draft.fact(fact.relation, subject), departs=True))


def _first_of_another_relation(draft: Draft) -> None:
    subject = draft.gold[0].subject
    relation = draft.relation(subject, draft.gold[0].relation.noun)
    _goes_on(draft, _hop(draft.fact(relation, subject), departs=True))


def _second_about_another(draft: Draft) -> None:
    fact = draft.gold[1]
    subject = draft.other(draft.island.names[fact.relation.subject], fact.subject)
    draft.hops[1] = _hop(draft.fact(fact.relation, subject), departs=True)


def _second_of_another_relation(draft: Draft) -> None:
    fact = draft.gold[1]
    relation = draft.relation(fact.subject, fact.relation.noun)
    draft.hops[1] = _hop(draft.fact(relation, fact.subject), follows=True, departs=True)


def _answers_something_else(draft: Draft) -> None:
    """The question is right, and the statement about somebody else."""
    index = draft.draw(2)
    hop, fact = draft.hops[index], draft.gold[index]
    names = draft.island.names[fact.relation.subject]
    told = draft.fact(fact.relation, draft.other(names, fact.subject))
    wrong = replace(hop, tells=told, departs=True)
    if index == 0:
        _goes_on(draft, wrong)
    else:
        draft.hops[1] = wrong


def _first_hop_left_out(draft: Draft) -> None:
    draft.hops = [replace(draft.hops[1], follows=False, departs=True)]


def _second_hop_left_out(draft: Draft) -> None:
    draft.hops.pop()
    draft.answer_departs = True


def _third_hop(draft: Draft) -> None:
    """The chain goes on, and its end is the answer."""
    known = [fact.subject for fact in draft.gold]
    value = draft.gold[1].value
    has_more = any(subject == value for subject, _ in draft.island.facts)
    subject = value if has_more and value not in known else draft.gold[1].subject
    asked = [fact.relation.noun for fact in draft.gold if fact.subject == subject]
    more = draft.fact(draft.relation(subject, *asked), subject)
    draft.hops.append(_hop(more, follows=subject == value, departs=True))


def _another_answer(draft: Draft) -> None:
    names = draft.island.names[draft.gold[1].relation.value]
    draft.answer = draft.other((*names, draft.gold[0].value), draft.gold[1].value)
    draft.answer_departs = True


def _invented(draft: Draft, fact: Fact) -> str:
    """A value that the fact does not have: somebody else, or nobody."""
    names = draft.island.names[fact.relation.value] if draft.draw(2) else _INVENTED
    return draft.other(names, fact.value, fact.subject)


def _invent(draft: Draft, index: int, *, value: str) -> None:
    """The hop states another value, and what follows is about that."""
    hop = draft.hops[index]
    true = hop.tells.value
    draft.hops[index] = replace(hop, tells=replace(hop.tells, value=value), invents=True)
    if index + 1 < len(draft.hops) and draft.hops[index + 1].follows:
        follower = draft.hops[index + 1]
        told = draft.fact(follower.tells.relation, value)
        invents = (value, told.relation.noun) not in draft.island.facts
        asks = (follower.asks[0], value)
        about = told if follower.tells.subject == true else follower.tells
        draft.hops[index + 1] = replace(follower, asks=asks, tells=about, invents=invents)


def _first_fact_wrong(draft: Draft) -> None:
    _invent(draft, 0, value=_invented(draft, draft.hops[0].tells))


def _last_fact_wrong(draft: Draft) -> None:
    last = draft.hops[-1].tells
    _invent(draft, len(draft.hops) - 1, value=_invented(draft, last))


def _event_with_another_value(draft: Draft) -> None:
    """The steps go on from it, or from what is true."""
    fact = draft.gold[0]
    value = _invented(draft, fact)
    draft.event, draft.event_invented = replace(fact, value=value), True
    if draft.hops[0].tells == fact and draft.draw(2):
        _invent(draft, 0, value=value)


def _event_of_somebody_else(draft: Draft) -> None:
    """A fact of the world, or of nobody."""
    fact = draft.gold[0]
    names = draft.island.names[fact.relation.subject] if draft.draw(2) else _INVENTED
    subject = draft.other(names, fact.subject)
    draft.event, draft.event_invented = draft.fact(fact.relation, subject), True


def _event_of_another_relation(draft: Draft) -> None:
    fact = draft.gold[0]
    relation = draft.relation(fact.subject, fact.relation.noun)
    draft.event, draft.event_invented = draft.fact(relation, fact.subject), True


def _event_wrong_in_the_steps(draft: Draft) -> None:
    if draft.hops[0].departs:
        raise Unusable
    _invent(draft, 0, value=_invented(draft, draft.gold[0]))
    draft.hops[1:] = [replace(hop, invents=False) for hop in draft.hops[1:]]


def _other_fact_wrong(draft: Draft) -> None:
    """A wrong fact that is not the event's is no hallucination of the event."""
    if draft.hops[-1].tells.subject == draft.gold[0].subject:
        raise Unusable
    _last_fact_wrong(draft)


def _other_questions(draft: Draft) -> None:
    draft.hops = [replace(hop, question=draft.draw(len(hop.asks[0].asks))) for hop in draft.hops]


def _other_statements(draft: Draft) -> None:
    draft.hops = [
        replace(hop, statement=draft.draw(len(hop.tells.relation.tells))) for hop in draft.hops
    ]


def _names_only(draft: Draft) -> None:
    if any(hop.asks != (hop.tells.relation, hop.tells.subject) for hop in draft.hops):
        raise Unusable
    draft.short = True


Way = Callable[[Draft], None]
DEPARTURES: tuple[Way, ...] = (
    *(_first_about_another, _first_of_another_relation, _second_about_another),
    *(_second_of_another_relation, _answers_something_else, _second_hop_left_out),
    *(_third_hop, _another_answer),
)
INVENTIONS: tuple[Way, ...] = (_first_fact_wrong, _last_fact_wrong)
EVENTS: tuple[Way, ...] = (
    *(_event_with_another_value, _event_of_somebody_else),
    *(_event_of_another_relation, _event_wrong_in_the_steps),
)
HARMLESS: tuple[Way, ...] = (_other_questions, _other_statements, _names_only)


def _change(draft: Draft, ways: Sequence[Way]) -> None:
    way = ways[draft.draw(len(ways))]
    way(draft)
    draft.ways.append(way.__name__.strip("_").replace("_", " "))
