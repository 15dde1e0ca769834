"""Which words of the command line are tasks: one entry each, with what a reader wants to know.

A new task is one entry of TASKS. The figures stand here so that `leadline tasks` needs no data;
tests/tasks/test_catalog.py holds them against the data themselves.
"""

from leadline.near import one_of
from leadline.tasks.entry import PAPER, Entry, Protocol
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.gsm_symbolic import GsmSymbolic
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.shifted import GsmHard, GsmPlus, Svamp

HERE = "made by leadline itself"
_FINAL_ANSWER = (PAPER, Protocol(name="lm_eval", questions=("correct", "flexible")))

TASKS = (
    Entry(
        word="gsm8k",
        what="grade-school word problems; trained on answers with sub-questions (Socratic)",
        make=GSM8K,
        n_problems=1319,
        n_examples=7473,
        licence="MIT",
        source="Hub: openai/gsm8k",
        folder="gsm8k",
        settings={"style": "socratic"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm8k-plain",
        what="the same problems; trained on plain answers",
        make=GSM8K,
        n_problems=1319,
        n_examples=7473,
        licence="MIT",
        source="Hub: openai/gsm8k",
        folder="gsm8k",
        settings={"style": "plain"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm-symbolic",
        what="GSM8K test problems with fresh names and numbers (GSM-Symbolic)",
        make=GsmSymbolic,
        n_problems=1000,
        n_examples=0,
        licence="Apple sample code",
        source="GitHub: apple/ml-gsm-symbolic",
        folder="gsm_symbolic_templates",
        settings={"variant": "symbolic"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm-symbolic-p1",
        what="the same with one clause more",
        make=GsmSymbolic,
        n_problems=1000,
        n_examples=0,
        licence="Apple sample code",
        source="GitHub: apple/ml-gsm-symbolic",
        folder="gsm_symbolic_templates",
        settings={"variant": "p1"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm-symbolic-p2",
        what="the same with two clauses more",
        make=GsmSymbolic,
        n_problems=500,
        n_examples=0,
        licence="Apple sample code",
        source="GitHub: apple/ml-gsm-symbolic",
        folder="gsm_symbolic_templates",
        settings={"variant": "p2"},
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm-plus",
        what="perturbed GSM8K test problems (GSM-Plus, testmini)",
        make=GsmPlus,
        n_problems=2093,
        n_examples=0,
        licence="MIT",
        source="GitHub: qtli/GSM-Plus",
        folder="gsm_plus",
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="gsm-hard",
        what="GSM8K test problems with large numbers",
        make=GsmHard,
        n_problems=1016,
        n_examples=0,
        licence="Apache-2.0",
        source="Hub: reasoning-machines/gsm-hard",
        folder="gsm_hard",
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="svamp",
        what="easier word problems that are not GSM8K's",
        make=Svamp,
        n_problems=1000,
        n_examples=0,
        licence="MIT",
        source="GitHub: arkilpatel/SVAMP",
        folder="svamp",
        protocols=_FINAL_ANSWER,
    ),
    Entry(
        word="miniature-maths",
        what="word problems of the miniature world",
        make=MiniatureMaths,
        n_problems=500,
        n_examples=10_000,
        licence="Apache-2.0",
        source=HERE,
        protocols=_FINAL_ANSWER,
    ),
)


def find_task(word: str, *, what: str = "task") -> Entry:
    """The entry of a task's word; `_` and `-` are one. Raises BadStudy with the nearest words."""
    by_word = {entry.word: entry for entry in TASKS}
    plain = {name.replace("_", "-"): name for name in by_word}
    name = plain.get(word.strip().lower().replace("_", "-"), word)
    return by_word[one_of(name, by_word, what=what)]
