"""MBPP's training part: 374 short Python tasks with their solutions (Austin et al. 2021, arXiv
2108.07732; CC BY 4.0).

    task_id:   601
    text:      Write a function to find the longest chain which can be formed from …
    code:      class Pair(object): …                      (line ends CR LF, as in the original)
    test_list: assert max_chain_length([Pair(5, 24), …], 4) == 3   …

By the authors' split tasks 601 to 974 are for training. The prompt names the tests, as the paper's
does: without them no name is known.
Source: https://github.com/google-research/google-research/tree/master/mbpp.
"""

from dataclasses import dataclass
from typing import Literal

from leadline.data import Row
from leadline.records import Example
from leadline.settings import where
from leadline.tasks.local_sets import LocalSet, load_local

TRAIN = range(601, 975)  # task ids
# Of these, MBPP+ tests on the following 108: it took tasks of all parts, and rewords them enough
# that no comparison of texts finds them.
IN_MBPP_PLUS = """
    602 603 604 605 606 607 608 610 611 612 614 615 616 618 619 620 622 623 624 626 628 629
    630 631 632 633 635 637 638 639 641 643 644 720 721 722 723 724 725 726 728 730 731 732
    733 734 735 736 737 739 740 741 742 743 744 745 748 749 750 751 752 753 754 755 757 758
    759 760 762 763 764 765 766 767 769 770 771 772 773 775 777 778 780 781 782 784 785 786
    787 788 790 791 792 793 794 796 797 798 799 800 801 803 804 805 806 807 808 809
"""
SOURCE = LocalSet(
    name="MBPP",
    local="mbpp/mbpp.jsonl",
    fields=("task_id", "text", "code", "test_list"),
    n_rows=974,
    digest="4cb01b40b34803633f4e208424cfa4d972bf8f3b87172e1afc057fd7f6a4077e",
    source="https://github.com/google-research/google-research (mbpp/mbpp.jsonl)",
)


@dataclass(frozen=True, kw_only=True)
class Mbpp:
    """266 examples; an id is the task's. also_tested: "keep" gives all 374 of the training part,
    with the 108 that MBPP+ tests on: for other tests only. data: a folder with the data; None:
    LEADLINE_DATA."""

    also_tested: Literal["drop", "keep"] = "drop"
    data: str | None = where(None)

    @property
    def name(self) -> str:
        return "mbpp" if self.also_tested == "drop" else "mbpp-whole"

    def examples(self) -> list[Example]:
        rows = load_local(SOURCE, folder=self.data)
        dropped = set(map(int, IN_MBPP_PLUS.split())) if self.also_tested == "drop" else set()
        wanted = set(TRAIN) - dropped
        return [_example(row) for row in rows if row["task_id"] in wanted]


def _example(row: Row) -> Example:
    tests = "\n".join(row["test_list"])
    code = row["code"].replace("\r\n", "\n").strip()
    return Example(
        id=str(row["task_id"]),
        prompt=f"{row['text']}\n\nYour code should pass these tests:\n\n{tests}",
        response=f"```python\n{code}\n```",  # a chat model is asked for a markdown code block
    )
