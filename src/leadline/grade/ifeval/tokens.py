"""Split sentences into words and marks as NLTK's `word_tokenize` does, for counting capital words.

The rules are a chain of substitutions that set spaces; their order is theirs (NLTK's
`NLTKWordTokenizer`, after Robert MacIntyre's Treebank script). Where a rule could take quadratic
time on a run of spaces, the same matches are found without backtracking. They are those of NLTK
3.9, as in punkt.py; 3.8 and 3.10 differ in a rule or two, about apostrophes and dashes.
"""

import re
from collections.abc import Iterator

from leadline.grade.ifeval.punkt import sentences

# What a sentence with a capital word has: a run of letters without a small one (nor ".g" after it,
# which is never cut off), a word that is cut in two, or a letter that is not ASCII. Most sentences
# have none and need no splitting.
_MAYBE_CAPITAL = re.compile(
    r"(?<![A-Za-z])[A-Z]+(?![A-Za-z]|\.[a-z])|[^\x00-\x7f]"
    r"|(?i:cannot|gimme|gonna|gotta|lemme|wanna|'tis|'twas|n't)"
)
_SPACED = r" \g<0> "
_SPLIT = r" \1 \2 "

_RULES = [
    (re.compile(pattern), into)
    for pattern, into in (
        # Opening quotes.
        ("[«“‘„]|`+", _SPACED),
        (r'^"', "``"),
        ("``", _SPACED),
        (r"""([ (\[{<])("|'{2})""", r"\1 `` "),
        (r"(?i)(')(?!re|ve|ll|m|t|s|d|n)(\w)\b", r"\1 \2"),
        # Punctuation. The possessive run ends where the greedy one had to.
        (r"""([^.])(\.)([\])}>"'»”’ ]*+)\s*$""", r"\1 \2 \3 "),
        (r"([:,])([^\d])", r" \1 \2"),
        (r"([:,])$", r" \1 "),
        (r"\.{2,}", _SPACED),
        ("[;@#$%&]", _SPACED),
        (r"""([^.])(\.)([\])}>"']*)\s*$""", r"\1 \2\3 "),
        ("[?!]", _SPACED),
        (r"([^'])' ", r"\1 ' "),
        (r"[*]", _SPACED),
        (r"[\]\[(){}<>]", _SPACED),
        ("--", " -- "),
    )
]
_LATE_RULES = [
    (re.compile(pattern), into)
    for pattern, into in (
        # Closing quotes and clitics, in a sentence that now begins and ends with a space.
        ("[»”’]", _SPACED),
        ("''", " '' "),
        ('"', " '' "),
        (r"\s+", " "),
        (r"([^' ])('[sS]|'[mM]|'[dD]|') ", r"\1 \2 "),
        (r"([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", r"\1 \2 "),
        # Contractions.
        (r"(?i)\b(can)(not)\b", _SPLIT),
        (r"(?i)\b(d)('ye)\b", _SPLIT),
        (r"(?i)\b(gim)(me)\b", _SPLIT),
        (r"(?i)\b(gon)(na)\b", _SPLIT),
        (r"(?i)\b(got)(ta)\b", _SPLIT),
        (r"(?i)\b(lem)(me)\b", _SPLIT),
        (r"(?i)\b(more)('n)\b", _SPLIT),
        (r"(?i)\b(wan)(na)(?=\s)", _SPLIT),
        (r"(?i) ('t)(is)\b", _SPLIT),
        (r"(?i) ('t)(was)\b", _SPLIT),
    )
]


def capital_words(text: str) -> Iterator[str]:
    """The words of a text that are all capitals, as they are found: "I" and "A" are such."""
    if not _MAYBE_CAPITAL.search(text):
        return
    for sentence in sentences(text):
        if _MAYBE_CAPITAL.search(sentence):
            yield from filter(str.isupper, tokens(sentence))


def tokens(sentence: str) -> list[str]:
    """The words and marks of one sentence."""
    for rule, into in _RULES:
        sentence = rule.sub(into, sentence)
    sentence = f" {sentence} "
    for rule, into in _LATE_RULES:
        sentence = rule.sub(into, sentence)
    return sentence.split()
