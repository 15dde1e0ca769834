"""transformers' `generate`, one prompt at a time, is the reference; company must change nothing."""

import dataclasses
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import generation_models
import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

import leadline.generate.run as run
from leadline.chat import Chat
from leadline.errors import BadStudy, Stopped
from leadline.generate.attention import register
from leadline.generate.llama import LlamaForward
from leadline.generate.local import LocalEngine
from leadline.generate.model import load_forward
from leadline.generate.module import ModuleForward
from leadline.protocols import Runtime
from leadline.records import Checkpoint, Generation, Problem, Sampling
from leadline.train.kernels import load_kernels

PAPER = Sampling(max_new_tokens=60)
GREEDY = Sampling(temperature=0.0, top_p=1.0, repetition_penalty=1.0, max_new_tokens=60)
GREEDY_PENALISED = dataclasses.replace(GREEDY, repetition_penalty=1.1)

Asked = Sequence[tuple[Problem, int]]


def _generate(
    checkpoint: Checkpoint, asked: Asked, sampling: Sampling
) -> dict[tuple[str, int], Generation]:
    groups = LocalEngine().generate(checkpoint, asked, sampling, runtime=Runtime())
    return {(g.problem_id, g.sample): g for group in groups for g in group}


@functools.cache
def _module(path: str) -> Any:
    return AutoModelForCausalLM.from_pretrained(path)


def _reference(checkpoint: Checkpoint, problem: Problem, sampling: Sampling) -> str:
    model = _module(checkpoint.path)
    chat = Chat.load(checkpoint.path)
    ids = torch.tensor([chat.prompt_ids(problem.system, problem.prompt)])
    output = model.generate(
        ids,
        do_sample=False,
        repetition_penalty=sampling.repetition_penalty,
        max_new_tokens=sampling.max_new_tokens,
        eos_token_id=list(checkpoint.stop_ids),
        pad_token_id=0,
    )[0, ids.shape[1] :].tolist()
    return chat.decode(output[:-1] if output[-1] in checkpoint.stop_ids else output)


@pytest.mark.parametrize("sampling", [GREEDY, GREEDY_PENALISED], ids=["plain", "penalised"])
def test_greedy_texts_are_those_of_transformers(checkpoint: Checkpoint, sampling: Sampling) -> None:
    asked = generation_models.problems(9)
    endless = dataclasses.replace(checkpoint, stop_ids=checkpoint.stop_ids[:1])
    found = _generate(endless, asked, sampling)
    for problem, sample in asked:
        assert found[problem.id, sample].text == _reference(endless, problem, sampling)


def test_kernels_decode_what_they_can(
    checkpoint: Checkpoint, request: pytest.FixtureRequest
) -> None:
    forward = load_forward(checkpoint, precision="float32", device="cpu")
    expected = load_kernels(torch.float32) and "without" not in request.node.name
    assert isinstance(forward, LlamaForward) == bool(expected)


@torch.inference_mode()
@pytest.mark.parametrize("width", [16, 24, 40, 48])
def test_kernels_give_the_logits_of_the_module(width: int, tmp_path: Path) -> None:
    if not load_kernels(torch.float32):
        pytest.skip("no C compiler")
    model = AutoModelForCausalLM.from_pretrained(
        generation_models.save(tmp_path, head_dim=width).path
    )
    model.set_attn_implementation(register())
    texts = [[(7 * i + 3 * n) % 300 for i in range(n)] for n in range(2, 42)]
    logits = []
    for forward in (LlamaForward(model), ModuleForward(model)):
        forward.open(len(texts), places=50)
        forward.insert(texts, slots=torch.arange(len(texts)))
        reach = [len(text) for text in texts]
        positions = torch.tensor(reach) - 1
        fed = torch.tensor([text[-1] for text in texts])
        logits.append(forward.logits(fed, positions, reach=reach))
    assert torch.allclose(*logits, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("kind", ["qwen2", "gemma", "phi", "gpt_neox"])
def test_other_architectures_decode_like_transformers(kind: str, tmp_path: Path) -> None:
    checkpoint = generation_models.save(tmp_path, kind=kind)
    asked = generation_models.problems(3)
    found = _generate(checkpoint, asked, GREEDY)
    for problem, sample in asked:
        assert found[problem.id, sample].text == _reference(checkpoint, problem, GREEDY)


@pytest.mark.parametrize("sampling", [PAPER, GREEDY], ids=["paper", "greedy"])
@pytest.mark.parametrize("rows", [1, 40, 64])  # 32 is the least that it takes
def test_responses_do_not_depend_on_their_company(
    checkpoint: Checkpoint, sampling: Sampling, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = generation_models.problems(80)
    expected = _generate(checkpoint, asked, sampling)
    monkeypatch.setattr(run, "n_rows", lambda *_: rows)
    order = np.random.default_rng(rows).permutation(len(asked))
    assert _generate(checkpoint, [asked[i] for i in order], sampling) == expected


@pytest.mark.parametrize("n", [1, 3, 31, 50])
def test_fewer_problems_leave_the_responses_as_they_are(checkpoint: Checkpoint, n: int) -> None:
    asked = generation_models.problems(80)
    expected = _generate(checkpoint, asked, PAPER)
    few = _generate(checkpoint, asked[-n:], PAPER)
    assert few == {key: expected[key] for key in few}


def test_interrupted_run_goes_on_as_if_undisturbed(checkpoint: Checkpoint) -> None:
    asked = generation_models.problems(80)
    whole = _generate(checkpoint, asked, PAPER)
    first = next(LocalEngine().generate(checkpoint, asked, PAPER, runtime=Runtime()))
    done = {(g.problem_id, g.sample): g for g in first}
    rest = [(p, k) for p, k in asked if (p.id, k) not in done]
    assert 0 < len(done) < len(asked)
    assert done | _generate(checkpoint, rest, PAPER) == whole


def test_samples_of_one_problem_differ(checkpoint: Checkpoint) -> None:
    problem = generation_models.problems(1)[0][0]
    hot = dataclasses.replace(PAPER, temperature=1.5, top_p=1.0)
    found = _generate(checkpoint, [(problem, k) for k in range(8)], hot)
    assert len({g.text for g in found.values()}) > 4


def test_stop_length_and_token_counts_are_told_apart(checkpoint: Checkpoint) -> None:
    found = _generate(checkpoint, generation_models.problems(80), PAPER).values()
    cut = [g for g in found if g.stopped == "length"]
    ended = [g for g in found if g.stopped == "stop"]
    assert cut
    assert ended
    assert all(g.n_tokens == PAPER.max_new_tokens for g in cut)
    assert all(1 <= g.n_tokens <= PAPER.max_new_tokens for g in ended)


def test_stop_ids_come_from_the_checkpoint_row(checkpoint: Checkpoint) -> None:
    endless = dataclasses.replace(checkpoint, stop_ids=())
    found = _generate(endless, generation_models.problems(20), PAPER).values()
    assert {g.stopped for g in found} == {"length"}


def test_sampling_defaults_of_the_model_folder_are_ignored(tmp_path: Path) -> None:
    checkpoint = generation_models.save(tmp_path)
    expected = _generate(checkpoint, generation_models.problems(20), PAPER)
    path = tmp_path / "generation_config.json"
    defaults = {"do_sample": True, "temperature": 9.0, "top_k": 1, "eos_token_id": 5}
    path.write_text(json.dumps({**json.loads(path.read_text()), **defaults}))
    assert _generate(checkpoint, generation_models.problems(20), PAPER) == expected


def test_prompt_that_fills_the_context_has_failed_and_others_are_cut_at_it(tmp_path: Path) -> None:
    checkpoint = generation_models.save(tmp_path, max_position_embeddings=128)
    endless = dataclasses.replace(checkpoint, stop_ids=())
    asked = [(Problem(id=str(n), prompt="a " * n, reference=""), 0) for n in (1, 40, 300)]
    sampling = Sampling(max_new_tokens=100)
    found = _generate(endless, asked, sampling)
    chat = Chat.load(tmp_path)
    room = 128 - len(chat.prompt_ids("", "a " * 40))
    assert [found[str(n), 0].stopped for n in (1, 40, 300)] == ["length", "length", "failed"]
    assert found["40", 0].n_tokens == room < 100
    assert (found["300", 0].text, found["300", 0].n_tokens) == ("", 0)


def test_model_trained_anew_into_the_same_folder_is_read_anew(tmp_path: Path) -> None:
    asked = generation_models.problems(5)
    first = _generate(generation_models.save(tmp_path, seed=0), asked, GREEDY)
    second = _generate(generation_models.save(tmp_path, seed=1), asked, GREEDY)
    assert first != second


def test_no_problems_give_no_responses(checkpoint: Checkpoint) -> None:
    assert _generate(checkpoint, [], PAPER) == {}


def test_run_that_is_asked_to_stop_raises(checkpoint: Checkpoint) -> None:
    runtime = Runtime(stop=lambda: True)
    with pytest.raises(Stopped, match="of 96"):
        list(
            LocalEngine().generate(
                checkpoint, generation_models.problems(80), PAPER, runtime=runtime
            )
        )


def test_progress_ends_with_all_responses_and_their_tokens(checkpoint: Checkpoint) -> None:
    seen: list[tuple[Any, ...]] = []
    runtime = Runtime(progress=lambda *event: seen.append(event))
    asked = generation_models.problems(40)
    groups = LocalEngine().generate(checkpoint, asked, PAPER, runtime=runtime)
    tokens = sum(g.n_tokens for group in groups for g in group)
    assert seen[-1] == ("generate", len(asked), len(asked), tokens)
    assert [event[3] for event in seen] == sorted(event[3] for event in seen)


def test_texts_beyond_a_sliding_window_are_refused(tmp_path: Path) -> None:
    checkpoint = generation_models.save(tmp_path, kind="mistral", sliding_window=64)
    with pytest.raises(BadStudy, match="last 64 tokens"):
        _generate(checkpoint, generation_models.problems(5), PAPER)


def test_model_with_a_recurrent_state_is_refused(tmp_path: Path) -> None:
    checkpoint = generation_models.save(tmp_path, kind="mamba", state_size=8)
    with pytest.raises(BadStudy, match="cannot decode"):
        _generate(checkpoint, generation_models.problems(5), PAPER)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_gpu_gives_nearly_the_texts_of_the_cpu(checkpoint: Checkpoint) -> None:
    asked = generation_models.problems(80)
    expected = _generate(checkpoint, asked, GREEDY)
    engine = LocalEngine(precision="float32")
    groups = engine.generate(checkpoint, asked, GREEDY, runtime=Runtime(device="cuda"))
    found = {(g.problem_id, g.sample): g for group in groups for g in group}
    assert found.keys() == expected.keys()
    same = [found[key].text == expected[key].text for key in expected]
    assert np.mean(same) > 0.9
