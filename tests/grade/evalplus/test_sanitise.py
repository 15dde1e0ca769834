"""The program in a response: the same as EvalPlus's quadratic search finds, without its cost."""

import ast
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.grade.evalplus.extract import longest_code
from leadline.grade.evalplus.sanitise import sanitise

# Lines that models write, and lines that are awkward for a parser.
CODE = [
    "def f(x):", "    return x", "    return g(x)", "def g(x):", "    y = 1", "  return 2",
    "        return 3", "    if x:", "    else:", "    for i in range(3):", "    pass", "import os",
    "from math import sqrt", "x = 1", "x = y", "x[0] = g", "a = b = f", "class A:", "@deco",
    "async def h():", "    try:", "try:", "except ValueError:", "    except:", "finally:", "if x:",
    "print(f(2))", "assert f(1) == 1", "# comment", "    # indented comment", "lambda: 0", "x = (",
    ")", "x = [1,", "]", "{", "}", '"""', "    '''", '    """Doc."""', 's = """a', "y = 'open",
    "x = 1 \\", "\\", "x = 1; y = 2", "return 5", "    x: int = 5", "match x:", "    case 1:",
    "\tx = 1", "\x0cdef p(): return 1", "if x: return 1", "yield", "f'{x}'", "f'{'", "with a as b:",
]  # fmt: skip
PROSE = [
    "", "   ", "Here's the code:", "```python", "```", "Explanation", "one two three", "1. First",
    "- item", "# Heading", "**bold**", "(see below", "It works; done.", "“quote”", "...", "pass",
    "a\rb = 1", "\u00a0", "été = 1", "x = '\u2028'", "$x", "not", "f(a b", "100%",
]  # fmt: skip
RESPONSES = st.lists(st.sampled_from(CODE + PROSE), max_size=14).map("\n".join)


def naive(text: str) -> str:
    """EvalPlus's search as it is described: every first line, every last line, one parse each."""
    lines, best, most = text.split("\n"), (0, 0), 0
    for i in range(len(lines)):
        for j in range(i + 1, len(lines)):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    ast.parse("\n".join(lines[i : j + 1]))
                except (SyntaxError, MemoryError):
                    continue
            filled = sum(bool(line.strip()) for line in lines[i : j + 1])
            if filled > most:
                most, best = filled, (i, j)
    return "\n".join(lines[best[0] : best[1] + 1])


@settings(max_examples=1500, deadline=None)
@given(RESPONSES)
def test_longest_code_is_what_the_quadratic_search_finds(text: str) -> None:
    assert longest_code(text) == naive(text)


@settings(max_examples=800, deadline=None)
@given(RESPONSES)
def test_program_is_what_evalplus_itself_finds(text: str) -> None:
    reference = pytest.importorskip("evalplus.sanitize")
    assert sanitise(text, entry_point="f") == reference.sanitize(text, "f")
