"""Conifer: instructions with ever more constraints, written and answered by GPT-4 (Sun et al. 2024,
arXiv 2404.02823; Apache-2.0). 13,606 dialogues, each with

    type:     Easy-to-Hard, or Process Feedback
    messages: [{"role": "user", "content": …}, {"role": "assistant", "content": …}, …]

In an Easy-to-Hard dialogue every user turn is a whole question with one constraint more, so that
each turn stands alone. The paper takes dialogues of at least 4 turns: their first turns are
ConiferEasy, their last ones ConiferHard. A turn is read here as a question with its answer: the
Process Feedback dialogues, whose later questions are complaints, have two at most and drop out.

Source: https://huggingface.co/datasets/ConiferLM/Conifer. No copy could be had when this was
written, so its rows are held to their number only.
"""

from dataclasses import dataclass
from typing import Literal

from leadline.data import Row
from leadline.errors import BadData
from leadline.pins import Pin, load
from leadline.records import Example
from leadline.settings import where
from leadline.tasks.two_hop import SYSTEM  # PAPER.md: "same system message as multi-hop"

FEWEST_TURNS = 4  # PAPER.md: dialogues with at least 4 turns

PIN = Pin(
    repo="ConiferLM/Conifer",
    revision="main",
    file="data/train_sft-00000-of-00001.parquet",
    local="conifer/train_sft.parquet",
    fields=("messages",),
    n_rows=13606,
    digest="",
)


@dataclass(frozen=True, kw_only=True)
class Conifer:
    """level: "hard" takes the last turns, "easy" the first ones of the same dialogues. An id is the
    dialogue's row in the file, from 0. data: a folder with the data; None: LEADLINE_DATA, or the
    Hub."""

    level: Literal["hard", "easy"] = "hard"
    data: str | None = where(None)

    @property
    def name(self) -> str:
        return f"conifer-{self.level}"

    def examples(self) -> list[Example]:
        dialogues = [_turns(i, row) for i, row in enumerate(load(PIN, folder=self.data))]
        place = -1 if self.level == "hard" else 0
        return [
            Example(id=str(i), system=SYSTEM, prompt=turns[place][0], response=turns[place][1])
            for i, turns in enumerate(dialogues)
            if len(turns) >= FEWEST_TURNS
        ]


def _turns(number: int, row: Row) -> list[tuple[str, str]]:
    """The questions and answers of a dialogue. Raises BadData if they do not alternate."""
    messages = row["messages"]
    roles = [message["role"] for message in messages]
    if roles != ["user", "assistant"] * (len(roles) // 2):
        raise BadData(
            f"{PIN.repo}, row {number}: the messages are {', '.join(roles)}, and must be user and "
            "assistant in turn. Get the file again."
        )
    texts = [str(message["content"]) for message in messages]
    return list(zip(texts[::2], texts[1::2], strict=True))
