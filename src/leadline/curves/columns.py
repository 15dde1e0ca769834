"""Which column of a table means what: names, plain synonyms, and the ones that look misspelt.

A name is compared without case, and with blanks and hyphens as underscores. Only names that can
mean nothing else in a table of results are taken as synonyms.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leadline.errors import BadData

# The first name is leadline's own. D is as good as n_examples: both at once are refused.
NAMES: dict[str, tuple[str, ...]] = {
    "n_examples": (
        *("n_examples", "d", "n", "size", "examples", "n_train", "train_size", "training_size"),
        *("num_examples", "num_train", "training_examples", "dataset_size", "data_size"),
    ),
    "value": ("value", "score"),
    "metric": ("metric", "metric_name"),
    "seed": ("seed", "random_seed", "run_seed"),
    "curve_id": ("curve_id", "curve"),
    "source": ("source",),
    "model": ("model", "model_name"),
    "task": ("task", "dataset", "benchmark"),
    "method": ("method",),
    "filter": ("filter",),
    "n_shot": ("n_shot", "num_fewshot"),
    "unit": ("d_unit", "unit", "n_examples_unit"),
    "stderr": ("stderr", "standard_error", "std_err", "std_error", "se", "sem"),
    "chance": ("chance", "chance_rate"),
    "n_correct": ("n_correct", "correct", "num_correct"),
    "n_test": ("n_test", "n_problems", "num_test", "test_size", "n_items"),
    "n_undecided": ("n_undecided",),
}
COORDINATES = ("source", "model", "task", "method", "filter", "n_shot")
# A table may name its metric by the column of its values instead: n_examples, accuracy.
METRIC_COLUMNS = (
    *("accuracy", "acc", "acc_norm", "exact_match", "em", "f1", "f1_macro", "mcc", "pass@1"),
    *("error", "error_rate", "loss", "eval_loss", "test_loss", "perplexity"),
)
# What was chosen, not what follows from the size: steps grow with it at one recipe.
RECIPE = (
    *("batch_size", "learning_rate", "learning_rate_peak", "lr", "epochs", "n_epochs"),
    *("num_epochs", "num_train_epochs", "warmup_ratio", "weight_decay", "optimizer", "schedule"),
    *("lr_scheduler_type", "dropout", "dtype", "lora_rank", "lora_alpha", "max_length"),
    *("max_seq_length", "recipe", "recipe_id"),
)
OTHERS = ("n_truncated", "checkpoint", "file")  # leadline's own, not needed here
KNOWN = {name for names in NAMES.values() for name in names} | {*METRIC_COLUMNS, *RECIPE, *OTHERS}
NEEDED = (
    f"n_examples (or {', '.join(('D', *NAMES['n_examples'][2:]))}), and value (or n_correct with "
    "n_test, or a column named after its metric, such as accuracy)"
)


def plain(name: str) -> str:
    """A column's name as names are compared."""
    return "_".join(name.strip().casefold().replace("-", " ").split())


def is_known(name: str) -> bool:
    """Whether a column of this name is read."""
    return plain(name) in KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a table holds what: positions of its columns. `named_metric` is the metric that the
    column of the values is named after; `others` are positions that nothing reads."""

    at: Mapping[str, int]
    recipe: Mapping[str, int]
    others: tuple[int, ...]
    named_metric: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_measurements(self) -> bool:
        """Whether these are leadline's own measurements: several metrics of the same cells."""
        return {"metric", "n_undecided", "n_test", "model", "task", "method"} <= self.at.keys()


def layout(
    table: str,
    header: Sequence[str],
    *,
    said: Mapping[str, str],
    metric: str | None,
) -> Layout:
    """What the columns of `header` mean; `said` maps names of ours to columns of the table.

    Raises BadData if the size or the value is missing, or if two columns claim one meaning.
    """
    _check_said(table, header, said)
    names = [plain(name) for name in header]
    at = {ours: list(header).index(theirs) for ours, theirs in said.items()}
    for ours, synonyms in NAMES.items():
        found = [i for i, name in enumerate(names) if name in synonyms and i not in at.values()]
        if found and ours not in at:
            at[ours] = _only(table, header, ours, found)
    if "value" in at:
        named = names[at["value"]] if names[at["value"]] in METRIC_COLUMNS else None
    elif named := _named_metric(table, names, metric, "n_correct" in at):
        at["value"] = names.index(named)
    recipe = {header[i]: i for i, name in enumerate(names) if _is_recipe(name)}
    read = {*at.values(), *recipe.values()}
    others = tuple(i for i in range(len(names)) if i not in read)
    misspelt = [f"{header[i]!r} looks like {near!r}" for i in others if (near := _near(names[i]))]
    _check_needed(table, header, at, misspelt)
    notes = tuple(f"{table}: column {words}, and is not read." for words in misspelt)
    return Layout(at=at, recipe=recipe, others=others, named_metric=named, notes=notes)


def _is_recipe(name: str) -> bool:
    return name in RECIPE or name.startswith(("recipe_", "recipe."))


def _only(table: str, header: Sequence[str], ours: str, found: Sequence[int]) -> int:
    """The position of the column with our own name, or of the only synonym."""
    own = NAMES[ours][:2] if ours == "n_examples" else NAMES[ours][:1]
    best = [i for i in found if plain(header[i]) in own] or list(found)
    if len(best) > 1:
        names = " and ".join(repr(header[i]) for i in best)
        raise BadData(
            f"{table}: the columns {names} could both be {ours}. Rename one, or say which is meant "
            f"with columns={{{ours!r}: {header[best[0]]!r}}}."
        )
    return best[0]


def _named_metric(
    table: str, names: Sequence[str], metric: str | None, counted: bool
) -> str | None:
    found = [name for name in METRIC_COLUMNS if name in names]
    if metric is not None and len(found) > 1:
        found = [name for name in found if name == plain(metric)]
    if len(found) > 1 and not counted:
        raise BadData(
            f"{table}: the columns {', '.join(found)} all hold values of a metric. Say which one "
            f"to read, e.g. metric={found[0]!r}."
        )
    return found[0] if len(found) == 1 else None


def _near(name: str) -> str | None:
    near = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.8) if len(name) > 2 else []
    return near[0] if near and near[0] != name else None


def _check_said(table: str, header: Sequence[str], said: Mapping[str, str]) -> None:
    for ours, theirs in said.items():
        if ours not in NAMES:
            raise BadData(f"columns: {ours!r} is no name of ours; there are {', '.join(NAMES)}.")
        if theirs not in header:
            found = ", ".join(header)
            raise BadData(f"{table} has no column {theirs!r} for {ours}. Found: {found}.")
    filled = [name for name in map(plain, header) if name]
    if twice := sorted({name for name in filled if filled.count(name) > 1}):
        raise BadData(f"{table}: two columns are named {twice[0]!r}. Rename one of them.")


def _check_needed(
    table: str, header: Sequence[str], at: Mapping[str, int], misspelt: Sequence[str]
) -> None:
    counts = {"n_correct", "n_test"} <= at.keys()
    missing = [name for name in ("n_examples", "value") if name not in at]
    if counts and "value" in missing:
        missing.remove("value")
    if missing:
        hint = f" {'; '.join(misspelt)}." if misspelt else ""
        raise BadData(
            f"{table} has no column for {' and '.join(missing)}. Found: {', '.join(header)}. "
            f"Needed: {NEEDED}.{hint} Rename the column, or say which one it is with "
            f"columns={{{missing[0]!r}: '…'}}."
        )
