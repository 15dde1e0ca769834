"""lm-evaluation-harness's own IFEval code, as the oracle of these tests."""

import importlib.util
import logging
import shutil
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import leadline.grade.ifeval as ours

PACKAGES = ("lm_eval", "lm_eval.tasks", "lm_eval.tasks.ifeval")
MODULES = ("instructions_util", "instructions", "instructions_registry", "utils")


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Its four modules, with langdetect seeded, Punkt's parameters from our files, and NLTK's rules
    of version 3.9, whichever is installed."""
    langdetect = pytest.importorskip("langdetect")
    nltk = pytest.importorskip("nltk")
    pytest.importorskip("immutabledict")
    found = importlib.util.find_spec("lm_eval")
    if found is None or found.origin is None:
        pytest.skip("lm_eval is not installed")
    data = tmp_path_factory.mktemp("nltk_data")
    target = data / "tokenizers" / "punkt_tab" / "english"
    shutil.copytree(Path(str(ours.__file__)).parent / "punkt_english", target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nltk.data, "path", [str(data)])
        patch.setattr(langdetect.DetectorFactory, "seed", 0)
        modules = load(Path(found.origin).parent / "tasks" / "ifeval", patch)
        splitter = as_in_nltk_3_9()
        patch.setattr(nltk.tokenize, "sent_tokenize", lambda text, _="": splitter.tokenize(text))
        patch.setattr(modules.instructions_util, "_get_sentence_tokenizer", lambda: splitter)
        logging.getLogger("lm_eval.tasks.ifeval.instructions").setLevel(logging.CRITICAL)
        yield modules


def load(folder: Path, patch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The modules alone: importing the package would import datasets and torch."""
    for name in PACKAGES:
        package = types.ModuleType(name)
        package.__path__ = []
        patch.setitem(sys.modules, name, package)
    loaded = {}
    for name in MODULES:
        full = f"lm_eval.tasks.ifeval.{name}"
        spec = importlib.util.spec_from_file_location(full, folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        patch.setitem(sys.modules, full, module)
        setattr(sys.modules["lm_eval.tasks.ifeval"], name, module)
        spec.loader.exec_module(module)
        loaded[name] = module
    for name in (*PACKAGES, *(f"lm_eval.tasks.ifeval.{name}" for name in MODULES)):
        patch.delitem(sys.modules, name, raising=False)
    return SimpleNamespace(**loaded)


def as_in_nltk_3_9():  # type: ignore[no-untyped-def]
    """NLTK's sentence splitter with the regular expressions that 3.10 widened."""
    import re

    from nltk.tokenize import destructive, punkt

    class Variables(punkt.PunktLanguageVars):
        re_boundary_realignment = re.compile(r'["\')\]}]+?(?:\s+|(?=--)|$)', re.MULTILINE)
        _re_non_word_chars = r"(?:[)\";}\]\*:@\'\({\[!\?])"

    clitic = (re.compile(r"(?i)(')(?!re|ve|ll|m|t|s|d|n)(\w)\b"), r"\1 \2")
    words = destructive.NLTKWordTokenizer
    words.STARTING_QUOTES = [*words.STARTING_QUOTES[:-1], clitic]
    words.PUNCTUATION = [rule for rule in words.PUNCTUATION if "2012" not in rule[0].pattern]
    splitter = punkt.PunktTokenizer("english")
    splitter._lang_vars = Variables()
    return splitter
