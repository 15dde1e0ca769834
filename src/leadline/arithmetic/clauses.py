"""Part the tokens of a text into clauses: stretches in which one equation or chain may stand.

Brackets become nodes of their own. A bracket that holds a relation, or the end of a sentence, is a
remark: its content is a clause of its own, and the clause around it sees only that a remark is
there. Sentence ends, colons, commas and line ends part clauses. Takes time linear in the text.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from leadline.arithmetic.tokens import Token, tokens

MAX_DEPTH = 50  # deeper brackets are not read


@dataclass(frozen=True, slots=True)
class Group:
    """A bracketed expression."""

    nodes: tuple["Node", ...]
    start: int
    end: int
    shape: str  # the opening bracket
    glued: bool = False
    kind: Literal["group"] = "group"
    text: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Where a bracketed remark stood (or, if broken, a bracket without its partner)."""

    start: int
    end: int
    broken: bool = False
    glued: bool = False
    text: str = ""

    @property
    def kind(self) -> Literal["remark", "bad"]:
        return "bad" if self.broken else "remark"


Node = Token | Group | Remark


@dataclass(frozen=True, slots=True)
class Clause:
    """Nodes on one line. fresh: it begins the line (or a row of LaTeX), so that a leading `=`
    goes on from the equation before it. inner: it stands in brackets or in a calculator mark."""

    line: int
    nodes: tuple[Node, ...]
    fresh: bool = False
    inner: bool = False


@dataclass(slots=True)
class _Frame:
    opening: Token | None
    nodes: list[Node] = field(default_factory=list)
    is_remark: bool = False
    depth: int = 0


_MARK = re.compile(r"<<([^<>\n]{1,200})>>")  # GSM8K's calculator marks
_CLOSE = ("", "$")  # between a mark and the number that it stands for


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a text, line by line; those of a remark come before the one around it."""
    for number, line in enumerate(text.split("\n")):
        for mark in _MARK.finditer(line):
            found = [clause.nodes for clause in _Reader(number).read(tokens(line, *mark.span(1)))]
            for i, nodes in enumerate(found, start=1):
                goes_on = i == len(found) and any(node.kind == "relation" for node in nodes)
                more = _said_after(line, mark) if goes_on else ()
                yield Clause(number, (*nodes, *more), inner=True)
        yield from _Reader(number).read(tokens(without_marks(line)))


def _said_after(line: str, mark: re.Match[str]) -> Sequence[Token]:
    """The number that stands right after a mark, as one more link of its chain: it should be the
    mark's own, at most rounded. Empty where more belongs to that number than a unit."""
    number, after = (*islice(tokens(line, mark.end()), 2), None, None)[:2]
    if number is None or number.kind != "number" or line[mark.end() : number.start] not in _CLOSE:
        return ()
    if after is None or after.kind == "stop":
        unit: Sequence[Token] = ()
    elif after.kind == "percent" or (after.kind == "word" and not after.glued):
        unit = (after,)
    else:
        return ()
    return (Token("relation", "≈", *mark.span()), number, *unit)


def without_marks(line: str) -> str:
    """The line with spaces in place of its calculator marks."""
    return _MARK.sub(lambda mark: " " * len(mark[0]), line) if "<<" in line else line


class _Reader:
    """Reads the clauses of one line: a stack of open brackets, the line itself at the bottom."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.stack = [_Frame(None)]
        self.fresh = True

    def read(self, found: Iterable[Token]) -> Iterator[Clause]:
        for token in found:
            if token.kind == "open":
                self.stack.append(_Frame(token))
            elif token.kind == "close":
                yield from self._close(token)
            elif token.kind == "break":
                self._unwind()
                yield from self._flush()
                self.fresh = True
            elif token.kind == "stop":
                self.stack[-1].is_remark = True
                yield from self._flush()
            else:
                self.stack[-1].is_remark |= token.kind == "relation"
                self.stack[-1].nodes.append(token)
        self._unwind()
        yield from self._flush()

    def _flush(self) -> Iterator[Clause]:
        """End the clause that the innermost open bracket (or the line) holds."""
        frame, inner = self.stack[-1], len(self.stack) > 1
        if frame.nodes:
            yield Clause(self.line, tuple(frame.nodes), fresh=self.fresh and not inner, inner=inner)
        frame.nodes = []
        self.fresh &= inner

    def _close(self, token: Token) -> Iterator[Clause]:
        if len(self.stack) == 1:
            if self.fresh and len(self.stack[0].nodes) == 1:  # 1) is an item of a list
                self.stack[0].nodes = []
                return
            self.stack[0].nodes.append(Remark(token.start, token.end, broken=True))
            return
        frame = self.stack[-1]
        if frame.is_remark:
            yield from self._flush()
        self.stack.pop()
        opening, parent = frame.opening, self.stack[-1]
        assert opening is not None
        start, end, depth = opening.start, token.end, frame.depth + 1
        parent.depth = max(parent.depth, min(depth, MAX_DEPTH + 1))
        if frame.is_remark or depth > MAX_DEPTH:
            parent.nodes.append(Remark(start, end, broken=depth > MAX_DEPTH))
        else:
            nodes = tuple(frame.nodes)
            parent.nodes.append(Group(nodes, start, end, opening.text, opening.glued))

    def _unwind(self) -> None:
        """Brackets still open at the end of a line never were brackets."""
        ground = self.stack[0].nodes
        for frame in self.stack[1:]:
            assert frame.opening is not None
            ground += [Remark(frame.opening.start, frame.opening.end, broken=True), *frame.nodes]
        del self.stack[1:]
