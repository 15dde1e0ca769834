"""Which of the letters A to E a response chooses, in the many ways that models say it.

The readings are tried in this order, and the first that finds a letter decides:
1. the first line is nothing but a letter (what follows may be a run-on);
2. the last statement of an answer: `the answer is B`, `Answer: (B)`, `\\boxed{B}`;
3. the lines that begin like an option, `B) …`, `B because …`, if they all begin with one letter;
4. an option called right: `option B is correct`, `B is the right choice`;
5. the last line ends with a letter: `so I choose B.`;
6. the one letter that stands in brackets or bold anywhere.
`A` before an ordinary word is the article. Small letters count in 1 and 2 only.
"""

import re

_OPEN, _CLOSE = r"[(\[{*_`\"'$]{0,4}", r"[)\]}*_`\"'$]{0,4}"
_LINK = "because|since|as|is|was|and|or|not|which|but|for|due|based"
# A letter that belongs to no word, name or abbreviation …
_BIG = r"[A-E](?![\w'’+#]|[.\-/&]\w)"
# … and that, where it could be an article, stands before punctuation, an end, or such a word.
_SAFE = rf"[A-Ea-e](?![\w'’+#]|[.\-/&]\w)(?![ \t]{{1,3}}(?!(?:{_LINK})\b)\w)"
_LETTER = rf"(?:[B-E](?![\w'’+#]|[.\-/&]\w)|{_SAFE})"

_ALONE = re.compile(rf"{_OPEN}(?:[Oo]ption |[Cc]hoice )?{_OPEN}([A-Ea-e]){_CLOSE}[.:)]?{_CLOSE}")
_VERBS = (
    r"(?:\s{1,3}(?i:is|was|are|be|must|should|would|will|has|to|therefore|thus|then|so|clearly|"
    r"option|choice|letter|indeed|definitely|most|likely|probably))"
)
_STATED = re.compile(
    rf"(?i:\banswers?){_CLOSE}{_VERBS}{{0,6}}[\s:=–—-]{{0,4}}"
    rf"{_CLOSE}\s?{_OPEN}(?:(?i:option|choice)\s)?{_OPEN}({_LETTER})"
    rf"|\\boxed\{{\s?(?:\\[a-z]{{1,8}}\{{)?\(?([A-E])\b"
)
_BEGUN = re.compile(
    rf"{_OPEN}(?:[Oo]ption |[Cc]hoice )?{_OPEN}({_BIG})"
    rf"(?:{_CLOSE}(?:[).:,;\]*]|\s[–—-]\s|$)|{_CLOSE}\s{{1,3}}(?:{_LINK})\b|[)\]}}*_`\"'$])"
)
_RIGHT = re.compile(
    rf"(?:^|[\s(\[*\"'])({_BIG})[)\]*\"']{{0,3}}\s{{1,3}}(?:is|must be|would be)\s{{1,3}}"
    r"(?:(?:the|clearly|definitely|therefore)\s{1,3}){0,2}(?:correct|right|best|true)\b"
    rf"|\b(?i:correct|right|best)\s{{1,3}}(?i:option|choice|one){_VERBS}{{1,4}}:?\s{{1,3}}"
    rf"{_OPEN}({_BIG})",
    re.MULTILINE,
)
_ENDING = re.compile(r"(?:^|[\s(\[{*_`\"'$:])([A-E])[)\]}*_`\"'$.!]{0,6}$")
_MARKED = re.compile(r"\(([A-E])\)|\[([A-E])\]|\*\*\(?([A-E])\)?\.?\*\*")


def choice(text: str) -> str:
    """The letter that a response chooses, in upper case, or "" if it chooses none."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return ""
    alone = _ALONE.fullmatch(lines[0]) if len(lines[0]) < 30 else None
    if alone:
        return alone[1].upper()
    return (
        _last(_STATED, text)
        or _only({found[1] for line in lines if (found := _BEGUN.match(line))})
        or _last(_RIGHT, text)
        or _only({found[1] for found in [_ENDING.search(lines[-1][-40:])] if found})
        or _only({_group(found) for found in _MARKED.finditer(text)})
    )


def _last(pattern: re.Pattern[str], text: str) -> str:
    letter = ""
    for found in pattern.finditer(text):
        letter = _group(found)
    return letter


def _only(letters: set[str]) -> str:
    return letters.pop() if len(letters) == 1 else ""


def _group(found: re.Match[str]) -> str:
    return next(group for group in found.groups() if group).upper()
