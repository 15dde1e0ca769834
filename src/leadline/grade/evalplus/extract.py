"""The longest run of lines of a response that is Python: where a model's program begins and ends.

EvalPlus parses every pair of first and last line, which takes quadratically many parses. The same
run of lines is found here with few, for three reasons. A parser that gave up before the end of its
text gives up on every longer text too, so one failure bounds all ends of a start. A line inside a
run that parses, where a statement begins at the left margin, can start no longer run. And a start
or an end that cannot give more lines than the best run so far is not looked at.
"""

import ast
import codeop
import contextlib
import re
import threading
import warnings
from dataclasses import dataclass, field
from typing import Literal

# What one response may cost, in characters parsed (a million take about a second). Only a response
# of megabytes, or one built to be slow, reaches it: the best run so far then counts.
BUDGET = 4_000_000
_FLAGS = ast.PyCF_ONLY_AST | codeop.PyCF_ALLOW_INCOMPLETE_INPUT  # type: ignore[attr-defined]
_LEFT_OPEN = re.compile(r"unterminated triple-quoted|was never closed")
_TRY = re.compile(r"try\s*:")
_NO_CODE = re.compile(r"\s*(?:#|$)")
_filters = threading.Lock()  # the warning filters are the process's

# parses · may parse with more lines · cannot, whatever follows
State = Literal["whole", "open", "dead"]


def longest_code(text: str) -> str:
    """The run of two or more lines with the most non-blank ones that parses, the first of several;
    the first line if there is none: EvalPlus's `code_extract`."""
    with _filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd escapes in a model's strings are not our user's
        search = _Search(text.split("\n"))
        search.run()
    first, last = search.best
    return "\n".join(search.lines[first : last + 1])


class _Spent(Exception):
    """The budget is used up."""


@dataclass
class _Search:
    """Positions are line numbers from 0, both ends included."""

    lines: list[str]
    best: tuple[int, int] = (0, 0)
    budget: int = BUDGET
    _covered: set[int] = field(default_factory=set)  # starts that cannot win any more
    _filled: list[int] = field(default_factory=list)  # non-blank lines before each line
    _most: int = 0  # non-blank lines of the best run

    def run(self) -> None:
        self._filled = [0]
        for line in self.lines:
            self._filled.append(self._filled[-1] + bool(line.strip()))
        with contextlib.suppress(_Spent):
            for first in range(len(self.lines) - 1):
                if self._count(first, len(self.lines) - 1) <= self._most:
                    return
                if first not in self._covered:
                    self._try_start(first)

    def _try_start(self, first: int) -> None:
        last = self._bound(first) - 1
        while last > first and self._count(first, last) > self._most:
            ends = self._ends(first, last)
            for end in ends:
                tree, _ = self._parse(first, end)
                if tree is not None:
                    self._most, self.best = self._count(first, end), (first, end)
                    self._cover(first, tree)
                    return
            last = self._before_what_is_open(first, ends[0])

    def _count(self, first: int, last: int) -> int:
        return self._filled[last + 1] - self._filled[first]

    def _bound(self, first: int) -> int:
        """The least line with which a run from `first` is beyond help; or one known to be, if the
        lines before it are too few to win."""
        alive, step, total = first, 1, len(self.lines)
        while alive < total - 1:
            ahead = min(alive + step, total - 1)
            if self._parse(first, ahead)[1] == "dead":
                return self._bisect(first, alive, ahead)
            alive, step = ahead, step * 2
        return total

    def _bisect(self, first: int, alive: int, dead: int) -> int:
        while dead - alive > 1 and self._count(first, dead - 1) > self._most:
            middle = (alive + dead) // 2
            if self._parse(first, middle)[1] == "dead":
                dead = middle
            else:
                alive = middle
        return dead

    def _ends(self, first: int, last: int) -> range:
        """Ends that give as many non-blank lines as `last`, the nearest first. Blank lines matter
        only where a statement ends in a backslash, so that two of them tell about all."""
        end = last
        while end > first + 1 and self._filled[end] == self._filled[last + 1]:
            end -= 1
        return range(end, min(last, end + 2) + 1)

    def _before_what_is_open(self, first: int, end: int) -> int:
        """The last end that may parse, before one that does not: a bracket, text or `try` that is
        open at the end is open at every end since the line where it began."""
        try:
            self._compile(self._text(first, end), ast.PyCF_ONLY_AST)
        except SyntaxError as error:
            if _LEFT_OPEN.search(error.msg or "") and error.lineno:
                return min(end - 1, first + error.lineno - 2)
        except (MemoryError, RecursionError):
            return end - 1
        return self._before_open_try(first, end)

    def _before_open_try(self, first: int, end: int) -> int:
        """As above, of `try` alone: believed if the text parses once each has its `finally`."""
        closed, start, margin = self._text(first, end), None, 1 << 30
        for number in range(end, first - 1, -1):
            line = self.lines[number]
            code = line.lstrip(" \t")
            width = len(line) - len(code)
            if _NO_CODE.match(line) or width >= margin:
                continue
            if margin < 1 << 30 and _TRY.match(code):
                closed += f"\n{line[:width]}finally: pass"
                start = number
            margin = width
        if start is None:
            return end - 1
        try:
            tree = self._compile(closed, ast.PyCF_ONLY_AST)
        except (SyntaxError, MemoryError, RecursionError):
            return end - 1
        tries = [node for node in ast.walk(tree) if isinstance(node, ast.Try)]
        begun = {node.lineno for node in tries if node.finalbody and _after(node, end - first)}
        return start - 1 if start - first + 1 in begun else end - 1

    def _parse(self, first: int, last: int) -> tuple[ast.Module | None, State]:
        """The syntax tree of a run of lines, or whether more lines could help."""
        try:
            return self._compile(self._text(first, last), _FLAGS), "whole"
        except SyntaxError as error:
            return None, "open" if "incomplete input" in (error.msg or "") else "dead"
        except ValueError:
            return None, "dead"  # a null character, or half a surrogate pair
        except (MemoryError, RecursionError):
            return None, "open"  # too deeply nested: nothing is known of longer runs

    def _text(self, first: int, last: int) -> str:
        return "\n".join(self.lines[first : last + 1])

    def _compile(self, text: str, flags: int) -> ast.Module:
        self.budget -= len(text) + 1
        if self.budget < 0:
            raise _Spent
        tree: ast.Module = compile(text, "<response>", "exec", flags, dont_inherit=True)
        return tree

    def _cover(self, first: int, tree: ast.Module) -> None:
        """Starts at a later statement of this run, or at the comments before it, parse what this
        start parses from there on: they never give more lines."""
        for before, after in zip(tree.body, tree.body[1:], strict=False):
            start = min([after.lineno, *(d.lineno for d in getattr(after, "decorator_list", ()))])
            at_margin = after.col_offset == 0 or start < after.lineno
            from_line = (before.end_lineno or before.lineno) + 1
            self._covered.update(range(first + from_line - 1, first + start - (not at_margin)))


def _after(node: ast.Try, line: int) -> bool:
    """Whether the `finally` of a `try` stands after a line, from 0, of the text that was parsed."""
    return node.finalbody[0].lineno > line + 1
