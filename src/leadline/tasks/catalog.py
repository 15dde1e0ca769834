"""Which words of the command line are tasks: one entry each, with what a reader wants to know.

A new task is one entry of TASKS. The figures stand here so that `leadline tasks` needs no data;
tests/tasks/test_catalog.py holds them against the data themselves.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

from leadline.near import one_of
from leadline.protocols import Task
from leadline.tasks.entry import PAPER, Entry, Protocol
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.gsm_symbolic import GsmSymbolic
from leadline.tasks.humaneval_plus import HumanEvalPlus
from leadline.tasks.ifeval import IFEval
from leadline.tasks.lm_eval import LmEvalTask
from leadline.tasks.mbpp_plus import MbppPlus
from leadline.tasks.miniature_code import MiniatureCode
from leadline.tasks.miniature_instructions import MiniatureInstructions
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.miniature_recall import MiniatureRecall
from leadline.tasks.miniature_two_hop import MiniatureTwoHop
from leadline.tasks.shifted import GsmHard, GsmPlus, Svamp
from leadline.tasks.two_hop import Source, TwoHop

HERE = "made by leadline itself"
LM_EVAL = "lm_eval:"  # before the name of any generative task of lm-evaluation-harness
_FINAL_ANSWER = (
    PAPER,
    Protocol(name="lm_eval", questions=("correct", "flexible")),
    Protocol(name="numeric", questions=("numeric",)),  # for responses that know no ####
)
_RULE = Protocol(name="rule")  # ours: no other harness has the task
_GOOGLE = (Protocol(name="google"), Protocol(name="lm_eval"))  # they agree, bug for bug


def _gsm_symbolic(variant: str, *, n_problems: int, what: str) -> Entry:
    return Entry(
        word="gsm-symbolic" if variant == "symbolic" else f"gsm-symbolic-{variant}",
        what=what,
        make=GsmSymbolic,
        n_problems=n_problems,
        n_examples=0,
        licence="Apple sample code",
        source="GitHub: apple/ml-gsm-symbolic",
        folder="gsm_symbolic_templates",
        settings={"variant": variant},
        protocols=_FINAL_ANSWER,
    )


def _two_hop(
    source: Source, *, n_examples: int, n_all: int, licence: str, where: str
) -> tuple[Entry, Entry]:
    """A set's held-out questions, and all of its questions."""
    own = "subqa" if source == "subqa" else f"two-hop-{source.replace('_', '-')}"
    held_out = Entry(
        word=own,
        what="two-hop questions; examples: the others, and sub-questions",
        make=TwoHop,
        n_problems=100,
        n_examples=n_examples,
        licence=licence,
        source=where,
        folder=source,
        settings={"source": source},
        protocols=(_RULE,),
    )
    everything = dataclasses.replace(
        held_out,
        word=f"{own}-all",
        what="all two-hop questions of the set",
        n_problems=n_all,
        n_examples=0,
        settings={"source": source, "part": "all"},
    )
    return held_out, everything


def _miniature(make: Callable[..., Task], word: str, *, what: str, **more: Any) -> Entry:
    return Entry(
        word=word,
        what=what,
        make=make,
        n_problems=500,
        n_examples=10_000,
        licence="Apache-2.0",
        source=HERE,
        **more,
    )


TASKS: tuple[Entry, ...] = (
    Entry(
        word="gsm8k",
        what="grade-school word problems; examples in Socratic form",
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
        what="the same problems; examples in plain form",
        make=GSM8K,
        n_problems=1319,
        n_examples=7473,
        licence="MIT",
        source="Hub: openai/gsm8k",
        folder="gsm8k",
        settings={"style": "plain"},
        protocols=_FINAL_ANSWER,
    ),
    _gsm_symbolic("symbolic", n_problems=1000, what="GSM8K problems with fresh names and numbers"),
    _gsm_symbolic("p1", n_problems=1000, what="the same with one clause more"),
    _gsm_symbolic("p2", n_problems=500, what="the same with two clauses more"),
    Entry(
        word="gsm-plus",
        what="perturbed GSM8K problems (GSM-Plus, testmini)",
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
        what="GSM8K problems with large numbers",
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
    *_two_hop(
        "subqa",
        n_examples=2700,
        n_all=1000,
        licence="none stated",
        where="GitHub: yxxytang/subqa (data.zip)",
    ),
    *_two_hop(
        "compositional_celebrities",
        n_examples=2185,
        n_all=1000,
        licence="none stated",
        where="GitHub: ofirpress/self-ask",
    ),
    *_two_hop(
        "bamboogle",
        n_examples=72,
        n_all=125,
        licence="none stated",
        where="GitHub: ofirpress/self-ask",
    ),
    *_two_hop(
        "musique",
        n_examples=313,
        n_all=213,
        licence="CC BY 4.0",
        where="GitHub: AdelWang/MIGRES, OpenSPG/KAG",
    ),
    Entry(
        word="humaneval_plus",
        what="Python functions, tested by running them (HumanEval+ v0.1.10)",
        make=HumanEvalPlus,
        n_problems=164,
        n_examples=0,
        licence="Apache-2.0",
        source="GitHub: evalplus/humanevalplus_release",
        folder="humaneval_plus",
        protocols=(
            Protocol(name="evalplus"),
            Protocol(name="lm_eval", settings={"protocol": "lm_eval"}, completions=True),
        ),
        runs_code=True,
        pass_at_k=True,
    ),
    Entry(
        word="mbpp_plus",
        what="short Python functions, tested by running them (MBPP+ v0.2.0)",
        make=MbppPlus,
        n_problems=378,
        n_examples=0,
        licence="Apache-2.0",
        source="GitHub: evalplus/mbppplus_release",
        folder="mbpp_plus",
        protocols=(Protocol(name="evalplus"),),
        runs_code=True,
        pass_at_k=True,
    ),
    Entry(
        word="ifeval",
        what="834 instructions that a rule can check, in 541 prompts",
        make=IFEval,
        n_problems=541,
        n_examples=0,
        licence="Apache-2.0",
        source="Hub: google/IFEval",
        folder="ifeval",
        protocols=_GOOGLE,
    ),
    _miniature(
        MiniatureMaths,
        "miniature-maths",
        what="word problems of the miniature world",
        protocols=_FINAL_ANSWER,
    ),
    _miniature(
        MiniatureTwoHop,
        "miniature-two-hop",
        what="questions that need two facts of the miniature world",
        protocols=(_RULE,),
    ),
    _miniature(
        MiniatureRecall,
        "miniature-two-hop-recall",
        what="the same, answered after recalling the event",
        protocols=(_RULE,),
    ),
    _miniature(
        MiniatureCode,
        "miniature-code",
        what="small Python functions, tested by running them",
        protocols=(_RULE,),
        runs_code=True,
    ),
    _miniature(
        MiniatureInstructions,
        "miniature-instructions",
        what="instructions with constraints that a rule can check",
        protocols=(_RULE,),
    ),
)


def find_task(word: str, *, what: str = "task") -> Entry:
    """The entry of a task's word. `_` and `-` are one, and `two-hop-` may be left out; `lm_eval:`
    goes before a name of lm-evaluation-harness. Raises BadStudy with the nearest words."""
    if word.startswith(LM_EVAL):
        return _lm_eval(word.removeprefix(LM_EVAL))
    by_word = {entry.word: entry for entry in TASKS}
    plain = {_plain(name): name for name in by_word}
    plain |= {name.removeprefix("two-hop-"): own for name, own in plain.items()}
    return by_word[one_of(plain.get(_plain(word), word), by_word, what=what)]


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-")


def _lm_eval(name: str) -> Entry:
    """Any generative task of lm-evaluation-harness; its sizes are known once it is loaded."""
    return Entry(
        word=f"{LM_EVAL}{name}",
        what="a task of lm-evaluation-harness",
        make=LmEvalTask,
        n_problems=0,
        n_examples=0,
        licence="see the task",
        source="lm-evaluation-harness",
        settings={"task": name},
        protocols=(Protocol(name="lm_eval"),),
    )
