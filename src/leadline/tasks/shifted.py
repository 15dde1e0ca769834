"""Three published sets that shift GSM8K: perturbed, with large numbers, and from elsewhere.

- GsmPlus: 7 perturbations of 300 GSM8K test problems (arXiv 2402.19255). 2,093 of its 2,400 rows:
  without the 300 that lack a needed fact and want that noticed, and 7 with a fraction as answer.
- GsmHard: GSM8K with large numbers, made by machine (arXiv 2211.10435). 1,016 of its 1,319 rows:
  without the 303 whose answer is not whole (shares of people and the like).
- Svamp: 1,000 easier word problems, not from GSM8K (arXiv 2103.07191).

What is left out has no number that a `#### number` line could state. `group` is the row of the
original in GSM8K's test file; Svamp has no originals and its groups are empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from leadline.data import Row
from leadline.grade.formats import Style
from leadline.grade.gold import refuse_faulty_gold
from leadline.pins import Pin, load
from leadline.records import Problem
from leadline.settings import where
from leadline.tasks.chosen import chosen
from leadline.tasks.final_answer import WithoutExamples
from leadline.tasks.gsm8k import SYSTEM
from leadline.tasks.gsm8k import pin as gsm8k_pin
from leadline.tasks.local_sets import LocalSet, load_local

GOLD_VERDICTS = {"correct": "yes", "flexible": "yes", "numeric": "yes"}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)

GSM_PLUS = LocalSet(
    name="GSM-Plus testmini",
    local="gsm_plus/testmini.jsonl",
    fields=("question", "answer", "perturbation_type", "gsm8k_test_index"),
    n_rows=2400,
    digest="d688fa07734772ce5ed68e95a91f231d333a17caec3712bba62ae6f900358c93",
    source="https://github.com/qtli/GSM-Plus (seed questions replaced by GSM8K test row numbers)",
)
GSM_HARD = Pin(
    repo="reasoning-machines/gsm-hard",
    revision="main",  # the digest pins the content
    file="gsmhardv2.jsonl",
    local="gsm_hard/gsmhardv2.jsonl",
    fields=("input", "code", "target"),
    n_rows=1319,
    digest="115313212edfc66c3ebf18931057f6fee134723bd8cd94ab5b159206bfd1391d",
)
SVAMP = LocalSet(
    name="SVAMP",
    local="svamp/SVAMP.jsonl",
    fields=("ID", "Body", "Question", "Answer"),
    n_rows=1000,
    digest="f1ecce72c0c94eba70801fb7ae083dbeefcb67105ce81abe310a00ccf4f17197",
    source="https://github.com/arkilpatel/SVAMP (SVAMP.json, one row a line)",
)


@dataclass(frozen=True, kw_only=True)
class _Shifted(WithoutExamples):
    """What the three share. data: a folder with the set; None: LEADLINE_DATA (or the Hub, where
    the set is there). n_problems: so many only, drawn once for all; fewer are a part of more."""

    error_kinds: ClassVar[tuple[str, ...]] = ("arithmetic",)  # there are no gold solutions

    style: Style = "socratic"
    data: str | None = where(None)
    n_problems: int | None = None

    def problems(self) -> list[Problem]:
        return chosen(list(self._all()), self.n_problems, name=self.name)

    def check(self) -> None:
        """Every gold answer grades right."""
        golds = ((problem, problem.reference) for problem in self._all())
        refuse_faulty_gold(self, golds, expected=GOLD_VERDICTS)

    def _all(self) -> Iterable[Problem]:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class GsmPlus(_Shifted):
    """Perturbed GSM8K test problems; a problem's id is its row in the file, from 0, and
    `detail["perturbation"]` says what was changed."""

    @property
    def name(self) -> str:
        return "gsm-plus"

    def _all(self) -> Iterable[Problem]:
        for number, row in enumerate(load_local(GSM_PLUS, folder=self.data)):
            if _NUMBER.fullmatch(row["answer"]):
                yield _problem(
                    str(number),
                    row["question"],
                    row["answer"],
                    group=str(row["gsm8k_test_index"]),
                    perturbation=row["perturbation_type"],
                )


@dataclass(frozen=True, kw_only=True)
class GsmHard(_Shifted):
    """GSM8K test problems with large numbers; a problem's id is its row in the file, from 0. The
    original is found by its question, which stands in the row's program; three rows, of which one
    has none and two have an edited one, have an empty group."""

    @property
    def name(self) -> str:
        return "gsm-hard"

    @cached_property
    def _originals(self) -> dict[str, str]:
        rows = load(gsm8k_pin("plain", "test"), folder=self.data)
        return {_spaced(row["question"]): str(i) for i, row in enumerate(rows)}

    def _all(self) -> Iterable[Problem]:
        for number, row in enumerate(load(GSM_HARD, folder=self.data)):
            if float(row["target"]).is_integer():
                original = self._originals.get(_question_in(row), "")
                yield _problem(str(number), row["input"], f"{row['target']:.0f}", group=original)


@dataclass(frozen=True, kw_only=True)
class Svamp(_Shifted):
    """Arithmetic word problems of one step; a problem's id is the set's own."""

    @property
    def name(self) -> str:
        return "svamp"

    def _all(self) -> Iterable[Problem]:
        for row in load_local(SVAMP, folder=self.data):
            body = row["Body"].strip()
            body += "" if body[-1] in ".?!," else "."
            prompt = f"{body} {row['Question'].strip()}"
            yield _problem(row["ID"], prompt, f"{row['Answer']:.0f}", group="")


def _problem(number: str, prompt: str, answer: str, *, group: str, **detail: str) -> Problem:
    return Problem(
        id=number,
        system=SYSTEM,
        prompt=prompt,
        reference=f"#### {answer}",
        group=group,
        detail=detail,
    )


def _question_in(row: Row) -> str:
    found = _DOCSTRING.search(row["code"])
    return _spaced(found[1]) if found else ""


def _spaced(text: str) -> str:
    return " ".join(text.split())
