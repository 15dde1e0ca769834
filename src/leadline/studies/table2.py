"""Does a judge's preference say what a model can do? The paper's Table 2.

Question: of two models trained on equally many examples, one on conversation in good style and one
on the task, which gives more right answers, and whose answers would a judge prefer?
Expected: as in the paper, task data are far better in accuracy. The paper's judge prefers the
model trained on general conversation in maths all the same; here two judges by rule stand for what
style alone (and length alone) would prefer, and no content can move them.
What would change our mind: a judge's preference that goes with accuracy on both tasks.
Command: leadline run table2
Cost: under ten minutes on two cores; no network, no GPU.
On a real model: leadline run table2 --model meta-llama/Meta-Llama-3-8B --data DATA
"""

from leadline.analyse.expect.rebuild import Expectation
from leadline.analyse.expect.sets import MoreAccurate, Preferred
from leadline.annotate.rules import Rules
from leadline.generate.local import LocalEngine
from leadline.miniature.bases import miniature
from leadline.miniature.chatter import MiniatureChat
from leadline.preference.length import LengthJudge
from leadline.preference.style import StyleJudge
from leadline.records import Model, Sampling
from leadline.sets.lima import Lima
from leadline.study import Study
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.miniature_two_hop import MiniatureTwoHop
from leadline.tasks.trained_on import TrainedOn
from leadline.tasks.two_hop import TwoHop
from leadline.train.sft import SFT

QUESTION = "Does what a judge prefers say which model gives more right answers?"
N = 1_000  # examples of either kind: all that LIMA has


def expectations(*, maths: str, two_hop: str, general: str) -> tuple[Expectation, ...]:
    """The paper's: 46.5 against 14.7 % right in maths, 36 against 21 % in two-hop questions, and
    84 % of the maths comparisons won by general data all the same."""
    return (
        MoreAccurate(
            claim="Task data give over 10 points more right answers in maths.",
            task=maths,
            than=f"{maths}-on-{general}",
            n_examples=N,
            least=0.1,
        ),
        MoreAccurate(
            claim="Task data give over 10 points more right answers to two-hop questions.",
            task=two_hop,
            than=f"{two_hop}-on-{general}",
            n_examples=N,
            least=0.1,
        ),
        Preferred(
            claim="In maths, judges prefer the model trained on general data all the same.",
            task=f"{maths}-on-{general}",
            to=maths,
            n_examples=N,
        ),
        Preferred(
            claim="On two-hop questions, judges prefer the model trained on task data.",
            task=two_hop,
            to=f"{two_hop}-on-{general}",
            n_examples=N,
        ),
    )


_MATHS, _TWO_HOP = MiniatureMaths(n_problems=300), MiniatureTwoHop(n_problems=300)
_CHAT = MiniatureChat(n_examples=N)

study = Study(
    name="table2",
    question=QUESTION,
    models=(miniature("joint-1m"),),
    tasks=(
        TrainedOn(task=_MATHS, train=_CHAT),
        _MATHS,
        TrainedOn(task=_TWO_HOP, train=_CHAT),
        _TWO_HOP,
    ),
    methods=(SFT(),),
    engine=LocalEngine(),
    sizes=(0, N),
    seeds=(0,),
    sampling=Sampling(temperature=0.0, top_p=1.0, repetition_penalty=1.0, max_new_tokens=240),
    annotators=(Rules(),),
    judges=(StyleJudge(), LengthJudge()),
    expectations=expectations(maths=_MATHS.name, two_hop=_TWO_HOP.name, general=_CHAT.name),
)


def real(model: Model, *, data: str | None) -> Study:
    """The paper's setting on a real model. Its own judge is named with --judge-model."""
    maths, two_hop, general = GSM8K(data=data), TwoHop(data=data), Lima(data=data)
    return Study(
        name="table2",
        question=QUESTION,
        models=(model,),
        tasks=(
            TrainedOn(task=maths, train=general),
            maths,
            TrainedOn(task=two_hop, train=general),
            two_hop,
        ),
        methods=(SFT(),),
        engine=LocalEngine(),
        sizes=(0, N),
        annotators=(Rules(),),
        judges=(StyleJudge(), LengthJudge()),
        expectations=expectations(maths=maths.name, two_hop=two_hop.name, general=general.name),
    )
