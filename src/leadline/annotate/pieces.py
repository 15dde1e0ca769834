"""Cut a response into the final answer and the sentences before it, each with its line.

The world's annotators judge what is said and not how it is set out (that is the grader's `format`):
a separator or a line break that is missing, or a final answer without its delimiter, hides no step.
Every pattern here takes time linear in the text.
"""

import re
from typing import Literal, NamedTuple

DELIMITER = "####"
MOST_CHARACTERS = 20_000  # a solution of this world has 500; longer ones are not read

# After a sentence's end, or at the separator of the world's format.
_CUT = re.compile(r"(?<=[.?!])\s+|\*\*")


class Piece(NamedTuple):
    """One sentence or question, and the number of its line, from 0."""

    line: int
    text: str


class Pieces(NamedTuple):
    """What stands before the final answer, and the answer: None without a delimiter. `last` is the
    answer's line, or else the last line with text."""

    body: list[Piece]
    answer: str | None
    last: int


def cut(text: str, *, at: Literal["first", "last"]) -> Pieces:
    """The pieces of a response. at: the delimiter that begins the answer, if there are several: the
    one that the task's grader reads. An answer with nothing before it stands for one at the end."""
    head, delimiter, tail = (
        text.partition(DELIMITER) if at == "first" else text.rpartition(DELIMITER)
    )
    if not delimiter:
        body = _pieces(text, start=0)
        return Pieces(body, None, body[-1].line if body else 0)
    line = head.count("\n")
    answer, _, rest = tail.partition("\n")
    body = _pieces(head, start=0) or _pieces(rest, start=line + 1)
    return Pieces(body, answer.strip(), line)


def _pieces(text: str, *, start: int) -> list[Piece]:
    return [
        Piece(number, part)
        for number, line in enumerate(text.split("\n"), start)
        for piece in _CUT.split(line)
        if (part := piece.replace(DELIMITER, " ").strip())
    ]
