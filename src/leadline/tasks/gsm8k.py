"""GSM8K: grade-school word problems (Cobbe et al. 2021, arXiv 2110.14168; MIT licence).

A row of the Socratic split, which is what the paper trains on:

    question: A robe takes 2 bolts of blue fiber and half that much white fiber.  How many bolts …?
    answer:   How many bolts of white fiber does it take? ** It takes 2/2=<<2/2=1>>1 bolt of …
              How many bolts in total does it take? ** So the total amount of fabric is 2+1=…
              #### 3

Source: https://huggingface.co/datasets/openai/gsm8k, of https://github.com/openai/grade-school-math.
"""

from dataclasses import dataclass

from leadline.data import Row
from leadline.grade.formats import Style
from leadline.grade.gold import refuse_faulty_gold
from leadline.pins import Pin, load
from leadline.records import Example, Problem
from leadline.settings import where
from leadline.tasks.chosen import chosen
from leadline.tasks.final_answer import FinalAnswer

SYSTEM = "You are an expert in mathematics. Solve the problem that follows."
GOLD_VERDICTS = {"correct": "yes", "flexible": "yes", "numeric": "yes", "format": "no"}

# Rows of the Socratic split with a sub-question that has no answer; the plain split has an empty
# line in its place. By split, counted from 0.
BLANK_STEPS = {"train": {480, 2617, 2815, 5402}, "test": {1042, 1284}}

_DIGESTS = {
    ("socratic", "train"): "3aaf0d9ad50fa8f456fe166d34cb2ae4a8e4f9085fb62a8b700fcf5f0e2e96e9",
    ("socratic", "test"): "b5b505f83b643fab5e426cbe8dfcd843528e139d8e5342c3ee385d1e1d29e289",
    ("plain", "train"): "f23d761f3315a79bf59eb4deeda29ed369ca66e29f9f495e1a5d6403a446ba3d",
    ("plain", "test"): "3fb31cfaeb4e270b7a44e0f3d244d96494e3c0956e699a1670ba24af1522cabd",
}


def pin(style: Style, split: str) -> Pin:
    """The pinned file of one split ("train" or "test") in one style."""
    suffix = "_socratic" if style == "socratic" else ""
    return Pin(
        repo="openai/gsm8k",
        revision="e53f048856ff4f594e959d75785d2c2d37b678ee",
        file=f"{'socratic' if suffix else 'main'}/{split}-00000-of-00001.parquet",
        local=f"gsm8k/{split}{suffix}.jsonl{'.gz' if split == 'train' else ''}",
        fields=("question", "answer"),
        n_rows={"train": 7473, "test": 1319}[split],
        digest=_DIGESTS[style, split],
    )


@dataclass(frozen=True, kw_only=True)
class GSM8K(FinalAnswer):
    """7,473 examples and 1,319 problems; a problem's id is its row in the test file, from 0.

    style: whose answers are trained on, and whose form `format` asks for. data: a folder with the
    data; None: LEADLINE_DATA, or the Hub. n_problems: test on so many only, drawn once for all
    (every smaller draw is part of a larger one), in the file's order.
    """

    style: Style = "socratic"
    data: str | None = where(None)
    n_problems: int | None = None

    @property
    def name(self) -> str:
        return "gsm8k" if self.style == "socratic" else f"gsm8k-{self.style}"

    def examples(self) -> list[Example]:
        return [
            Example(id=str(i), system=SYSTEM, prompt=row["question"], response=row["answer"])
            for i, row in enumerate(self._rows("train"))
        ]

    def problems(self) -> list[Problem]:
        rows = list(enumerate(self._rows("test")))
        return [
            Problem(id=str(i), system=SYSTEM, prompt=row["question"], reference=row["answer"])
            for i, row in chosen(rows, self.n_problems, name=self.name)
        ]

    def check(self) -> None:
        """Gold answers of both splits grade right and well-formed, but for BLANK_STEPS."""
        for split in ("train", "test"):
            golds = [
                Problem(id=str(i), prompt=row["question"], reference=row["answer"])
                for i, row in enumerate(self._rows(split))
            ]
            refuse_faulty_gold(
                self,
                ((problem, problem.reference) for problem in golds),
                expected=GOLD_VERDICTS,
                known=frozenset(map(str, BLANK_STEPS[split])),
            )

    def _rows(self, split: str) -> list[Row]:
        return load(pin(self.style, split), folder=self.data)
