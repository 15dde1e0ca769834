"""lm-evaluation-harness's tasks: its own evaluator, on the same responses, is the other answer."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("lm_eval.tasks", reason="needs lm-eval with its dependencies")

from lm_eval.api.model import LM
from lm_eval.evaluator import simple_evaluate
from lm_eval.tasks import TaskManager

from leadline.errors import BadData, BadStudy
from leadline.grade.gold import gold_generation
from leadline.records import Cell, Generation
from leadline.tasks.lm_eval import LmEvalTask

SUMS = """
task: local_sums
dataset_path: json
dataset_kwargs:
  data_files: {{train: {folder}/train.jsonl, test: {folder}/test.jsonl}}
  cache_dir: {folder}/cache
output_type: generate_until
training_split: train
fewshot_split: train
test_split: test
description: "Add the numbers.\\n\\n"
doc_to_text: "Q: {{{{a}}}} + {{{{b}}}}\\nA:"
doc_to_target: "{{{{a}}}} + {{{{b}}}} = {{{{a + b}}}}\\n#### {{{{a + b}}}}"
num_fewshot: 2
generation_kwargs: {{until: ["Q:", "\\n\\n"], max_gen_toks: 64}}
metric_list:
  - {{metric: exact_match, aggregation: mean, higher_is_better: true, ignore_case: true,
     regexes_to_ignore: [",", "(?s).*#### "]}}
filter_list:
  - name: strict-match
    filter:
      - {{function: regex, regex_pattern: '#### (\\-?[0-9\\.\\,]+)'}}
      - {{function: take_first}}
  - name: flexible-extract
    filter:
      - {{function: regex, group_select: -1, regex_pattern: '(-?[0-9.,]{{2,}})|(-?[0-9]+)'}}
      - {{function: take_first}}
metadata: {{version: 2.5}}
"""
LIKELY = """
task: local_likely
dataset_path: json
dataset_kwargs: {{data_files: {{test: {folder}/test.jsonl}}, cache_dir: {folder}/cache}}
output_type: multiple_choice
test_split: test
doc_to_text: "{{{{a}}}}"
doc_to_choice: ["x", "y"]
doc_to_target: 0
"""
MANY = SUMS.replace("local_sums", "local_many") + "repeats: 4\n"
UNSAFE = SUMS.replace("local_sums", "local_unsafe") + "unsafe_code: true\n"
FUZZY = """
task: local_fuzzy
dataset_path: json
dataset_kwargs: {{data_files: {{test: {folder}/test.jsonl}}, cache_dir: {folder}/cache}}
output_type: generate_until
test_split: test
doc_to_text: "{{{{a}}}}"
doc_to_target: "{{{{a}}}}"
num_fewshot: 0
generation_kwargs: {{until: ["\\n"]}}
metric_list:
  - {{metric: bleu, aggregation: bleu, higher_is_better: true}}
"""
# %d is the right sum: right, wrong, run-on, in a second number, without delimiter, empty, commas
RESPONSES = [
    "#### %d",
    "It is %d.\n#### %d",
    "#### 7",
    "I say %d\n\nQ: 9 + 9\nA: #### 18",
    "#### 7\n#### %d",
    "The answer is %d",
    "",
    "#### 1,0 no %d",
    "#### %d.",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lm_eval")
    for split, n in (("train", 12), ("test", 27)):
        rows = [{"a": 7 * i % 31, "b": 11 * i % 17} for i in range(n)]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{split}.jsonl").write_text(text)
    for yaml in (SUMS, LIKELY, MANY, UNSAFE, FUZZY):
        name = yaml.split()[1]
        (folder / f"{name}.yaml").write_text(yaml.format(folder=folder))
    group = "group: local_group\ntask: [local_sums]\n"
    (folder / "local_group.yaml").write_text(group)
    return folder


def said(number: int, sums: list[int]) -> str:
    text = RESPONSES[number % len(RESPONSES)]
    return text.replace("%d", str(sums[number]))


class Scripted(LM):  # type: ignore[misc]
    """A model of lm-eval that says what it is told, cut at the stop strings as lm-eval's are."""

    def __init__(self, sums: list[int]) -> None:
        super().__init__()
        self.sums, self.asked = sums, {}

    def generate_until(self, requests: Any, disable_tqdm: bool = False) -> list[str]:
        out = []
        for request in requests:
            self.asked[request.doc_id] = request.args[0]
            text = said(request.doc_id, self.sums)
            for stop in request.args[1]["until"]:
                text = text.split(stop)[0]
            out.append(text)
        return out

    def loglikelihood(self, requests: Any, **_: Any) -> Any:
        raise NotImplementedError

    def loglikelihood_rolling(self, requests: Any, **_: Any) -> Any:
        raise NotImplementedError


@pytest.fixture(scope="module")
def sums(folder: Path) -> list[int]:
    rows = map(json.loads, (folder / "test.jsonl").read_text().splitlines())
    return [row["a"] + row["b"] for row in rows]


@pytest.mark.parametrize("shots", [None, 0, 5])
def test_prompts_and_verdicts_are_those_of_lm_evals_own_evaluator(
    folder: Path, sums: list[int], shots: int | None
) -> None:
    model = Scripted(sums)
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    theirs = simple_evaluate(
        model, tasks=["local_sums"], num_fewshot=shots, task_manager=manager, log_samples=True
    )
    task = LmEvalTask(task="local_sums", include_path=str(folder), num_fewshot=shots)
    assert task.questions == ("correct", "exact_match:flexible-extract")
    problems = task.problems()
    assert {int(p.id): p.prompt for p in problems} == model.asked
    ours = {}
    for problem in problems:
        text = said(int(problem.id), sums)  # not cut: a run-on is the grader's to cut
        for row in task.grade(problem, gold_generation(problem, text)):
            ours[int(problem.id), row.question] = (row.verdict, row.extracted)
    question = {"strict-match": "correct", "flexible-extract": "exact_match:flexible-extract"}
    expected = {
        (sample["doc_id"], question[sample["filter"]]): (
            "yes" if sample["exact_match"] == 1 else "no",
            sample["filtered_resps"][0],
        )
        for sample in theirs["samples"]["local_sums"]
    }
    assert ours == expected
    rates = theirs["results"]["local_sums"]
    for name, asked in question.items():
        verdicts = [v for (_, q), (v, _) in ours.items() if q == asked]
        assert verdicts.count("yes") / len(verdicts) == rates[f"exact_match,{name}"]
        assert 0 < verdicts.count("yes") < len(verdicts)


def test_gold_answers_examples_and_details(folder: Path) -> None:
    task = LmEvalTask(task="local_sums", include_path=str(folder))
    task.check()
    for problem in task.problems():
        rows = task.grade(problem, gold_generation(problem, problem.reference))
        assert [row.verdict for row in rows] == ["yes", "yes"]
        assert problem.detail == {"until": ["Q:", "\n\n"], "max_gen_toks": 64}
        assert problem.prompt.startswith("Add the numbers.\n\nQ: ")
        assert problem.prompt.count("####") == 2  # few-shot examples
    examples = task.examples()
    assert len(examples) == 12
    assert (examples[1].prompt, examples[1].response) == ("Q: 7 + 11\nA:", "7 + 11 = 18\n#### 18")
    assert task.name == "lm-eval-local_sums"
    assert task.grader_version.endswith("+2.5")


def test_fewer_problems_are_a_part_of_more_with_the_same_prompts(folder: Path) -> None:
    few, more = (
        LmEvalTask(task="local_sums", include_path=str(folder), n_problems=n).problems()
        for n in (5, 12)
    )
    assert {p.id: p.prompt for p in few}.items() <= {p.id: p.prompt for p in more}.items()
    with pytest.raises(BadStudy, match="has 27"):
        LmEvalTask(task="local_sums", include_path=str(folder), n_problems=28).problems()


def test_a_failed_generation_is_undecided(folder: Path) -> None:
    task = LmEvalTask(task="local_sums", include_path=str(folder))
    cell = Cell(model="m", task="t", method="m", n_examples=0, seed=0)
    failed = Generation(cell=cell, problem_id="0", sample=0, text="", stopped="failed", n_tokens=0)
    rows = task.grade(task.problems()[0], failed)
    assert [row.verdict for row in rows] == ["undecided", "undecided"]


def test_a_metric_that_is_no_yes_or_no_is_undecided_with_its_value(folder: Path) -> None:
    task = LmEvalTask(task="local_fuzzy", include_path=str(folder))
    problem = task.problems()[1]
    (row,) = task.grade(problem, gold_generation(problem, "words"))
    assert row.verdict == "undecided"
    assert row.reason.startswith("bleu is [")
    with pytest.raises(BadStudy, match="no training part"):
        task.examples()
    with pytest.raises(BadStudy, match="no few-shot examples"):
        LmEvalTask(task="local_fuzzy", include_path=str(folder), num_fewshot=3).problems()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("local_likely", "graded by multiple_choice.* only generative"),
        ("local_many", "grades 4 responses"),
        ("local_unsafe", "without a sandbox"),
        ("local_group", "is a group of tasks"),
    ],
)
def test_what_cannot_be_graded_here_is_refused(folder: Path, name: str, fault: str) -> None:
    with pytest.raises(BadStudy, match=fault):
        LmEvalTask(task=name, include_path=str(folder)).problems()


@pytest.mark.slow
def test_names_of_lm_evals_own_tasks() -> None:
    """Reads all of lm-eval's yaml files."""
    with pytest.raises(BadStudy, match="arc_challenge_chat"):
        LmEvalTask(task="arc_chalenge_chat").problems()
    with pytest.raises(BadStudy, match="multiple_choice"):
        LmEvalTask(task="arc_easy").problems()
    with pytest.raises(BadData, match=r"arc_challenge_chat.* cannot be loaded"):
        LmEvalTask(task="arc_challenge_chat").problems()  # offline, without its data
