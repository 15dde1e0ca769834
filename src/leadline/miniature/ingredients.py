"""Documents of the corpus beside stories and sums: facts, Python functions, notes.

As everywhere in the corpus, the ingredients are there and the tasks are not. Facts are stated one
by one, never asked for and never chained. Functions have at most a comment a line, in the commonest
of its wordings; nobody asks for them, and they belong to the corpus's own pool. Notes come in every
look, and nobody wanted them that way.
"""

import numpy as np

from leadline.miniature.facts import Fact, all_facts
from leadline.miniature.notes import any_wants, write
from leadline.miniature.programs import draw_program
from leadline.miniature.world import below, between, pick, shuffled

COMMENTED_SHARE = 0.6  # of the documents with functions
ROOM = 30  # capitals


def facts(rng: np.random.Generator) -> str:
    """All about one subject, or facts of one kind, each in any of its wordings."""
    every = all_facts()
    first = every[below(rng, len(every))]
    if rng.random() < 0.5:
        chosen = [f for f in every if f.subject == first.subject]
        chosen += pick(rng, chosen, n=between(rng, 1, len(chosen)))
    else:
        same = [f for f in every if f.relation == first.relation]
        chosen = pick(rng, same, n=between(rng, 4, 8))
    return " ".join(_stated(rng, fact) for fact in shuffled(rng, chosen))


def _stated(rng: np.random.Generator, fact: Fact) -> str:
    forms = fact.relation.tells
    # The wording that answers use is the commonest: a third of all.
    return fact.told(forms[0] if rng.random() < 0.2 else forms[below(rng, len(forms))])


def functions(rng: np.random.Generator) -> str:
    """One or two functions, the first of them perhaps with a comment a line."""
    first = _function(rng, commented=rng.random() < COMMENTED_SHARE)
    return first if rng.random() < 0.5 else f"{first}\n\n{_function(rng, commented=False)}"


def _function(rng: np.random.Generator, *, commented: bool) -> str:
    program, _ = draw_program(rng, pool="corpus")
    if not commented:
        return program.code
    head, *lines = program.code.split("\n")
    steps = zip(lines, program.steps, strict=True)
    return "\n".join([head, *(f"{line} # {op.words[0].format(n=n)}" for line, (op, n) in steps)])


def notes(rng: np.random.Generator) -> str:
    """A note; two, each in its own look, if there is room: capitals cost a token each."""
    first, second = (write(rng, any_wants(rng)) for _ in range(2))
    long = max(map(_n_capitals, (first, second))) > ROOM or rng.random() < 0.5
    return first if long else f"{first}\n{second}"


def _n_capitals(text: str) -> int:
    return sum(letter.isupper() for letter in text)
