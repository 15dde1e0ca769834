"""Which sets show whether a model knows GSM8K's test problems by heart (the paper's Figure 6)."""

from collections.abc import Iterable

from leadline.grade.formats import Style
from leadline.records import Problem
from leadline.tasks.gsm8k import GSM8K
from leadline.tasks.gsm_symbolic import GsmSymbolic
from leadline.tasks.shifted import GsmHard, GsmPlus, Svamp

Shifted = GsmSymbolic | GsmPlus | GsmHard | Svamp


def shifted_sets(
    *, data: str | None = None, n_variants: int = 10, seed: int = 0, style: Style = "socratic"
) -> tuple[Shifted, ...]:
    """Every shifted counterpart of GSM8K's test set, the closest first."""
    return (
        GsmSymbolic(variant="symbolic", n_variants=n_variants, seed=seed, data=data, style=style),
        GsmSymbolic(variant="p1", n_variants=n_variants, seed=seed, data=data, style=style),
        GsmSymbolic(variant="p2", n_variants=n_variants, seed=seed, data=data, style=style),
        GsmPlus(data=data, style=style),
        GsmHard(data=data, style=style),
        Svamp(data=data, style=style),
    )


def originals(
    problems: Iterable[Problem], *, data: str | None = None, style: Style = "socratic"
) -> list[Problem]:
    """The GSM8K test problems that these variants come from, in the file's order."""
    wanted = {problem.group for problem in problems}
    return [problem for problem in GSM8K(data=data, style=style).problems() if problem.id in wanted]
