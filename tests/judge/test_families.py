"""Kinship is told from whole words of names, as the models' makers write them."""

import pytest

from leadline.judge.families import families, kinship


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", {"llama"}),
        ("meta-llama/Meta-Llama-3-70B", {"llama"}),
        ("LLAMA3:8b-instruct-q4_K_M", {"llama"}),
        ("us.meta.llama3-1-70b-instruct-v1:0", {"llama"}),
        ("codellama/CodeLlama-7b-hf", {"llama"}),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", {"mistral"}),
        ("Ministral-8B-Instruct-2410", {"mistral"}),
        ("Qwen/Qwen2.5-72B-Instruct", {"qwen"}),
        ("Qwen/QwQ-32B", {"qwen"}),
        ("gpt-4o-2024-08-06", {"gpt"}),
        ("openai/gpt-oss-120b", {"gpt"}),
        ("chatgpt-4o-latest", {"gpt"}),
        ("o3-mini-2025-01-31", {"gpt"}),
        ("openai/o4-mini", {"gpt"}),
        ("anthropic.claude-sonnet-4-5-v1:0", {"claude"}),
        ("models/gemini-2.5-pro", {"gemini"}),
        ("google/gemma-3-4b-it", {"gemma"}),
        ("microsoft/Phi-3.5-mini-instruct", {"phi"}),
        ("phi4:14b", {"phi"}),
        ("deepseek-ai/DeepSeek-V3.1", {"deepseek"}),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", {"deepseek", "llama"}),
        ("nvidia/Llama-3.1-Nemotron-70B-Instruct-HF", {"llama", "nemotron"}),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", {"smollm"}),
        ("01-ai/Yi-34B-Chat", {"yi"}),
        ("allenai/OLMo-2-1124-7B", {"olmo"}),
        # No false matches: owners, parts of words, and others called GPT or o1.
        ("meta-llama/opt-125m", set()),
        ("Qwen/embedding-only", set()),
        ("ollama/solar", set()),
        ("llamafile", set()),
        ("EleutherAI/gpt-neox-20b", set()),
        ("EleutherAI/gpt-neo-1.3B", set()),
        ("EleutherAI/gpt-j-6b", set()),
        ("gpt2-xl", set()),
        ("nomic-ai/gpt4all-13b-snoozy", set()),
        ("dolphin-philosophy-7b", set()),
        ("AIDC-AI/Marco-o1", set()),
        ("o365-helper", set()),
        ("gemstone-1b", set()),
        ("", set()),
    ],
)
def test_a_name_tells_its_family(name: str, expected: set[str]) -> None:
    assert families(name) == expected


def test_a_judge_of_the_judged_models_family_is_noted_with_the_figure() -> None:
    note = kinship("Qwen/Qwen2.5-72B-Instruct", judged="qwen2-0.5b")
    assert "qwen" in note
    assert "71.5 %" in note


def test_a_judge_that_judges_itself_is_noted_whatever_it_is_called() -> None:
    assert "judges itself" in kinship("My-Model", judged="my-model")


def test_strangers_and_unknown_models_are_not_noted() -> None:
    assert kinship("gpt-4o", judged="Llama-3-8B", architecture="llama") == ""
    assert kinship("our-judge", judged="our-model") == ""


def test_the_architecture_counts_only_where_the_name_tells_nothing() -> None:
    assert kinship("Llama-3.1-70B", judged="my-finetune", architecture="llama")
    assert kinship("Llama-3.1-70B", judged="SmolLM2-135M", architecture="llama") == ""
