"""Tasks of lm-evaluation-harness by their names: found, loaded once, or refused with the reason."""

import functools
import logging
from typing import Any, NamedTuple

from leadline.errors import BadData, BadStudy
from leadline.near import one_of

GENERATIVE = "generate_until"


class Loaded(NamedTuple):
    """A task object of lm-eval and its test documents, by their ids."""

    task: Any
    docs: list[Any]


@functools.lru_cache(maxsize=8)
def load_task(name: str, *, include_path: str | None) -> Loaded:
    """lm-eval's task of that name. Raises BadStudy if there is none (with the nearest names) or it
    cannot be graded response by response here, BadData if its data cannot be had."""
    manager = _manager(name, include_path)
    if name in manager.all_groups or name in manager.all_tags:
        raise BadStudy(f"lm-eval's {name!r} is a group of tasks: name one task of it.")
    one_of(name, manager.all_subtasks, what="lm-eval's task")
    _refuse_output(name, (manager.task_index[name].cfg or {}).get("output_type", GENERATIVE))
    try:
        (task,) = manager.load(name)["tasks"].values()
    except Exception as error:  # its data, network, yaml and function errors share no base class
        raise BadData(
            f"lm-eval's task {name!r} cannot be loaded: {error} "
            "Is its data set on this machine, or a network there?"
        ) from error
    _refuse_output(name, task.OUTPUT_TYPE)
    if getattr(task, "UNSAFE_CODE", False):
        raise BadStudy(
            f"lm-eval's task {name!r} runs model-written code without a sandbox. Use leadline's "
            "own humaneval_plus or mbpp_plus."
        )
    if getattr(task, "MULTIMODAL", False):
        raise BadStudy(f"lm-eval's task {name!r} shows images or plays sound: not done here.")
    if (task.config.repeats or 1) > 1:
        raise BadStudy(
            f"lm-eval's task {name!r} grades {task.config.repeats} responses to a problem "
            "together; leadline grades each by itself. Use the task's variant with one response."
        )
    documents = sorted(
        task.doc_iterator(rank=0, limit=None, world_size=1), key=lambda pair: pair[0]
    )
    return Loaded(task, [doc for _, doc in documents])


def _manager(name: str, include_path: str | None) -> Any:
    """lm-eval's index of tasks: only that of the folder if it has the task, as the whole takes
    seconds to read."""
    try:
        from lm_eval.tasks import TaskManager  # type: ignore[import-untyped]
    except ImportError as error:
        raise BadStudy(
            f"lm-eval's tasks need lm-eval ({error}): pip install 'leadline[lm-eval]'."
        ) from error
    logging.getLogger("lm_eval").setLevel(logging.ERROR)  # it logs each task that it reads
    if include_path is not None:
        own = TaskManager(include_path=include_path, include_defaults=False)
        if name in own.all_tasks:
            return own
    return _everything()


@functools.lru_cache(maxsize=1)
def _everything() -> Any:
    from lm_eval.tasks import TaskManager

    return TaskManager()


def _refuse_output(name: str, output_type: str | None) -> None:
    if output_type != GENERATIVE:
        raise BadStudy(
            f"lm-eval's task {name!r} is graded by {output_type}, not by what a model writes, and "
            "only generative tasks (generate_until) can be asked here. Many have a generative "
            "variant, such as arc_challenge_chat for arc_challenge."
        )
