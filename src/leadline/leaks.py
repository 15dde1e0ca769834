"""Whether a test problem stands in the training set.

Exact: the whole problem is a contiguous run of words of an example's prompt or response, after the
words that all problems share at their beginning and end (a template) are taken off. What is shorter
than five words then is a leak only if it is a whole prompt. Partial: most of a problem's 13-word
sequences stand in one example; worth a look, and never refused, as boilerplate does that too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from leadline.errors import BadData
from leadline.ngrams import Corpus, Hits, Ids, Vocabulary
from leadline.records import Example, Problem
from leadline.words import words

SHORT = 5  # words; below it, only a whole prompt counts
LONG = 13  # words of the sequences that partial matches count (GPT-3's decontamination, appendix C)
ENOUGH = 0.8  # share of a problem's sequences in one example that makes a partial match
_COMMON = 0.01  # a sequence in more of the examples than this (and than 10) is boilerplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A problem and an example that holds it: `text` is what they share, in normalised words, and
    `share` how much of the problem's word sequences that is (1 for an exact match)."""

    problem_id: str
    example_id: str
    kind: Literal["exact", "partial"]
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class _Item:
    """A problem without the template: its words, and their ids."""

    problem: Problem
    words: list[str]
    ids: Ids


def find_leaks(examples: Sequence[Example], problems: Sequence[Problem]) -> list[Leak]:
    """Every exact and partial match, in the order of the problems, then of the examples."""
    prompts = [words(problem.prompt) for problem in problems]
    template = _template(prompts)
    stripped = [_strip(prompt, template) for prompt in prompts]
    vocabulary = Vocabulary(stripped)
    items = [
        _Item(problem, item, vocabulary.ids(item))
        for problem, item in zip(problems, stripped, strict=True)
    ]
    short = [item for item in items if len(item.words) < SHORT]
    leaks = [*_whole_prompts(examples, short, template)]
    if len(short) < len(items):
        corpus = Corpus((t for e in examples for t in (e.prompt, e.response)), vocabulary)
        for n in range(SHORT, LONG + 1):
            fitting = [item for item in items if min(len(item.words), LONG) == n]
            leaks += _contained(examples, fitting, corpus, n=n)
    place = {problem.id: i for i, problem in enumerate(problems)}
    return sorted(leaks, key=lambda leak: place[leak.problem_id])


def refuse_leaks(leaks: Iterable[Leak], *, shown: int = 3) -> None:
    """Raise BadData, with the first matches, if any leak is exact."""
    exact = [leak for leak in leaks if leak.kind == "exact"]
    if not exact:
        return
    first = "\n".join(
        f"  problem {leak.problem_id} in example {leak.example_id}: {_cut(leak.text)!r}"
        for leak in exact[:shown]
    )
    n_problems = len({leak.problem_id for leak in exact})
    n_examples = len({leak.example_id for leak in exact})
    raise BadData(
        f"{n_problems} test problems stand in {n_examples} training examples, so accuracy would "
        f"measure memory:\n{first}\nTake them out of the training data, or let leadline do it: "
        'on_leak="drop" drops these examples (and the study says how many).'
    )


def drop_leaks(examples: Iterable[Example], leaks: Iterable[Leak]) -> list[Example]:
    """The examples that hold no test problem exactly, in their order."""
    dropped = {leak.example_id for leak in leaks if leak.kind == "exact"}
    return [example for example in examples if example.id not in dropped]


def _template(prompts: Sequence[list[str]]) -> tuple[list[str], list[str]]:
    """The words that all prompts begin with, and those that they all then end with."""
    distinct = {tuple(prompt) for prompt in prompts}
    if len(distinct) < 2:
        return [], []
    prefix = _shared(distinct)
    rests = {prompt[len(prefix) :][::-1] for prompt in distinct}
    return prefix, _shared(rests)[::-1]


def _shared(prompts: Iterable[tuple[str, ...]]) -> list[str]:
    """The longest common beginning: that of the first and the last in sorted order."""
    ordered = sorted(prompts)
    shared = []
    for a, b in zip(ordered[0], ordered[-1], strict=False):
        if a != b:
            break
        shared.append(a)
    return shared


def _strip(prompt: list[str], template: tuple[list[str], list[str]]) -> list[str]:
    prefix, suffix = template
    if prefix and prompt[: len(prefix)] == prefix:
        prompt = prompt[len(prefix) :]
    if suffix and prompt[-len(suffix) :] == suffix:
        prompt = prompt[: -len(suffix)]
    return prompt


def _whole_prompts(
    examples: Sequence[Example], items: Sequence[_Item], template: tuple[list[str], list[str]]
) -> Iterator[Leak]:
    """Short items that are the whole prompt of an example."""
    if not items:
        return
    found: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        found[_key(example.prompt, _strip(words(example.prompt), template))].append(example.id)
    for item in items:
        key = _key(item.problem.prompt, item.words)
        for example_id in found.get(key, ()):
            yield _exact(item, example_id, text=key)


def _key(prompt: str, stripped: list[str]) -> str:
    return " ".join(stripped or words(prompt)) or " ".join(prompt.casefold().split())


def _contained(
    examples: Sequence[Example], items: Sequence[_Item], corpus: Corpus, *, n: int
) -> Iterator[Leak]:
    """Items of n words (or of LONG and more, for n = LONG) that stand in the corpus."""
    grams = [corpus.vocabulary.hashes(item.ids, n=n) for item in items]
    if not grams:
        return
    hits = corpus.find(np.concatenate(grams), n=n)
    first = 0
    for item, own in zip(items, grams, strict=True):
        mine = np.arange(first, first + len(own))
        first += len(own)
        holders = _holders(item, mine, hits, corpus)
        for i in holders:
            yield _exact(item, examples[i].id, text=" ".join(item.words))
        if n == LONG:
            yield from _partial(examples, item, mine, hits, corpus, exact=holders)


def _holders(item: _Item, grams: Ids, hits: Hits, corpus: Corpus) -> list[int]:
    """Numbers of the examples that hold the whole item, found from its rarest n-gram."""
    rarest = int(np.argmin(hits.counts[grams]))
    places = hits.of(int(grams[rarest])) - rarest
    held = {int(corpus.document[at]) // 2 for at in places if corpus.holds(item.ids, at=int(at))}
    return sorted(held)


def _partial(
    examples: Sequence[Example],
    item: _Item,
    grams: Ids,
    hits: Hits,
    corpus: Corpus,
    *,
    exact: Sequence[int],
) -> Iterator[Leak]:
    """Examples that hold most of the item's sequences, but not all of it."""
    telling = hits.counts[grams] <= max(10, _COMMON * len(examples))
    offsets: dict[int, list[int]] = defaultdict(list)
    for offset in np.flatnonzero(telling & (hits.counts[grams] > 0)):
        places = hits.of(int(grams[offset]))
        for example in np.unique(corpus.document[places] // 2):
            offsets[int(example)].append(int(offset))
    for example, found in sorted(offsets.items()):
        share = len(found) / int(telling.sum())
        if share >= ENOUGH and example not in exact:
            yield Leak(
                problem_id=item.problem.id,
                example_id=examples[example].id,
                kind="partial",
                text=" ".join(item.words[found[0] : found[-1] + LONG]),
                share=share,
            )


def _exact(item: _Item, example_id: str, *, text: str) -> Leak:
    return Leak(
        problem_id=item.problem.id, example_id=example_id, kind="exact", text=text, share=1.0
    )


def _cut(text: str, *, limit: int = 120) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
