"""Do four abilities grow alike with the number of examples?

Question: maths, two-hop questions, code and instructions on one base: which go on growing?
Expected: as in the paper, all go on after their format is learned. Maths and code, where reasoning
and many operations are to be learned, are steadier than instructions.
What would change our mind: curves that are flat from a few hundred examples on.
Command: leadline run four_tasks
Cost: under a quarter of an hour on two cores; no network, no GPU.

Sampling is greedy, as in the quickstart, and for the same reason.
"""

from leadline.generate.local import LocalEngine
from leadline.miniature.bases import miniature
from leadline.records import Sampling
from leadline.study import Study
from leadline.tasks.miniature_code import MiniatureCode
from leadline.tasks.miniature_instructions import MiniatureInstructions
from leadline.tasks.miniature_maths import MiniatureMaths
from leadline.tasks.miniature_two_hop import MiniatureTwoHop
from leadline.train.sft import SFT

study = Study(
    name="four-tasks",
    question="Do four abilities grow alike with the number of examples?",
    models=(miniature("joint-1m"),),
    tasks=(
        MiniatureMaths(n_problems=300),
        MiniatureTwoHop(n_problems=300),
        MiniatureCode(n_problems=300),
        MiniatureInstructions(n_problems=300),
    ),
    methods=(SFT(),),
    engine=LocalEngine(),
    sizes=(0, 100, 300, 1_000, 3_000),
    seeds=(0,),
    sampling=Sampling(temperature=0.0, top_p=1.0, repetition_penalty=1.0, max_new_tokens=240),
)
