"""Results files of lm-evaluation-harness for tests.

The content is that of a real run of lm_eval 0.4.13 (its `dummy` model, which answers "lol" to
everything), shortened; the slow test of test_lm_eval.py makes such a run.
"""

import json
import math
from pathlib import Path
from typing import Any

from leadline.curves.lm_eval import Imported, to_csv
from leadline.curves.read import Read, read_curves

TIME = "2026-11-21T14-56-43.166315"
STDERR = math.sqrt(0.4 * 0.6 / 4)  # of 2 right answers out of 5


def content(model: str, *, right: int = 2, **changes: Any) -> dict[str, Any]:
    value = right / 5
    found: dict[str, Any] = {
        "results": {
            "mc": {
                "name": "mc",
                "alias": "mc",
                "sample_len": 5,
                "acc,none": value,
                "acc_stderr,none": STDERR,
            },
            "gen": {
                "alias": " - gen",
                "exact_match,strict-match": value,
                "exact_match_stderr,strict-match": STDERR,
                "exact_match,flexible": 0.0,
                "exact_match_stderr,flexible": 0.0,
            },
            "ppl": {
                "alias": "ppl",
                "word_perplexity,none": 1.4258916438224571,
                "word_perplexity_stderr,none": "N/A",
            },
            "both": {
                "alias": "both",
                "sample_len": 10,
                "acc,none": value,
                "acc_stderr,none": STDERR,
                "sample_count": {"acc,none": 5},
            },
        },
        "groups": {"both": {"alias": "both", "acc,none": value}},
        "configs": {"mc": {"task": "mc"}},
        "n-shot": {"mc": 0, "gen": 5, "ppl": 0, "both": 0},
        "higher_is_better": {"mc": {"acc": True}, "ppl": {"word_perplexity": False}},
        "n-samples": {task: {"original": 9, "effective": 5} for task in ("mc", "gen", "ppl")},
        "config": {"model": "dummy", "model_args": {"pretrained": model}},
        "date": 1795272999.2,
        "model_name": model,
    }
    return {**found, **changes}


def save(folder: Path, model: str, *, time: str = TIME, name: str = "", **changes: Any) -> Path:
    """Write a results file where lm_eval writes it: in a folder named after the model."""
    path = folder / (name or model.replace("/", "__")) / f"results_{time}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content(model, **changes)), encoding="utf-8")
    return path


def ladder(folder: Path) -> None:
    for n, right in ((0, 1), (100, 2), (200, 3), (400, 4)):
        save(folder, f"org/llama-n{n}" if n else "org/llama", right=right)


def curves(imported: Imported, folder: Path) -> Read:
    path = folder / "results.csv"
    path.write_text(to_csv(imported.rows), encoding="utf-8")
    return read_curves([path])
