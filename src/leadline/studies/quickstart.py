"""How does a tiny model's arithmetic reasoning grow with the number of examples?

Question: does the base gain from ever more post-training examples, or is a hundred enough?
Expected: as in the paper, the answer's format is learned within some hundred examples, while right
answers keep growing with the logarithm of the number of examples, because reasoning does.
What would change our mind: a curve that is flat after the format is learned.
Command: leadline run quickstart
Cost: a few minutes on two cores; no network, no GPU.

Sampling is greedy. The paper's (temperature 0.4, top-p 0.95, repetition penalty 1.1) costs a digit
arithmetician some points: the penalty punishes the digits that it has to repeat.
"""

from leadline.annotate.rules import Rules
from leadline.generate.local import LocalEngine
from leadline.miniature.bases import miniature
from leadline.records import Sampling
from leadline.study import Study
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.train.sft import SFT

study = Study(
    name="quickstart",
    question="Does a tiny model gain from ever more examples, or is a hundred enough?",
    models=(miniature("llama-0.4m"),),
    tasks=(MiniatureMaths(n_problems=500),),
    methods=(SFT(),),
    engine=LocalEngine(),
    sizes=(0, 100, 500, 1_000, 3_000, 10_000),
    seeds=(0,),
    sampling=Sampling(temperature=0.0, top_p=1.0, repetition_penalty=1.0, max_new_tokens=240),
    annotators=(Rules(),),
)
