"""The rows that flow from one stage to the next: flat, frozen, self-describing.

Every row carries its coordinates (the cell's columns), so no name or path is ever parsed to learn
what a row is. Rates are 0 to 1, losses nats a token, times seconds. This module imports nothing
of ours.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, Literal, Self

Verdict = Literal["yes", "no", "undecided"]
Winner = Literal["a", "b", "neither", "undecided"]
StopReason = Literal["stop", "length", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A base model. `learning_rate` is its own default peak rate for full fine-tuning."""

    name: str  # stands in addresses: letters, digits, dot, dash, underscore
    source: str  # Hub id or folder
    revision: str | None = None  # commit on the Hub
    family: str = ""
    parameters: int = 0
    knowledge_cutoff: str | None = None  # ISO date
    learning_rate: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One point of the grid. `start` is the address of the cell it begins from (None: the base)."""

    model: str
    task: str
    method: str
    n_examples: int
    seed: int
    start: str | None = None

    @property
    def address(self) -> str:
        """The readable folder of the cell's rows, relative to the study's `cells/`."""
        parts = (self.model, self.task, self.method, f"n{self.n_examples:05d}", f"seed{self.seed}")
        return "/".join(parts)


class CellRow:
    """Mixin of the rows that belong to a cell: stored flat, the cell's columns first."""

    __slots__ = ()

    def to_row(self) -> dict[str, Any]:
        """The row as one flat JSON object."""
        row = dataclasses.asdict(self)  # type: ignore[call-overload]
        return {**row.pop("cell"), **row}

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """The inverse of `to_row`. Raises KeyError or TypeError on a row of another shape."""
        coordinates = {f.name: row[f.name] for f in dataclasses.fields(Cell)}
        own = {key: value for key, value in row.items() if key not in coordinates}
        return cls(cell=Cell(**coordinates), **own)  # type: ignore[call-arg]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What a model is trained on: one prompt and the response that it should give."""

    id: str
    prompt: str
    response: str
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a model is tested on. `group` joins problems that share a source (for clustered errors);
    `detail` holds what a task's grader or annotator needs beyond the reference."""

    id: str
    prompt: str
    reference: str
    system: str = ""
    group: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How responses are drawn. The defaults are the paper's protocol (its appendix on evaluation).

    `temperature` 0 is greedy. `repetition_penalty` counts prompt and response tokens, as
    transformers and vLLM do. `max_new_tokens` includes the stop token.
    """

    temperature: float = 0.4
    top_p: float = 0.95
    repetition_penalty: float = 1.1
    max_new_tokens: int = 512
    n_samples: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint(CellRow):
    """A trained model (or, at n = 0, the base itself) and what its training cost."""

    cell: Cell
    path: str  # folder or Hub id that `from_pretrained` loads
    revision: str | None
    n_examples_effective: int  # fewer than the cell's n_examples when overlong ones were dropped
    examples_seen: int  # over all epochs
    tokens_seen: int
    supervised_tokens: int
    steps: int
    final_loss: float | None  # nats a supervised token, mean of the last tenth of the steps
    seconds: float
    stop_ids: tuple[int, ...]  # token ids that end a response; never read from the model folder
    hardware: dict[str, Any] = field(default_factory=dict)  # provenance, not identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation(CellRow):
    """One response of one cell to one problem."""

    cell: Cell
    problem_id: str
    sample: int
    text: str
    stopped: StopReason
    n_tokens: int  # generated, the stop token included


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(CellRow):
    """One verdict on one generation. For `correct` (and its variants) yes is right; for an error
    kind (`format`, `arithmetic`, …) yes means that such an error is there."""

    cell: Cell
    problem_id: str
    sample: int
    question: str
    verdict: Verdict
    by: str  # grader and version
    extracted: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One verdict of a judge on two responses to one problem, shown in one order. Of every pair
    there are two: each response was shown first once."""

    cell_a: Cell
    cell_b: Cell
    problem_id: str
    sample: int
    shown_first: Literal["a", "b"]
    winner: Winner
    by: str  # judge and version
    reason: str = ""

    def to_row(self) -> dict[str, Any]:
        """The row as one flat JSON object: the cells' columns are a_model, …, b_model, …"""
        row = dataclasses.asdict(self)
        cells = {f"{side}_{k}": v for side in "ab" for k, v in row.pop(f"cell_{side}").items()}
        return cells | row

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """The inverse of `to_row`. Raises KeyError or TypeError on a row of another shape."""
        columns = {f"{side}_{f.name}": (side, f.name) for side in "ab" for f in _CELL}
        cells: dict[str, dict[str, Any]] = {"a": {}, "b": {}}
        for column, (side, name) in columns.items():
            cells[side][name] = row[column]
        own = {key: value for key, value in row.items() if key not in columns}
        return cls(cell_a=Cell(**cells["a"]), cell_b=Cell(**cells["b"]), **own)


_CELL = dataclasses.fields(Cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One rate of one cell. correct + incorrect + undecided = asked: the rate is over the decided,
    `n_problems` counts all that were asked."""

    model: str
    task: str
    method: str
    n_examples: int
    seed: int
    metric: str
    value: float  # 0–1; nan if nothing was decided
    standard_error: float
    n_problems: int
    n_undecided: int
    n_truncated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What one curve will be at a size: the median and a central interval at one level.

    `of`: "mean" is the curve itself, the rate over seeds on these test problems; "measurement" is
    one more measured point, with the noise that the largest size has. Values are in the metric's
    own direction and unit (0–1, or a loss). `reach` = n_examples / the largest measured size."""

    curve: str
    metric: str
    law: str  # "leadline": the mixture of laws
    prior: str
    n_examples: float
    of: Literal["mean", "measurement"]
    median: float
    low: float
    high: float
    level: float
    reach: float
