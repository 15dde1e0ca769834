"""StarCoder2's self-aligned instructions: about 50,000 Python tasks made from real functions, each
with a response by the same model that passed the tests it wrote (Wei et al. 2024, arXiv
2410.24198; ODC-By). The paper trains on 10,000 of them.

    instruction: Write a Python function `min_length_subarray` to find the minimum length of …
    response:    Here is the implementation …  ```python … ```

Its authors removed what overlaps with HumanEval and MBPP. Source:
https://huggingface.co/datasets/bigcode/self-oss-instruct-sc2-exec-filter-50k. No copy could be had
when this was written: the Hub's commit holds the content, and fields are checked when it is read.
"""

from dataclasses import dataclass

from leadline.pins import Pin, load
from leadline.records import Example
from leadline.settings import where

PIN = Pin(
    repo="bigcode/self-oss-instruct-sc2-exec-filter-50k",
    revision="356bb069eee815daa6e23e9a282eeefe1490ad44",
    file="data/train-00000-of-00001.parquet",
    local="self_align/train.parquet",
    fields=("instruction", "response"),
    n_rows=0,
    digest="",
)


@dataclass(frozen=True, kw_only=True)
class SelfAlign:
    """About 50,000 examples; an id is the row's place in the file, from 0. data: a folder with the
    data; None: LEADLINE_DATA, or the Hub."""

    data: str | None = where(None)

    @property
    def name(self) -> str:
        return "self-align"

    def examples(self) -> list[Example]:
        return [
            Example(id=str(i), prompt=row["instruction"], response=row["response"])
            for i, row in enumerate(load(PIN, folder=self.data))
        ]
