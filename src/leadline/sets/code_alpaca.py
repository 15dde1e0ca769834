"""Code Alpaca: 2,017 instructions about code in several languages, answered by text-davinci-003 and
not checked (Chaudhary 2023; CC BY-NC 4.0, not for commercial use).

    instruction: What are the distinct values from the given list?
    input:       dataList = [3, 9, 3, 5, 7, 9, 5]          (often empty)
    output:      The distinct values from the given list are 3, 5, 7 and 9.

Source: https://github.com/sahil280114/codealpaca, data/code_alpaca_2k.json at 2f78ddc5c6. It was
not cleared of HumanEval's or MBPP's problems: `leadline` checks for leaks before it trains.
"""

from dataclasses import dataclass

from leadline.records import Example
from leadline.settings import where
from leadline.tasks.local_sets import LocalSet, load_local

SOURCE = LocalSet(
    name="Code Alpaca 2k",
    local="code_alpaca/code_alpaca_2k.jsonl",
    fields=("instruction", "input", "output"),
    n_rows=2017,
    digest="05a2b12dc37ae7787555e7534fcddc71d2a984fd36696b116b21699c474ad8d8",
    source="https://github.com/sahil280114/codealpaca (data/code_alpaca_2k.json, one row a line)",
)


@dataclass(frozen=True, kw_only=True)
class CodeAlpaca:
    """2,017 examples; an id is the row's place in the file, from 0. data: a folder with the data;
    None: LEADLINE_DATA."""

    data: str | None = where(None)

    @property
    def name(self) -> str:
        return "code-alpaca"

    def examples(self) -> list[Example]:
        rows = load_local(SOURCE, folder=self.data)
        return [
            Example(
                id=str(i),
                prompt="\n\n".join(filter(None, (row["instruction"], row["input"]))),
                response=row["output"],
            )
            for i, row in enumerate(rows)
        ]
