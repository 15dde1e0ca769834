"""The two-hop sets as rows of one shape, and their split into training and held-out questions.

No entity chain is on both sides of a split: two questions are linked if they share a link, and
linked questions go to the same side. The links of a question are its two sub-questions (as words,
the first answer filled in) and, where the second is about the first's answer alone, that answer;
for Compositional Celebrities the first sub-question counts as its celebrity, so that nobody whose
birth year is trained on is asked for by birthplace (countries are on both sides: what is new is
the chain). The order in which linked groups are held out is that of a hash: no seed, no choice.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leadline.data import Row
from leadline.tasks.local_sets import LocalSet
from leadline.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoHopRow:
    """A question, its two (sub-question, sub-answer) hops, and every accepted answer, the one to
    train on first. `links` are what it must not share with the other side of a split."""

    id: str
    question: str
    hops: tuple[tuple[str, str], tuple[str, str]]
    golds: tuple[str, ...]
    links: tuple[str, ...]
    category: str = ""


_CELEBRITY = re.compile(
    r"^(?:What is the birthdate of|In what year was|What is the birthplace \(country only\) of) "
    r"(.+?)(?: born)?\?$"
)
_REFERENCE = re.compile(r"#1\b")

CELEBRITIES = LocalSet(
    name="Compositional Celebrities (subset of 1,000)",
    local="compositional_celebrities/subset.jsonl",
    fields=("Question", "Answer", "Q1", "A1", "Q2", "A2", "category"),
    n_rows=1000,
    digest="aeb74534f3c5774c4447c56376fd6247226d328c783c7001179148b1ee065720",
    source="https://github.com/LoganMilandin/comp-gap-public (data/, one row a line)",
)
BAMBOOGLE = LocalSet(
    name="Bamboogle with sub-questions",
    local="bamboogle/bamboogle.jsonl",
    fields=("Question", "Answer", "Q1", "A1", "Q2", "A2"),
    n_rows=125,
    digest="60902b21720a2882a8d56188b00c7330791e374d0cbfac003b9992bd36b5fe5d",
    source="https://github.com/LoganMilandin/comp-gap-public (data/, one row a line)",
)
MUSIQUE = LocalSet(
    name="MuSiQue sample (300 rows, 213 of two hops)",
    local="musique/sample.jsonl",
    fields=("id", "question", "answer", "answer_aliases", "question_decomposition"),
    n_rows=300,
    digest="74bcdc5b656a66451ad04329f9e8aec35846c1338ad335ceb17a634cae60f1f2",
    source="https://github.com/AdelWang/MIGRES and https://github.com/OpenSPG/KAG",
)


def celebrities(number: int, row: Row) -> TwoHopRow | None:
    """Any of a row's answers is accepted; the first is trained on."""
    golds = tuple(str(answer) for answer in row["Answer"])
    person = _CELEBRITY.match(row["Q1"])
    about = person[1] if person else row["Q1"]
    return TwoHopRow(
        id=str(number),
        question=row["Question"],
        hops=((row["Q1"], str(row["A1"][0])), (row["Q2"], golds[0])),
        golds=golds,
        links=(link("first", about), link("second", row["Q2"])),
        category=row["category"],
    )


def bamboogle(number: int, row: Row) -> TwoHopRow | None:
    """Only the published answer is accepted: the sub-answers are other people's, and some of them
    contradict it."""
    answer = row["Answer"].strip()
    bridge = row["A1"][0]
    return TwoHopRow(
        id=str(number),
        question=row["Question"],
        hops=((row["Q1"], bridge), (row["Q2"].strip(), answer)),
        golds=(answer,),
        links=(link("first", row["Q1"]), link("bridge", bridge), link("second", row["Q2"])),
    )


def musique(_number: int, row: Row) -> TwoHopRow | None:
    """The two-hop rows; None for longer chains. `#1` becomes the first answer, and a sub-question
    written `entity >> relation` becomes `entity: relation?`."""
    steps = row["question_decomposition"]
    if len(steps) != 2:
        return None
    bridge = steps[0]["answer"]
    second = _REFERENCE.sub(lambda _: bridge, steps[1]["question"])
    golds = (row["answer"], *row["answer_aliases"])
    return TwoHopRow(
        id=row["id"],
        question=row["question"],
        hops=((_asked(steps[0]["question"]), bridge), (_asked(second), row["answer"])),
        golds=golds,
        links=(
            link("first", steps[0]["question"]),
            link("bridge", bridge),
            link("second", second),
        ),
    )


Reader = Callable[[int, Row], TwoHopRow | None]
STAND_INS: dict[str, tuple[LocalSet, Reader]] = {
    "compositional_celebrities": (CELEBRITIES, celebrities),
    "bamboogle": (BAMBOOGLE, bamboogle),
    "musique": (MUSIQUE, musique),
}


def hold_out(rows: Sequence[TwoHopRow], *, n: int) -> tuple[list[TwoHopRow], list[TwoHopRow]]:
    """(training, held out): n held-out questions that share no link with the others, both in the
    order of the rows. Whole groups of linked questions are taken, in the order of the SHA-256 of
    their first link, and one that is too large for what is left is passed over."""
    held: set[str] = set()
    for group in sorted(linked_groups(rows), key=_first_hash):
        if len(held) + len(group) <= n:
            held |= {row.id for row in group}
    return [row for row in rows if row.id not in held], [row for row in rows if row.id in held]


def linked_groups(rows: Sequence[TwoHopRow]) -> list[list[TwoHopRow]]:
    """The rows in groups, so that rows of different groups share no link."""
    parent: dict[str, str] = {}

    def root(link: str) -> str:
        while parent.setdefault(link, link) != link:
            parent[link] = parent[parent[link]]
            link = parent[link]
        return link

    for row in rows:
        for link in row.links[1:]:
            parent[root(link)] = root(row.links[0])
    groups: dict[str, list[TwoHopRow]] = defaultdict(list)
    for row in rows:
        groups[root(row.links[0])].append(row)
    return list(groups.values())


def _first_hash(group: Sequence[TwoHopRow]) -> str:
    first = min(link for row in group for link in row.links)
    return hashlib.sha256(first.encode()).hexdigest()


def link(kind: str, text: str) -> str:
    """One link of a chain: what it is in the chain, and its words."""
    return f"{kind}: {' '.join(words(text))}"


def _asked(text: str) -> str:
    entity, arrows, relation = (part.strip() for part in text.partition(">>"))
    question = f"{entity}: {relation}" if arrows else text.strip()
    question = question.replace(" ?", "?")
    return question if question.endswith("?") else question + "?"
