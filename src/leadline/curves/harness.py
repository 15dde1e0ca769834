"""One results file of lm-evaluation-harness 0.4.x: which model, which tasks, how many items.

The form is that of its `loggers/evaluation_tracker.py` and `result_schema.py`: metrics are named
`acc,none` (metric, filter) beside `acc_stderr,none`; groups stand among the tasks.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadline.errors import BadData

# `results_<time>.json`, or `<name>_<time>.json` where --output_path named a file.
RESULTS = re.compile(r"results.*\.json|.+_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d.*\.json")
TIME = re.compile(r"_?(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d[.\d]*)\.json$")
# The order in which lm-eval itself looks for a model's name.
NAME_ARGUMENTS = ("peft", "delta", "pretrained", "model", "path", "engine")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsFile:
    """A results file that was found in the folder `root`."""

    path: Path
    root: Path
    content: Mapping[str, Any]

    @property
    def time(self) -> tuple[str, float]:
        """When it was made: by its name, which lm-eval orders by, then by its own date."""
        found = TIME.search(self.path.name)
        date = self.content.get("date")
        return found[1] if found else "", float(date) if isinstance(date, int | float) else 0.0

    @property
    def model(self) -> str:
        """The evaluated model's name, as lm-eval finds it."""
        said = self.content.get("model_name")
        if isinstance(said, str) and said:
            return said
        config = mapping(self.content.get("config"))
        arguments = config.get("model_args")
        if isinstance(arguments, str):
            pairs = (part.partition("=") for part in arguments.split(","))
            arguments = {name.strip(): value for name, _, value in pairs}
        given = mapping(arguments)
        found = [str(given[name]) for name in NAME_ARGUMENTS if given.get(name)]
        return found[0] if found else str(config.get("model") or self.path.parent.name)

    @property
    def places(self) -> list[str]:
        """The folder within `root`, with the file's own name where --output_path gave it one."""
        folder = self.path.parent.relative_to(self.root)
        stem = TIME.sub("", self.path.name)
        named = stem not in ("results", self.path.name)
        found = [(folder / stem).as_posix()] if named else []
        return [*found, *([] if folder == Path() else [folder.as_posix()])]

    @property
    def metrics(self) -> Iterator[tuple[str, str, str, object, object]]:
        """Task (or group), metric, filter, value and standard error as they are written."""
        for task, found in self.content["results"].items():
            for key, value in mapping(found).items():
                metric, comma, filter_name = key.partition(",")
                if comma and not metric.endswith("_stderr"):
                    yield (
                        task,
                        metric,
                        filter_name,
                        value,
                        found.get(f"{metric}_stderr,{filter_name}"),
                    )

    def n_shot(self, task: str) -> int | None:
        """Examples in the prompt."""
        shots = mapping(self.content.get("n-shot")).get(task)
        return shots if isinstance(shots, int) else None

    def n_test(self, task: str, metric: str, filter_name: str) -> int | None:
        """Items behind a value: of a group, those of its tasks that have the metric; in versions
        that give no count, the items that were logged beside the results."""
        found = mapping(self.content["results"][task])
        samples = mapping(mapping(self.content.get("n-samples")).get(task))
        of_group = mapping(found.get("sample_count")).get(f"{metric},{filter_name}")
        for count in (of_group, samples.get("effective"), found.get("sample_len")):
            if isinstance(count, int) and count > 0:
                return int(count)
        return self._n_logged(task, metric, filter_name)

    def _n_logged(self, task: str, metric: str, filter_name: str) -> int | None:
        time = TIME.search(self.path.name)
        logged = self.path.with_name(f"samples_{task}_{time[1] if time else ''}.jsonl")
        if not logged.is_file():
            return None
        try:
            lines = logged.read_text(encoding="utf-8").split("\n")
            rows = [mapping(json.loads(line)) for line in lines if line.strip()]
        except (OSError, ValueError, RecursionError) as error:
            raise BadData(f"{logged} cannot be read as JSON Lines: {error}.") from error
        same = [row for row in rows if row.get("filter", filter_name) == filter_name]
        return sum(1 for row in same if metric in row)

    def falls(self, metric: str) -> bool:
        """Whether a task says that less of the metric is better."""
        tasks = mapping(self.content.get("higher_is_better")).values()
        return any(mapping(of_task).get(metric) is False for of_task in tasks)


def results_files(path: Path) -> list[ResultsFile]:
    """The results files in a folder, at any depth, or the one file that `path` is.

    Raises BadData if there is none, or if one cannot be read as what its name says.
    """
    if not path.is_dir():
        return [ResultsFile(path=path, root=path.parent, content=_content(path))]
    found = sorted(p for p in path.rglob("*.json") if RESULTS.fullmatch(p.name))
    if not found:
        raise BadData(
            f"{path}: no results of lm-evaluation-harness in this folder. Expected files named "
            "results_<time>.json, which lm_eval writes with --output_path."
        )
    return [ResultsFile(path=p, root=path, content=_content(p)) for p in found]


def _content(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadData(f"no such file or folder: {path}. Check the path.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadData(f"{path} cannot be read as JSON: {error}. Is it complete?") from error
    if not isinstance(content, dict) or not isinstance(content.get("results"), dict):
        raise BadData(f'{path} has no "results": it is no results file of lm-evaluation-harness.')
    tasks = [task for task in content["results"].values() if isinstance(task, dict)]
    if tasks and not any("," in key for task in tasks for key in task):
        raise BadData(
            f"{path} names no metric as lm-evaluation-harness 0.4 does (acc,none). Run it again "
            "with 0.4 or later, or write its results as a table yourself."
        )
    return content


def mapping(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def finite(value: object) -> float | None:
    """The value if it is a finite number ("N/A" and NaN are none)."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    try:
        return float(value) if number and math.isfinite(value) else None  # type: ignore[arg-type]
    except OverflowError:
        return None
