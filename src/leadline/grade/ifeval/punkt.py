"""Decide where sentences end, as NLTK's Punkt with its English parameters does.

IFEval's `number_sentences` counts these sentences, and its capital words are found sentence by
sentence. The rules are those of NLTK up to 3.9, with which the published verdicts were made (3.10
also takes curly quotes for closing punctuation). Kiss and Strunk (2006) is the source of both.

Sentences are yielded as they are found, so that a count may stop early, in time linear in the text.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import NamedTuple

# A period, question or exclamation mark before punctuation or before white space and a word. The
# inner marks of a run such as "!!!!!" are passed over: _contexts would drop them.
_END = re.compile(
    r"""[.?!](?!(?<=[?!][?!])[?!]{2})(?=(?P<after>[)";}\]*:@'({\[?!]|\s+(?P<next>\S+)))"""
)
_CLOSERS = re.compile(r"""["')\]}]+?(?:\s+|(?=--)|$)""", re.MULTILINE)
_TOKEN = re.compile(
    r"""(?:\-{2,}|\.{2,}|(?:\.\s){2,}\.)
    | (?=[^\("`{\[:;&\#*@)}\]\-,]) \S+?
      (?= \s | $ | [)";}\]*:@'({\[?!] | \-{2,}|\.{2,}|(?:\.\s){2,}\.
        | ,(?= $ | \s | [)";}\]*:@'({\[?!] | \-{2,}|\.{2,}|(?:\.\s){2,}\.) )
    | \S""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"^-?[.,]?\d[\d,.-]*\.?$")
_INITIAL = re.compile(r"[^\W\d]\.$")
_ELLIPSIS = re.compile(r"\.\.+$")
_ASCII_SPACE = " \n\t\r\x0b\x0c"

# Where and in which case a type was seen in the training text: flags of `ortho_context.tab`.
_MIDDLE_UPPER = 1 << 2
_UPPER = 1 << 1 | 1 << 2 | 1 << 3
_START_LOWER = 1 << 4
_LOWER = 1 << 4 | 1 << 5 | 1 << 6

_SHORT = 80  # characters of a context whose decision is worth keeping


class Parameters(NamedTuple):
    """What Punkt learned: see punkt_english/README.md."""

    abbreviations: frozenset[str]
    collocations: frozenset[tuple[str, str]]
    starters: frozenset[str]
    seen: dict[str, int]  # type → flags


class Span(NamedTuple):
    """A part of a text, end excluded."""

    start: int
    end: int


@dataclass(slots=True)
class _Token:
    """A token of a context and what the first pass says of it."""

    text: str
    type: str  # lower case; a number is ##number##
    ends: bool = False  # a sentence
    abbreviation: bool = False
    ellipsis: bool = False

    @property
    def bare(self) -> str:
        """The type without its last period."""
        return self.type[:-1] if len(self.type) > 1 and self.type[-1] == "." else self.type

    @property
    def next_type(self) -> str:
        """The type as the token before it sees it."""
        return self.bare if self.ends else self.type


@functools.cache
def english() -> Parameters:
    """The shipped parameters, read once."""
    folder = files(__package__) / "punkt_english"

    def lines(name: str) -> list[str]:
        return (folder / name).read_text(encoding="utf-8").split("\n")

    pairs = [line.split("\t") for line in lines("collocations.tab") if line]
    flags = [line.split("\t") for line in lines("ortho_context.tab") if line]
    return Parameters(
        frozenset(lines("abbrev_types.txt")),
        frozenset((first, second) for first, second in pairs),
        frozenset(lines("sent_starters.txt")),
        {kind: int(number) for kind, number in flags},
    )


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text in order, closing quotes and brackets with the sentence they close.
    White space between sentences belongs to none; a text of white space has no sentence."""
    for span in _realigned(text):
        yield text[span.start : span.end]


def _realigned(text: str) -> Iterator[Span]:
    spans = _split(text)
    span, shift = next(spans), 0
    for following in spans:
        start = span.start + shift
        closers = _CLOSERS.match(text, *following)
        shift = 0
        if closers:
            yield Span(start, following.start + len(closers.group().rstrip()))
            shift = closers.end() - following.start
        elif start < span.end:
            yield Span(start, span.end)
        span = following
    if span.start + shift < span.end:
        yield Span(span.start + shift, span.end)


def _split(text: str) -> Iterator[Span]:
    start = 0
    for match, context in _contexts(text):
        if _holds_break(context):
            yield Span(start, match.end())
            start = match.start("next") if match["next"] else match.end()
    yield Span(start, len(text.rstrip()))


def _contexts(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each possible end with the word before it and what follows. Of ends in one word ("!!!") only
    the last counts."""
    candidate, word = None, Span(0, 0)
    for match in _END.finditer(text):
        before = text[word.end : match.start()]
        space = max(map(before.rfind, _ASCII_SPACE))
        # NLTK's search for the last space cannot tell the first place from none.
        begin = word.end + space + 1 if space > 0 else word.start
        if candidate and word.end <= begin:
            yield candidate, text[word.start : word.end] + candidate.group() + candidate["after"]
        candidate, word = match, Span(begin, match.start())
    if candidate:
        yield candidate, text[word.start : word.end] + candidate.group() + candidate["after"]


def _holds_break(context: str) -> bool:
    """Whether a sentence ends in the context before its last token."""
    return _kept_break(context) if len(context) <= _SHORT else _find_break(context)


def _find_break(context: str) -> bool:
    lines = (line for line in context.split("\n") if line.strip())
    tokens = (_first_pass(text) for line in lines for text in _TOKEN.findall(line))
    token = next(tokens, None)
    for following in tokens:
        assert token is not None
        if _ends(token, following):
            return True
        token = following
    return False


_kept_break = functools.lru_cache(maxsize=1 << 14)(_find_break)


def _first_pass(text: str) -> _Token:
    """A token as its own type alone has it."""
    token = _Token(text, _NUMBER.sub("##number##", text.lower()))
    if text in (".", "?", "!"):
        token.ends = True
    elif _ELLIPSIS.match(text):
        token.ellipsis = True
    elif text.endswith(".") and not text.endswith(".."):
        stem = text[:-1].lower()
        known = english().abbreviations
        token.abbreviation = stem in known or stem.rpartition("-")[2] in known
        token.ends = not token.abbreviation
    return token


def _ends(token: _Token, following: _Token) -> bool:
    """Whether a sentence ends with the token, given the one that follows (sections 4.1 to 4.3)."""
    if not token.text.endswith("."):
        return token.ends
    if (token.bare, following.next_type) in english().collocations:
        return False
    initial = _INITIAL.match(token.text)
    if (token.abbreviation or token.ellipsis) and not initial:
        starts = _starts_sentence(following)
        capital = following.text[0].isupper()
        if starts or (capital and following.next_type in english().starters):
            return True
    if initial or token.bare == "##number##":
        starts = _starts_sentence(following)
        if starts is False:
            return False
        lower_unseen = not english().seen.get(following.next_type, 0) & _LOWER
        if starts is None and initial and following.text[0].isupper() and lower_unseen:
            return False  # J. Bach
    return token.ends


def _starts_sentence(token: _Token) -> bool | None:
    """The orthographic heuristic: True, False, or None where the training text does not say."""
    if token.text in (";", ":", ",", ".", "!", "?"):
        return False
    seen, first = english().seen.get(token.next_type, 0), token.text[0]
    if first.isupper() and seen & _LOWER and not seen & _MIDDLE_UPPER:
        return True
    if first.islower() and (seen & _UPPER or not seen & _START_LOWER):
        return False
    return None
