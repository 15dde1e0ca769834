'''HumanEval+: 164 Python functions to write, each tested on about 760 inputs (Liu et al. 2023,
arXiv 2305.01210; Apache-2.0), of HumanEval (Chen et al. 2021, arXiv 2107.03374; MIT licence).

A row, shortened:

    task_id:            HumanEval/2
    prompt:             def truncate_number(number: float) -> float: """ Given a positive …"""
    canonical_solution: return number % 1.0
    base_input:         [[3.5], [1.33], [123.456]]      HumanEval's own tests
    plus_input:         [[1.0], [2.5], [20.0] …]        EvalPlus's

Source: https://github.com/evalplus/humanevalplus_release, v0.1.10.
'''

from dataclasses import dataclass
from typing import ClassVar

from leadline.grade.equality import Rule
from leadline.grade.evalplus.rules import humaneval_rule
from leadline.tasks.coding import Coding
from leadline.tasks.local_sets import LocalSet

FIELDS = (
    "task_id", "prompt", "entry_point", "canonical_solution", "base_input", "plus_input", "atol",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HumanEvalPlus(Coding):
    """164 problems; 1,570 base inputs and 122,683 plus inputs. See `Coding`."""

    word: ClassVar[str] = "humaneval_plus"
    protocols: ClassVar[tuple[str, ...]] = ("evalplus", "evalplus_as_is", "lm_eval")
    source: ClassVar[LocalSet] = LocalSet(
        name="HumanEval+ v0.1.10",
        local="humaneval_plus/HumanEvalPlus.jsonl.gz",
        fields=FIELDS,
        n_rows=164,
        digest="601116b76a4764403fabc3d79b754775c0619d2bffee072bd0d5ff22120392af",
        source="https://github.com/evalplus/humanevalplus_release/releases/tag/v0.1.10",
    )

    def rule(self, entry_point: str) -> Rule | None:
        return humaneval_rule(entry_point)
