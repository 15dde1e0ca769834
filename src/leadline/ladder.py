"""From the words of a command line to a study: models, tasks, sizes, sampling by name."""

import dataclasses
import importlib
import pkgutil
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Literal

from leadline.catalog import find_model
from leadline.errors import BadStudy
from leadline.generate.local import LocalEngine
from leadline.judge.annotator import JudgeAnnotator
from leadline.judge.budget import Budget
from leadline.judge.endpoint import Endpoint
from leadline.judge.pairwise import EndpointPairs
from leadline.near import one_of
from leadline.protocols import Task
from leadline.records import Sampling
from leadline.sets.catalog import find_training_set
from leadline.study import Study
from leadline.tasks.catalog import TASKS, find_task
from leadline.tasks.custom import Custom
from leadline.tasks.trained_on import TrainedOn
from leadline.train.sft import SFT

REFUSE_OR_DROP: tuple[Literal["refuse", "drop"], ...] = ("refuse", "drop")
SAMPLINGS = {
    "paper": Sampling(),
    "greedy": Sampling(temperature=0.0, top_p=1.0, repetition_penalty=1.0),
}


@dataclass(frozen=True, kw_only=True)
class Flags:
    """What `leadline ladder` was asked for, as typed."""

    model: list[str]
    task: str | None
    train: Path | None
    test: Path | None
    grader: str
    data: Path | None
    n_problems: int | None
    sizes: str
    seeds: int
    sampling: str
    max_new_tokens: int | None
    learning_rate: float | None
    epochs: int
    max_length: int | None
    on_overlength: str
    on_leak: str
    keep_checkpoints: bool
    allow_unsandboxed: bool = False


def build_ladder(flags: Flags, *, name: str) -> Study:
    """The study that the flags describe. Raises LeadlineError on anything that cannot be."""
    task = _task(flags)
    method = SFT(
        learning_rate=flags.learning_rate,
        epochs=flags.epochs,
        max_length=flags.max_length,
        on_overlength=one_of(flags.on_overlength, REFUSE_OR_DROP, what="--on-overlength"),
    )
    return Study(
        name=name,
        models=tuple(find_model(source) for source in flags.model),
        tasks=(task,),
        methods=(method,),
        engine=LocalEngine(),
        sizes=parse_sizes(flags.sizes),
        seeds=tuple(range(flags.seeds)),
        sampling=find_sampling(flags.sampling, longest=flags.max_new_tokens),
        on_leak=one_of(flags.on_leak, REFUSE_OR_DROP, what="--on-leak"),
        keep_checkpoints=flags.keep_checkpoints,
    )


def find_study(name: str, *, model: str | None = None, data: Path | None = None) -> Study:
    """A shipped study by name, or the one Study that a user's Python file builds. model: run the
    shipped study in the paper's setting on a real model; data: a folder of its data sets."""
    if name.endswith(".py"):
        if model:
            raise BadStudy(f"--model is for shipped studies; name the models in {name} itself")
        return _only_study(Path(name))
    import leadline.studies

    shipped = sorted(module.name for module in pkgutil.iter_modules(leadline.studies.__path__))
    module = importlib.import_module(f"leadline.studies.{one_of(name, shipped, what='study')}")
    if model is None:
        found: Study = module.study
    elif hasattr(module, "real"):
        found = module.real(find_model(model), data=None if data is None else str(data))
    else:
        raise BadStudy(
            f"{name} is a study of the miniature world alone. For a real model: `leadline ladder "
            f"--model {model} --task …`"
        )
    return found


def judged_by(study: Study, endpoint: Endpoint, budget: Budget) -> Study:
    """The study with one more judge of its pairs; where it compares nothing, with a judge in place
    of its annotators. Raises BadStudy if it does neither."""
    if study.judges:
        pairs = EndpointPairs(endpoint=endpoint, budget=budget)
        return dataclasses.replace(study, judges=(pairs, *study.judges))
    judge = JudgeAnnotator(endpoint=endpoint, budget=budget)
    if not any(judge.kinds(task) for task in study.tasks):
        raise BadStudy(
            f"{study.name} leaves nothing for a judge to say: it compares no responses, and what "
            "can be wrong with its tasks' responses is told by their own graders."
        )
    return dataclasses.replace(study, annotators=(judge,))


def _only_study(path: Path) -> Study:
    if not path.is_file():
        raise BadStudy(f"there is no file {path}. `leadline run` takes a shipped study or a file")
    studies = [v for v in vars(_import_file(path.resolve())).values() if isinstance(v, Study)]
    if len(studies) != 1:
        raise BadStudy(f"{path} builds {len(studies)} studies at its top level; it must build one")
    return studies[0]


def _import_file(path: Path) -> ModuleType:
    """The file as an ordinary module, so that workers can import the plug-ins it defines."""
    sys.path.insert(0, str(path.parent))
    module = importlib.import_module(path.stem)
    if Path(module.__file__ or "").resolve() != path:
        raise BadStudy(f"{path}: a module of the name {path.stem} exists already. Rename the file")
    return module


def parse_sizes(text: str) -> tuple[int, ...]:
    """`0,100,500` → (0, 100, 500). Raises BadStudy on what is not a number of examples."""
    parts = [part.strip().replace("_", "") for part in text.split(",") if part.strip()]
    wrong = [part for part in parts if not re.fullmatch(r"-?\d+", part)]
    if wrong or not parts:
        raise BadStudy(
            f"--sizes {text!r}: {', '.join(map(repr, wrong)) or 'nothing'} is not a number of "
            "examples. Write whole numbers with commas: --sizes 0,100,500,1000"
        )
    return tuple(int(part) for part in parts)


def _task(flags: Flags) -> Task:
    if flags.test or (flags.train and not flags.task):
        return _custom(flags)
    if flags.task is None:
        words = ", ".join(entry.word for entry in TASKS)
        raise BadStudy(f"name a --task ({words}), or your own --train and --test files")
    data = str(flags.data) if flags.data else None
    task = find_task(flags.task, what="--task").task(
        data=data,
        n_problems=flags.n_problems,
        unsandboxed="allow" if flags.allow_unsandboxed else None,
    )
    if flags.train is None:
        return task
    train = find_training_set(str(flags.train), data=data)
    return task if train.name == task.name else TrainedOn(task=task, train=train)


def _custom(flags: Flags) -> Task:
    if not (flags.train and flags.test):
        missing = "--test" if flags.train else "--train"
        raise BadStudy(
            f"your own task needs both --train and --test files; {missing} is missing. To train on "
            "a set or a file for a shipped task, name the --task too"
        )
    if flags.task or flags.n_problems:
        raise BadStudy("--task and --problems do not go with your own --test file")
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", flags.train.stem).strip("-.") or "custom"
    return Custom(train=str(flags.train), test=str(flags.test), grader=flags.grader, name=name)


def find_sampling(word: str, *, longest: int | None = None) -> Sampling:
    """`paper` or `greedy`; longest: max_new_tokens, if not the protocol's own."""
    chosen = SAMPLINGS[one_of(word, SAMPLINGS, what="--sampling")]
    return dataclasses.replace(chosen, max_new_tokens=longest or chosen.max_new_tokens)
