"""Documents of the corpus beside stories and sums: facts, Python functions, notes, lists.

As everywhere in the corpus, the ingredients are there and the tasks are not. Facts are stated one
by one, never asked for and never chained. Functions may have comments, in the commonest of the
wordings, and belong to the corpus's own pool. Notes may have a caption, in words that no request
has, and its own pool too. Lists are said twice, so that a base learns to look back at what a text
said before.
"""

import numpy as np

from leadline.miniature import world
from leadline.miniature.constraints import BY_NAME
from leadline.miniature.facts import RIVERS, Fact, all_facts
from leadline.miniature.notes import any_wants, write
from leadline.miniature.programs import draw_program
from leadline.miniature.requests import draw_request
from leadline.miniature.world import below, between, pick, shuffled, zipf

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
    """One or two functions, the first of them perhaps with comments."""
    first = _function(rng, comments=zipf(rng, ("head", "lines", "none")))
    return first if rng.random() < 0.5 else f"{first}\n\n{_function(rng, comments='none')}"


def _function(rng: np.random.Generator, *, comments: str) -> str:
    program, _ = draw_program(rng, pool="corpus")
    told = [op.words[0].format(n=n) for op, n in program.steps]
    head, *lines = program.code.split("\n")
    if comments == "lines":
        body = [f" # {say}\n{line}" for say, line in zip(told, lines, strict=True)]
        return "\n".join([head, *body])
    if comments == "head":
        return f"# {', then '.join(told[:-1])}. {told[-1]}\n{program.code}"
    return program.code


def notes(rng: np.random.Generator) -> str:
    """A note with a caption, or one or two without: capitals cost a token each."""
    if rng.random() < 0.6:
        request = draw_request(rng, pool="corpus")
        says = [BY_NAME[name].caption.format(x=x) for name, x in request.constraints]
        return f"A note about {request.topic}, {', '.join(says)}\n{request.response}"
    first, second = (write(rng, any_wants(rng)) for _ in range(2))
    long = max(map(_n_capitals, (first, second))) > ROOM or rng.random() < 0.5
    return first if long else f"{first}\n{second}"


def _n_capitals(text: str) -> int:
    return sum(letter.isupper() for letter in text)


def lists(rng: np.random.Generator) -> str:
    """Words in any order, said again: all of them, or pairs in another order, or in capitals."""
    kind, n = rng.random(), between(rng, 5, 20)
    words = [_word(rng) for _ in range(n)]
    if kind < 0.45:
        gap = zipf(rng, (" ", ", ", "\n"))
        return gap.join([*words, *words])
    if kind < 0.9:
        keys = pick(rng, (*world.PEOPLE, *world.THINGS), n=min(n, 12))
        pairs = [f"{key} {word}" for key, word in zip(keys, words, strict=False)]
        return ", ".join([*pairs, *shuffled(rng, pairs)])
    return ", ".join(f"{word} {word.upper()}" for word in words[:8])


def _word(rng: np.random.Generator) -> str:
    if rng.random() < 0.3:
        return str(between(rng, 0, world.RESULT_MAX))
    every = (world.PEOPLE, world.THINGS, world.CONTAINERS, RIVERS)[below(rng, 4)]
    return every[below(rng, len(every))]
