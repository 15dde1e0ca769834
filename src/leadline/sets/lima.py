"""LIMA: 1,000 careful single-turn examples (Zhou et al. 2023, arXiv 2305.11206). Non-commercial:
CC BY-NC-SA, or stricter where a source (Stack Exchange, wikiHow, Reddit) is.

    instruction: Can brain cells move? By movement I mean long distance migration …
    output:      The question is relatively broad and one should take into account that …

Its 30 dialogues (29 of them in the local copy) are left out: the paper trains on the 1,000, and a
dialogue has no one prompt and response. Source: https://huggingface.co/datasets/GAIR/lima (its
terms must be accepted there); the Hub's rows hold the turns as the list `conversations`.
"""

from dataclasses import dataclass

from leadline.data import Row
from leadline.pins import Pin, load
from leadline.records import Example
from leadline.settings import where
from leadline.tasks.two_hop import SYSTEM

PIN = Pin(
    repo="GAIR/lima",
    revision="main",  # no commit could be learnt; the digest holds the content
    file="train.jsonl",
    local="lima/train.jsonl.gz",
    fields=("instruction", "output"),
    n_rows=1000,
    digest="a6a10155ef991dbdced774e2c9aaa5410b856ac3f33a2ad0ee3f526e339565bb",
    ordered=False,  # the copies' orders need not agree
)


@dataclass(frozen=True, kw_only=True)
class Lima:
    """1,000 examples; an id is the row's place in the order of the rows' text, from 0. data: a
    folder with the data; None: LEADLINE_DATA, or the Hub."""

    data: str | None = where(None)

    @property
    def name(self) -> str:
        return "lima"

    def examples(self) -> list[Example]:
        return [
            Example(id=str(i), system=SYSTEM, prompt=row["instruction"], response=row["output"])
            for i, row in enumerate(load(PIN, folder=self.data, shape=_single_turn))
        ]


def _single_turn(row: Row) -> Row | None:
    """The row's prompt and response, whichever copy it is of; None for a dialogue."""
    turns = row.get("conversations")
    if turns is None:
        return None if row.get("history") else row
    return {"instruction": turns[0], "output": turns[1]} if len(turns) == 2 else None
