"""Does a model know GSM8K's test problems by heart? A study that asks it.

The same model, trained alike on GSM8K or as it is, is asked the originals and sets of variants;
responses/drops.py computes the drop from the verdicts.
"""

import dataclasses
from collections.abc import Sequence

from leadline import supply
from leadline.generate.local import LocalEngine
from leadline.plan import cells
from leadline.records import Model, Sampling
from leadline.responses.drops import SetDrop, drops
from leadline.store import Store
from leadline.study import Study
from leadline.tasks.contamination import Shifted
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.only import Only
from leadline.tasks.trained_on import TrainedOn
from leadline.train.sft import SFT

_ORIGINALS = "gsm8k-originals"


def contamination_study(
    models: Sequence[Model],
    sets: Sequence[Shifted],
    *,
    data: str | None,
    sizes: tuple[int, ...],
    sampling: Sampling,
    name: str,
) -> Study:
    """Each model, trained alike on GSM8K (size 0: as it is), asked the originals and the sets."""
    gsm8k = GSM8K(data=data)
    originals = Only(task=gsm8k, ids=_original_ids(gsm8k, sets), name=_ORIGINALS)
    return Study(
        name=name,
        models=tuple(models),
        tasks=(originals, *(TrainedOn(task=task, train=gsm8k) for task in sets)),
        methods=(SFT(),),
        engine=LocalEngine(),
        sizes=sizes,
        sampling=sampling,
        on_leak="drop",
        question="How much does accuracy fall from GSM8K's test problems to variants of them?",
    )


def _original_ids(gsm8k: GSM8K, sets: Sequence[Shifted]) -> tuple[str, ...]:
    """The originals of the sets; all test problems if one of them has no originals."""
    everything = [problem.id for problem in gsm8k.problems()]
    groups = [{problem.group for problem in task.problems()} - {""} for task in sets]
    if not all(groups):
        return tuple(everything)
    wanted = set().union(*groups)
    return tuple(problem for problem in everything if problem in wanted)


def drops_of_study(study: Study, store: Store) -> list[SetDrop]:
    """The drops of every model, size and seed, from the verdicts that the study stored. Raises
    BadData if no pair of them is decided."""
    originals, *variants = study.tasks
    names = {t.name: t.task.name if isinstance(t, TrainedOn) else t.name for t in variants}
    found = []
    for cell, *_ in sorted(cells(study), key=lambda row: (row[0].model, row[0].n_examples)):
        if cell.task != originals.name:
            continue
        beside = {
            task.name: (
                supply.problems(task),
                store.judgements(dataclasses.replace(cell, task=task.name)),
            )
            for task in variants
        }
        for name, drop in drops(store.judgements(cell), beside).items():
            found.append(
                SetDrop(
                    model=cell.model,
                    n_examples=cell.n_examples,
                    seed=cell.seed,
                    variants=names[name],
                    drop=drop,
                )
            )
    return found
