"""Dolly 15k: instructions and responses written by Databricks' staff (2023; CC BY-SA 3.0).

    instruction: When did Virgin Australia start operating?
    context:     Virgin Australia, the trading name of Virgin Australia Airlines Pty Ltd, is an …
    response:    Virgin Australia commenced services on 31 August 2000 as Virgin Blue, with two …
    category:    closed_qa

Source: https://huggingface.co/datasets/databricks/databricks-dolly-15k.
"""

from dataclasses import dataclass

from leadline.data import Row
from leadline.pins import Pin, load
from leadline.records import Example
from leadline.settings import where
from leadline.tasks.two_hop import SYSTEM  # PAPER.md: "Dolly the same"

PIN = Pin(
    repo="databricks/databricks-dolly-15k",
    revision="bdd27f4d94b9c1f951818a7da7fd7aeea5dbff1a",
    file="databricks-dolly-15k.jsonl",
    local="dolly/dolly_15k.jsonl.gz",
    fields=("instruction", "context", "response", "category"),
    n_rows=15011,
    digest="30ff7337f3b0391a78bbb437eab56dbad244c96596e73d22b5b3c04db41c9c45",
    ordered=False,  # copies of it lie in different orders
)


@dataclass(frozen=True, kw_only=True)
class Dolly:
    """15,011 examples; 4,467 have a context, which comes after the instruction and an empty line.
    An id is the row's place in the order of the rows' text, from 0. data: a folder with the data;
    None: LEADLINE_DATA, or the Hub."""

    data: str | None = where(None)

    @property
    def name(self) -> str:
        return "dolly"

    def examples(self) -> list[Example]:
        return [
            Example(id=str(i), system=SYSTEM, prompt=_prompt(row), response=row["response"])
            for i, row in enumerate(load(PIN, folder=self.data))
        ]


def _prompt(row: Row) -> str:
    instruction, context = str(row["instruction"]), str(row["context"])
    return f"{instruction}\n\n{context}" if context.strip() else instruction
