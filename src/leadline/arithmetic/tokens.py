"""Cut one line of text into numbers, operators, relations, words and brackets, with their places.

One pattern, read from left to right, takes time linear in the line. Plain text, Markdown and LaTeX
come out alike: `\\times`, `×` and `*` are one operator, `\\text{…}` is a word, `\\left`, `\\(` and
`$` are nothing. A sign that this module does not know is "bad": whatever holds it is not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from leadline.arithmetic.numbers import Literal as Number
from leadline.arithmetic.numbers import read_number

Kind = Literal["number", "op", "relation", "word", "letter", "percent", "frac", "open", "close"]
Mark = Literal["stop", "break", "bad"]


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is normalised: operators are + - * / ^, relations = ≈ and is. start and end are places
    in the line. glued: nothing stands between it and the token before it."""

    kind: Kind | Mark
    text: str
    start: int
    end: int
    number: Number | None = None
    glued: bool = False


_WORDS = r"(?:text|textbf|textit|mathrm|mathbf|mbox|operatorname)"
_PATTERN = re.compile(
    r"""
      (?P<ordinal>[0-9]+(?:st|nd|rd|th)\b)
    | (?P<compound>[0-9]+(?:\.[0-9]+)?-[^\W\d_]{2,}[\w-]*)
    | (?P<number>(?:(?:[0-9]{1,3}(?:(?:,|\{,\}|\\,)[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?
        |\.[0-9]+)
        (?:[eE][+-]?[0-9]{1,3}(?!\w))?(?:\.{3}|…|\\ldots|\\dots)?
        | [½¼¾⅓⅔⅛])
    | (?P<words>\\"""
    + _WORDS
    + r"""\s?\{[^{}]{0,200}\})
    | (?P<frac>\\[dtc]?frac(?![A-Za-z]))
    | (?P<relation>={1,2}(?!>)|≈|≅|≃|\\approx|\\simeq|\\cong|\bequals\b|\bis\ equal\ to\b)
    | (?P<unread>(?<=[0-9]):(?=[0-9])|(?<=[0-9]),\ (?=[0-9]{3}(?![0-9]))|\|(?=\S)|(?<=\S)\|
        |(?<=[0-9)])!(?=\s{0,3}[-+*/^=<)×÷0-9]))
    | (?P<stop>[<>≤≥≠→⇒;:?!|"#“”]
        |\\(?:neq?|[gl]eq?|[gl]t|to|implies|Rightarrow|rightarrow)(?![A-Za-z]))
    | (?P<power>\*\*|\^|[²³])
    | (?P<times>(?<=[0-9)])[xX](?=[0-9(])|\\?\*|×|·|∙|⋅|✕|⨯|\\times(?![A-Za-z])|\\cdot(?![A-Za-z]))
    | (?P<unit>/[^\W\d_]{2}[\w']*)
    | (?P<over>/|÷|∕|⁄|\\div(?![A-Za-z]))
    | (?P<plus>\+)
    | (?P<minus>-|−|–)
    | (?P<percent>\\?%|\bpercent\b)
    | (?P<break>\\\\|\\\[|\\\]|\$\$|\\(?:begin|end)\{[^{}]{0,40}\})
    | (?P<nothing>\s+|\\?\$|[€£¥₹`'’~&]|\\[()]
        |\\(?:left|right|[Bb]ig[lr]?|displaystyle|q?quad)(?![A-Za-z])
        |\\[,;:!\ ])
    | (?P<word>[^\W\d]\w*(?:['’-][^\W\d_]+)*)
    | (?P<open>[(\[{]|\\\{|\\boxed\s?\{)
    | (?P<close>[)\]}]|\\\})
    | (?P<comma>,(?![0-9])|[,.](?=\s|$)|—)
    | (?P<bad>\\[A-Za-z]+|.)
    """,
    re.VERBOSE,
)
_NORMAL = {"times": "*", "over": "/", "plus": "+", "minus": "-"}
_APPROXIMATE = frozenset({"≈", "≅", "≃", "\\approx", "\\simeq", "\\cong"})
_CURRENCY = frozenset({"$", "\\$", "€", "£", "¥", "₹"})
_GREEK = frozenset("αβγδεζηθικλμνξοπρσςτυφχψωΓΔΘΛΞΠΣΦΨΩ")
_ARTICLES = frozenset({"a", "I", "s"})  # single letters that are words ("s" of a possessive)


def tokens(line: str, start: int = 0, end: int | None = None) -> Iterator[Token]:
    """The tokens of one line, or of a part of it, in order. Spaces, currency and formatting yield
    none."""
    glued = False
    for found in _PATTERN.finditer(line, start, len(line) if end is None else end):
        kind = found.lastgroup or "bad"
        if kind == "nothing" or (kind == "power" and found[0] == "**" and _is_bold(line, found)):
            glued = glued and (kind == "power" or found[0] in _CURRENCY)
            continue
        yield _token(kind, found, glued)
        glued = True


def _is_bold(line: str, found: re.Match[str]) -> bool:
    """Whether `**` is Markdown, as it is unless it stands between two operands."""
    start, end = found.span()
    before, after = line[max(0, start - 1) : start], line[end : end + 1]
    return not (before and after and _holds(before) and _holds(after))


def _holds(character: str) -> bool:
    return character.isalnum() or character in "()[]{}-"


def _token(kind: str, found: re.Match[str], glued: bool) -> Token:
    text, start, end = found[0], found.start(), found.end()
    if kind in _NORMAL:
        return Token("op", _NORMAL[kind], start, end, None, glued)
    if kind == "power":
        return Token("op", "^", start, end, _exponent(text), glued)
    if kind == "number":
        number = read_number(text)
        return Token("number" if number else "bad", text, start, end, number, glued)
    if kind == "relation":
        sort = "≈" if text in _APPROXIMATE else "=" if text.startswith("=") else "is"
        return Token("relation", sort, start, end, None, glued)
    if kind in ("words", "ordinal", "compound", "unit"):
        return Token("word", _inner(text), start, end, None, glued)
    if kind == "word":
        return Token(_word_kind(text, glued), text, start, end, None, glued)
    if kind in ("comma", "unread"):
        return Token("stop" if kind == "comma" else "bad", text, start, end, None, glued)
    return Token(kind, text, start, end, None, glued)  # type: ignore[arg-type]


def _word_kind(text: str, glued: bool) -> Kind:
    """A single letter, or a name with a digit or an underscore, may stand for a number."""
    if len(text) == 1 and (text.isascii() or text in _GREEK):
        return "word" if text in _ARTICLES and not glued else "letter"
    return "letter" if "_" in text or any(c.isdigit() for c in text) else "word"


def _exponent(text: str) -> Number | None:
    if text not in "²³":
        return None
    return Number(Fraction(2 if text == "²" else 3), 0)


def _inner(text: str) -> str:
    return text.partition("{")[2].rstrip("}").strip() if text.startswith("\\") else text
