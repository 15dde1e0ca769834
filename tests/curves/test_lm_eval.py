"""Results of lm-evaluation-harness become rows that make curves; nothing is lost unsaid."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from curve_files import pairs
from lm_eval_files import STDERR, TIME, content, curves, ladder, save

from leadline.curves.lm_eval import Result, import_lm_eval
from leadline.errors import BadData


def test_a_folder_of_results_becomes_curves(tmp_path: Path) -> None:
    ladder(tmp_path)
    imported = import_lm_eval([tmp_path], sizes=r"(?:-n(\d+))?$")
    assert not imported.notes
    read = curves(imported, tmp_path)
    found = {(c.coordinates["task"], c.coordinates.get("filter"), c.metric): c for c in read.curves}
    assert set(found) == {
        ("mc", None, "accuracy"),
        ("gen", "strict-match", "exact_match"),
        ("gen", "flexible", "exact_match"),
        ("ppl", None, "loss"),
        ("both", None, "accuracy"),
    }
    accuracy = found["mc", None, "accuracy"]
    assert pairs(accuracy) == [(0, 0.2), (100, 0.4), (200, 0.6), (400, 0.8)]
    assert [(p.n_test, p.n_correct) for p in accuracy.points] == [(5, 1), (5, 2), (5, 3), (5, 4)]
    assert accuracy.coordinates["model"] == "org/llama"
    assert found["ppl", None, "loss"].points[0].standard_error is None


def test_a_row_says_all_that_the_file_says(tmp_path: Path) -> None:
    path = save(tmp_path, "org/llama-n100")
    rows = import_lm_eval([path], sizes=r"-n(\d+)").rows
    assert rows[1] == Result(
        model="org/llama",
        task="gen",
        method="",
        filter="strict-match",
        n_shot=5,
        n_examples=100,
        seed="",
        metric="exact_match",
        value=0.4,
        stderr=STDERR,
        n_test=5,
        n_correct=2,
        checkpoint="org/llama-n100",
        file=path.as_posix(),
    )
    assert [(r.task, r.n_test, r.n_correct) for r in rows if r.task in ("both", "ppl")] == [
        ("ppl", 5, None),
        ("both", 5, 2),  # the items of the group's tasks that have the metric, not all 10
    ]


class TestRepeatedResults:
    def test_two_results_of_one_model_are_refused_or_the_latest_is_taken(
        self, tmp_path: Path
    ) -> None:
        save(tmp_path, "m-n1", right=4, time="2026-11-22T00-00-00")
        save(tmp_path, "m-n1", right=2)
        with pytest.raises(BadData, match=r"measured twice.*14-56-43.*latest"):
            import_lm_eval([tmp_path], sizes=r"-n(\d+)")
        imported = import_lm_eval([tmp_path], sizes=r"-n(\d+)", repeated="latest")
        assert {r.value for r in imported.rows if r.task == "mc"} == {0.8}
        assert any("older" in note for note in imported.notes)

    def test_other_numbers_of_shots_are_other_curves(self, tmp_path: Path) -> None:
        for n in (100, 200):
            save(tmp_path, f"m-n{n}")
            shots = {"n-shot": {"mc": 5, "gen": 0, "ppl": 5, "both": 5}}
            save(tmp_path, f"m-n{n}", time="2026-11-22T00-00-00", **shots)
        read = curves(import_lm_eval([tmp_path], sizes=r"-n(\d+)"), tmp_path)
        assert {"m/mc/0-shot/accuracy", "m/mc/5-shot/accuracy"} <= {
            c.id if c.id.endswith("accuracy") else f"{c.id}/accuracy" for c in read.curves
        }

    def test_another_number_of_items_is_said(self, tmp_path: Path) -> None:
        save(tmp_path, "m-n1")
        limited = {task: {"original": 9, "effective": 10} for task in ("mc", "gen", "ppl")}
        save(tmp_path, "m-n2", **{"n-samples": limited})
        notes = import_lm_eval([tmp_path], sizes=r"-n(\d+)").notes
        assert any("mc acc was measured on 5 to 10 items" in note for note in notes)


class TestOtherForms:
    def test_model_arguments_name_the_model_as_in_lm_eval(self, tmp_path: Path) -> None:
        config = {"model": "hf", "model_args": "pretrained=base,peft=runs/m-n100,dtype=auto"}
        save(tmp_path, "x", model_name=None, config=config)
        assert import_lm_eval([tmp_path], sizes=r"-n(\d+)").rows[0].checkpoint == "runs/m-n100"

    def test_items_are_counted_in_the_log_where_the_file_has_no_count(self, tmp_path: Path) -> None:
        results = {"gen": {"exact_match,strict": 0.5, "exact_match_stderr,strict": "N/A"}}
        path = save(tmp_path, "m-n1", results=results, **{"n-samples": {}})
        rows = [
            {"doc_id": i, "filter": f, "exact_match": 1.0}
            for i in range(4)
            for f in ("strict", "b")
        ]
        logged = path.with_name(f"samples_gen_{TIME}.jsonl")
        logged.write_text("".join(json.dumps(row) + "\n" for row in rows))
        row = import_lm_eval([tmp_path], sizes=r"-n(\d+)").rows[0]
        assert (row.n_test, row.n_correct, row.stderr) == (4, 2, None)
        logged.write_text("{")
        with pytest.raises(BadData, match="samples_gen"):
            import_lm_eval([tmp_path], sizes=r"-n(\d+)")

    def test_an_output_path_may_name_a_file(self, tmp_path: Path) -> None:
        (tmp_path / f"n100_{TIME}.json").write_text(json.dumps(content("m")))
        assert import_lm_eval([tmp_path], sizes=r"n(\d+)").rows[0].n_examples == 100

    def test_what_is_no_number_is_left_out_and_said(self, tmp_path: Path) -> None:
        results = {"mc": {"acc,none": math.nan, "acc_norm,none": 0.5, "f1,none": [1, 2]}}
        save(tmp_path, "m-n1", results=results)
        imported = import_lm_eval([tmp_path], sizes=r"-n(\d+)")
        assert [r.metric for r in imported.rows] == ["acc_norm"]
        assert sum("left out" in note for note in imported.notes) == 2

    def test_a_metric_that_falls_unnoticed_is_said(self, tmp_path: Path) -> None:
        results = {"mc": {"likelihood_gap,none": 0.5}}
        directions = {"mc": {"likelihood_gap": False}}
        save(tmp_path, "m-n1", results=results, higher_is_better=directions)
        notes = import_lm_eval([tmp_path], sizes=r"-n(\d+)").notes
        assert any("likelihood_gap falls" in note for note in notes)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("{", "JSON"),
            ("[]", "no results file"),
            ('{"results": {"mc": {"acc": 0.5}}}', "0.4"),
            ('{"results": {}}', "no number"),
            ('{"a":' * 100_000, "JSON"),
        ],
    )
    def test_files_of_another_kind_are_refused(self, text: str, words: str, tmp_path: Path) -> None:
        (tmp_path / f"results_{TIME}.json").write_text(text)
        with pytest.raises(BadData, match=words):
            import_lm_eval([tmp_path], sizes=r"(\d+)")

    def test_a_folder_without_results_and_a_missing_one(self, tmp_path: Path) -> None:
        with pytest.raises(BadData, match="results_<time>"):
            import_lm_eval([tmp_path], sizes=r"(\d+)")
        with pytest.raises(BadData, match="no such file"):
            import_lm_eval([tmp_path / "none"], sizes=r"(\d+)")


QUESTIONS = (("2+2?", "4"), ("say lol", "lol"), ("1+1?", "2"), ("5+1?", "6"), ("lol?", "lol"))
TASK = """
task: lol
dataset_path: json
dataset_kwargs: {{data_files: {{test: {data}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: ["\\n"]}}
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
filter_list:
  - {{name: as-is, filter: [{{function: take_first}}]}}
  - name: first-letter
    filter: [{{function: regex, regex_pattern: "(.)"}}, {{function: take_first}}]
"""


@pytest.mark.slow
def test_a_real_run_of_lm_eval_is_read(tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True
        )

    if run("-c", "import lm_eval.evaluator, lm_eval._cli").returncode:
        pytest.skip("lm-evaluation-harness is not installed with what it needs")
    data = tmp_path / "lol.jsonl"
    data.write_text("".join(json.dumps({"question": q, "answer": a}) + "\n" for q, a in QUESTIONS))
    (tmp_path / "lol.yaml").write_text(TASK.format(data=data))
    options = ["--tasks", "lol", "--include_path", ".", "--output_path", "out", "--log_samples"]
    done = run("-m", "lm_eval", "run", "--model", "dummy", "--model_args", "model=m-n100", *options)
    assert done.returncode == 0, done.stderr
    rows = import_lm_eval([tmp_path / "out"], sizes=r"-n(\d+)").rows
    assert [(r.model, r.n_examples, r.filter, r.n_test, r.n_correct) for r in rows] == [
        ("m", 100, "as-is", 5, 2),
        ("m", 100, "first-letter", 5, 0),
    ]
    assert rows[0].stderr == pytest.approx(STDERR)
