"""The corpus holds the ingredients and not the format."""

import re

from leadline import seeding
from leadline.miniature.constraints import CONSTRAINTS
from leadline.miniature.corpus import documents
from leadline.miniature.recipes import JOINT
from leadline.miniature.tokenizer import train_tokenizer
from leadline.miniature.world import RESULT_MAX


def texts(n: int, *, seed: int = 0) -> list[str]:
    source = documents(seeding.rng(seed, "corpus"))
    return [next(source) for _ in range(n)]


def test_no_question_is_ever_answered() -> None:
    asking = [text for text in texts(8000) if "?" in text]
    assert len(asking) > 500
    for text in asking:
        after = text[text.index("?") :]
        assert not re.search(r"\d|=|\bhas\b", after), text  # only further questions
        assert "=" not in text


def test_marks_of_the_format_never_stand_where_the_format_has_them() -> None:
    for text in texts(8000):
        assert not re.search(r"<<[^>]*=", text)  # no calculator mark
        assert "? **" not in text
        assert not re.match(r"####", text.rsplit("\n", 1)[-1])  # no final answer
        assert "<|" not in text  # no turn of a chat
        if re.search(r"[#*<>]{2}", text):
            assert "To recall: " in text  # inventories only


def test_every_equation_is_right() -> None:
    found = re.findall(r"(\d+)([-+*/])(\d+)=(\d+)", "\n".join(texts(4000)))
    assert len(found) > 10_000
    for left, sign, right, value in found:
        a, b, c = int(left), int(right), int(value)
        assert {"+": a + b == c, "-": a - b == c, "*": a * b == c, "/": a == b * c}[sign]
        assert c <= RESULT_MAX


def test_recalled_entries_were_told() -> None:
    entry = re.compile(r"[A-Z][a-z]+ (?:has|owns) \d+ [a-z]+")
    recalls = [text for text in texts(2000) if "To recall: " in text]
    assert len(recalls) > 100
    for text in recalls:
        told, recalled = (entry.findall(part) for part in text.split("To recall: "))
        assert recalled
        assert set(recalled) <= set(told)


def test_documents_are_a_function_of_the_seed() -> None:
    assert texts(50) == texts(50)
    assert texts(50) != texts(50, seed=1)


def test_ingredients_of_the_other_tasks_come_on_top() -> None:
    source = documents(seeding.rng(0, "corpus"), mix=JOINT)
    joint = [next(source) for _ in range(6000)]
    functions = [text for text in joint if "def f(x):" in text]
    assert 0.10 < len(functions) / len(joint) < 0.16
    for text in joint:
        assert "<|" not in text
        assert "? **" not in text
        assert not re.match(r"####", text.rsplit("\n", 1)[-1])
    assert not any("def f" in text for text in texts(3000))  # the older mixes have none


def test_every_document_fits_a_row() -> None:
    tokenizer = train_tokenizer()
    source = documents(seeding.rng(3, "corpus"), mix=JOINT)
    lengths = [len(e.ids) for e in tokenizer.encode_batch([next(source) for _ in range(4000)])]
    assert max(lengths) < 254


def test_lists_say_everything_twice_or_again_in_capitals() -> None:
    source = documents(seeding.rng(0, "corpus"), mix=(*[0.0] * 9, 1.0))
    n_capitals = 0
    for _ in range(300):
        entries = re.split(r", |\n", next(source))
        words = entries if len(entries) > 1 else entries[0].split(" ")
        if all(word.split(" ")[-1].isupper() or word[-1].isdigit() for word in words):
            n_capitals += 1
            assert all(word.split(" ")[0].upper() == word.split(" ")[-1] for word in words)
        else:
            half = len(words) // 2
            assert sorted(words[:half]) == sorted(words[half:])
    assert 10 < n_capitals < 60


def test_captions_are_not_worded_like_requests() -> None:
    source = documents(seeding.rng(0, "corpus"), mix=(*[0.0] * 8, 1.0, 0.0))
    captions = {
        text.split("\n")[0] for _ in range(2000) if "A note about" in (text := next(source))
    }
    assert len(captions) > 800
    says = {say.partition("{")[0] for constraint in CONSTRAINTS for say in constraint.says}
    for caption in captions:
        assert not any(say and say in caption for say in says - {""}), caption
