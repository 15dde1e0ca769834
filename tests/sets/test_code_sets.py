"""Training sets of code: what an example is made of, and that test problems stay out."""

import ast
import json
import warnings
from pathlib import Path

import polars as pl
import pytest

from leadline.errors import BadData
from leadline.sets import self_align
from leadline.sets.code_alpaca import CodeAlpaca
from leadline.sets.mbpp import Mbpp
from leadline.sets.self_align import SelfAlign
from leadline.tasks.mbpp_plus import MbppPlus


def test_code_alpaca_joins_input_to_instruction(shared_data: Path) -> None:
    examples = CodeAlpaca(data=str(shared_data)).examples()
    assert len(examples) == 2017
    assert examples[0].prompt == (
        "What are the distinct values from the given list?\n\ndataList = [3, 9, 3, 5, 7, 9, 5]"
    )
    assert examples[3].prompt == (
        "Write a Python function to calculate the factorial of a given number."
    )


def test_mbpp_examples_are_its_training_part(shared_data: Path) -> None:
    examples = Mbpp(data=str(shared_data), also_tested="keep").examples()
    assert [int(example.id) for example in examples] == list(range(601, 975))
    for example in examples:
        assert "\r" not in example.prompt + example.response
        code = example.response.removeprefix("```python\n").removesuffix("\n```")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in the authors' strings
            ast.parse(code)
        assert example.prompt.count("\nassert ") >= 3


def test_mbpp_examples_are_no_tests_of_mbpp_plus(shared_data: Path) -> None:
    """EvalPlus took tasks of MBPP's training part too, and reworded them."""
    trained = {f"Mbpp/{example.id}" for example in Mbpp(data=str(shared_data)).examples()}
    whole = Mbpp(data=str(shared_data), also_tested="keep").examples()
    tested = set(MbppPlus(data=str(shared_data)).rows())
    assert len(trained) == 374 - 108
    assert not trained & tested
    assert len({f"Mbpp/{example.id}" for example in whole} & tested) == 108


def test_self_align_reads_instruction_and_response(tmp_path: Path) -> None:
    path = tmp_path / self_align.PIN.file
    path.parent.mkdir()
    rows = [{"instruction": f"Do {i}.", "response": f"Done {i}.", "id": i} for i in range(3)]
    pl.DataFrame(rows).write_parquet(path)
    examples = SelfAlign(data=str(tmp_path)).examples()
    assert [(e.id, e.prompt, e.response) for e in examples] == [
        (str(i), f"Do {i}.", f"Done {i}.") for i in range(3)
    ]


def test_set_in_the_wrong_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "self_align" / "train.parquet"
    path.parent.mkdir()
    pl.DataFrame([{"instruction": "Do.", "answer": "Done."}]).write_parquet(path)
    with pytest.raises(BadData, match="response"):
        SelfAlign(data=str(tmp_path)).examples()


def test_altered_copy_is_refused(shared_data: Path, tmp_path: Path) -> None:
    lines = (shared_data / "mbpp" / "mbpp.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(lines[700])
    (tmp_path / "mbpp").mkdir()
    lines[700] = json.dumps({**row, "text": row["text"] + " please"})
    (tmp_path / "mbpp" / "mbpp.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadData, match="digest"):
        Mbpp(data=str(tmp_path)).examples()
