'''MBPP+: 378 short Python tasks, each tested on about 110 inputs (Liu et al. 2023, arXiv
2305.01210; Apache-2.0), of MBPP (Austin et al. 2021, arXiv 2108.07732; CC BY 4.0).

A row, shortened:

    task_id:            Mbpp/2
    prompt:             """Write a function to find the shared elements from the given two lists.
                        assert set(similar_elements((3, 4, 5, 6),(5, 7, 4, 10))) == set((4, 5))"""
    canonical_solution: def similar_elements(test_tup1, test_tup2): …
    base_input:         [[[3, 4, 5, 6], [5, 7, 4, 10]], …]    tuples, once read (mbpp_inputs.py)
    plus_input:         [[[], []], …]

Source: https://github.com/evalplus/mbppplus_release, v0.2.0.
'''

from dataclasses import dataclass
from typing import Any, ClassVar

from leadline.data import Row
from leadline.grade.equality import Rule
from leadline.grade.evalplus.mbpp_inputs import as_called
from leadline.grade.evalplus.rules import mbpp_rule
from leadline.grade.evalplus.suites import Suite
from leadline.tasks.coding import Coding
from leadline.tasks.humaneval_plus import FIELDS
from leadline.tasks.local_sets import LocalSet


@dataclass(frozen=True, kw_only=True)
class MbppPlus(Coding):
    """378 problems; 1,174 base inputs and 39,841 plus inputs. See `Coding`. There is no protocol
    lm_eval: that harness's mbpp_plus runs only the three assertions of the prompt."""

    word: ClassVar[str] = "mbpp_plus"
    protocols: ClassVar[tuple[str, ...]] = ("evalplus", "evalplus_as_is")
    source: ClassVar[LocalSet] = LocalSet(
        name="MBPP+ v0.2.0",
        local="mbpp_plus/MbppPlus.jsonl.gz",
        fields=FIELDS,
        n_rows=378,
        digest="edd2e01a08f5e736538ecf708a3dc362419f2ca107c2fc89f02596415ab0a0bf",
        source="https://github.com/evalplus/mbppplus_release/releases/tag/v0.2.0",
        numbers="python",  # -Infinity is an input of Mbpp/404
    )

    def inputs(self, row: Row, suite: Suite) -> list[Any]:
        return as_called(row["task_id"], row[f"{suite}_input"])

    def rule(self, entry_point: str) -> Rule | None:
        return mbpp_rule(entry_point)
