"""Whether a short answer is the one that a key names, by rule and in every writing of it.

An answer is right if, in one of these ways, it says what one of the gold answers says:
- same words, as SQuAD compares them: case, accents, articles, punctuation, number words, spaces
  within a name and a leading preposition or title make no difference;
- same date or same quantity, in any writing (grade/dates.py, grade/quantities.py); a more exact
  date is right, a less exact one is not;
- same person, with forenames as initials or one middle initial left out;
- any of that for a part that an answer sets off: before a comma or brackets, after "was", or as a
  whole phrase between function words and words of the question.
Several different answers are none. `undecided` is left for what no rule can tell: a date whose day
and month may be swapped, and a "who" answered by a surname, or a name short of two initials.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leadline.grade.dates import date_of, dates_in
from leadline.grade.persons import Way, same_person
from leadline.grade.quantities import quantity
from leadline.grade.readings import Reading
from leadline.grade.span_words import PLACES, TITLES, core, normal, same_words, word_set

VERSION = "span-1"  # raise it when any verdict could change
_LONGEST = 400  # characters of an answer that are compared

_NOT = word_set("not no nor never neither isnt wasnt arent werent cannot unlike without except")
_PRONOUNS = frozenset({"it", "that", "this", "he", "she", "they", "there", "answer", "the answer"})
# What may stand right before and after a phrase that is an answer of its own.
_LEADS = word_set(
    "is was are were be been being become became named called as in on at from by to that it its "
    "a an the than about around"
)
_FOLLOWS = word_set(
    "is was are were has had who which that when where in on at during for since because as with "
    "by from after before while"
)
_LEAD_IN = re.compile(
    r"^(?:(?:so|thus|hence|therefore|well|i (?:think|believe)(?: that)?),? )?"
    r"(?:it|that|this|he|she|they|these|the answer)(?:['’]s| is| was| are| were| would be) ",
    re.IGNORECASE,
)
_LEAD_OUT = re.compile(
    r",? (?:is|was) the (?:final |correct |right )?answer[.!]?$|, as \w+ above[.!]?$", re.IGNORECASE
)
_COPULA = re.compile(r"\s(?:is|was|are|were|be|means)\s(?:called\s|named\s)?|:\s")
_ASKED = re.compile(r"\b(?:who(?:m|se)?|what|which|when|where|how|why)\b")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def span_verdict(answer: str, golds: Sequence[str], *, question: str = "") -> Reading:
    """Whether `answer` says what one of `golds` does. question: what was asked, which tells
    persons ("who") and words that an answer may repeat. Linear in the text, which is cut at 400
    characters."""
    answer = " ".join(answer[:_LONGEST].split()).strip(" *_`\"'“”")
    answer = _LEAD_OUT.sub("", _LEAD_IN.sub("", answer))
    if not answer:
        return Reading("no", reason="no answer in the response")
    known = [gold for gold in golds if gold.strip()]
    ways = [_way(answer, gold, question=question) for gold in known]
    for wanted in ("yes", "undecided"):
        for way in ways:
            if way and way.verdict == wanted:
                return Reading(way.verdict, answer, way.reason)
    if _all_of(answer, known):
        return Reading("yes", answer, "each of the answers given is in the key")
    return Reading("no", answer, "not the key" if known else "the key is empty")


def _way(answer: str, gold: str, *, question: str) -> Way | None:
    """How an answer matches one gold answer; None if it does not."""
    if normal(gold) in (["yes"], ["no"]):
        return Way("yes", "same word") if normal(answer)[:1] == normal(gold) else None
    asked = _ASKED.search(question.lower())
    persons = bool(asked and asked[0].startswith("who"))
    direct = _direct(answer, gold, persons=persons)
    if direct:
        return direct
    if _negated(answer) or _several(answer, gold, persons=persons):
        return None
    for part in _parts(answer):
        found = _direct(part, gold, persons=persons)
        if found:
            return found
    if _only_date(answer, gold) or _phrase(answer, gold, question):
        return Way("yes", "the key stands in the answer")
    return None


def _direct(answer: str, gold: str, *, persons: bool) -> Way | None:
    """A match of the whole answer."""
    if same_words(answer, gold):
        return Way("yes", "same words")
    gold_dates, dates = date_of(gold), date_of(answer)
    if gold_dates and dates:
        right = [any(date.says(wanted) for wanted in gold_dates) for date in dates]
        if any(right):
            return Way("yes", "same date") if all(right) else Way("undecided", "day or month?")
        return None
    wanted, found = quantity(gold), quantity(answer)
    if wanted and found:
        return Way("yes", "same quantity") if wanted.same(found) else None
    return same_person(answer, gold) if persons else None


def _negated(answer: str) -> bool:
    return any(token in _NOT for token in normal(answer))


def _several(answer: str, gold: str, *, persons: bool) -> bool:
    """Whether an answer offers a choice, a list or other dates, and the key does not."""
    words, known = (set(re.findall(r"\w+", text.lower())) for text in (answer, gold))
    if (words & {"or", "either"}) - known:
        return True
    wanted, found = date_of(gold), dates_in(answer)
    if wanted and len(found) > 1:
        return not all(any(d.says(w) for d in readings for w in wanted) for readings in found)
    pieces = _listed(_BRACKETS.sub(" ", answer))
    if len(pieces) < 2 or len(_listed(gold)) > 1 or any(len(piece.split()) > 4 for piece in pieces):
        return False
    joined = bool(re.search(r"\band\b|&|;|\s/\s", answer))
    names = persons and all(piece[:1].isupper() and piece[:2] not in _SUFFIXES for piece in pieces)
    return joined or names or len(pieces) > 3


_SUFFIXES = ("Jr", "Sr")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in re.split(r",|;|\s/\s|\band\b|&", text) if part.strip()]


def _all_of(answer: str, golds: Sequence[str]) -> bool:
    """Whether an answer lists several of the gold answers and nothing else."""
    listed = _listed(answer)
    return len(listed) > 1 and all(any(same_words(p, gold) for gold in golds) for p in listed)


def _parts(answer: str) -> Iterator[str]:
    """What an answer sets off: without and within brackets, before a detail, around a copula."""
    bare = _BRACKETS.sub(" ", answer).strip()
    yield bare
    yield from (inside for inside in _BRACKETS.findall(answer) if not inside.startswith("or"))
    pieces = _COPULA.split(bare)
    if len(pieces) == 2:
        if pieces[0].lower() not in _PRONOUNS:
            yield pieces[0]
        yield pieces[1]
        yield from (piece.partition(", ")[0] for piece in pieces[1:])
    head, comma, detail = bare.partition(", ")
    if comma and len(pieces) == 1 and not re.search(r",|\band\b|&", detail):
        yield head


def _only_date(answer: str, gold: str) -> bool:
    """Whether the key is a date and every date in the answer says it."""
    wanted, found = date_of(gold), dates_in(answer)
    if not wanted or not found or any(date.year is None for date in wanted):
        return False
    return all(any(d.says(w) for d in readings for w in wanted) for readings in found)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of an answer: how it is compared, and what mark or end stands on either side."""

    text: str
    after_mark: bool
    before_mark: bool


def _phrase(answer: str, gold: str, question: str) -> bool:
    """Whether the key stands in the answer as a phrase of its own: between marks, function words
    and words of the question, and not as a part of a longer name."""
    wanted, words = core(normal(gold)), list(_words(answer))
    if not wanted or quantity(gold) or set(wanted) <= _LEADS | _FOLLOWS:
        return False
    asked = frozenset(normal(question)) - PLACES
    texts = [word.text for word in words]
    for start in range(len(texts) - len(wanted) + 1):
        end = start + len(wanted)
        if texts[start:end] != wanted:
            continue
        led = start == 0 or words[start].after_mark or texts[start - 1] in _LEADS | TITLES | asked
        followed = end == len(texts) or words[end - 1].before_mark or texts[end] in _FOLLOWS | asked
        if led and followed:
            return True
    return False


def _words(answer: str) -> Iterator[_Word]:
    pieces = [normal(piece) for piece in re.split(r"[,;:!?()\"“”]|(?<![A-Z])\.(?=\s|$)", answer)]
    for piece in pieces:
        for i, text in enumerate(piece):
            yield _Word(text, i == 0, i == len(piece) - 1)
