"""Marks that a response must bear: `detectable_format:*` and `detectable_content:*`.

Google's checkers are regular expressions run over the response, some of which need quadratic time
on a hostile one (many brackets, blank lines or angle brackets). What is written otherwise here
finds the same matches in linear time.
"""

import json
import re
from dataclasses import dataclass

from leadline.grade.ifeval.counting import reaches

_ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
_FENCES = ("```json", "```Json", "```JSON", "```")
_HIGHLIGHT = re.compile(r"\*[^\n*]*\*")
_DOUBLE_HIGHLIGHT = re.compile(r"\*\*[^\n*]*\*\*")
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
_POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    r"""Exactly so many lines that begin with `*` (and no second `*`) or `-`."""

    num_bullets: int

    def follows(self, text: str) -> bool:
        lines = [line.lstrip() for line in text.split("\n")]
        dashes = sum(line.startswith("-") for line in lines)
        return dashes + _count_stars(lines) == self.num_bullets


def _count_stars(lines: list[str]) -> int:
    r"""Matches of `^\s*\*[^\*].*$`: after a line that is only `*`, `[^\*]` is the line's end, and
    the match takes the next line too."""
    count, i = 0, 0
    while i < len(lines):
        lone = lines[i] == "*"
        if lone:
            count += i + 1 < len(lines)
        else:
            count += lines[i].startswith("*") and lines[i][1] != "*"
        i += 2 if lone else 1
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstrainedResponse:
    """One of three answers is in it."""

    def follows(self, text: str) -> bool:
        return any(answer in text for answer in _ANSWERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlights:
    """At least so many `*parts*`. `**parts**` are counted again: each is two blank single ones,
    which do not count, and one double one; what stands between two of them may count too."""

    num_highlights: int

    def follows(self, text: str) -> bool:
        single = sum(bool(m.group().strip("*").strip()) for m in _HIGHLIGHT.finditer(text))
        double = sum(bool(m.group()[2:-2].strip()) for m in _DOUBLE_HIGHLIGHT.finditer(text))
        return single + double >= self.num_highlights


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """At least so many marks such as "Section 1". The word is a regular expression and needs its
    own case."""

    section_spliter: str  # upstream's spelling
    num_sections: int

    def follows(self, text: str) -> bool:
        mark = re.compile(rf"\s?{self.section_spliter.strip()}\s?\d+\s?")
        return reaches(mark.finditer(text), self.num_sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Json:
    """It is JSON, in a code fence or not. Nested deeper than Python reads, it is not."""

    def follows(self, text: str) -> bool:
        text = text.strip()
        for fence in _FENCES:
            text = text.removeprefix(fence)
        try:
            json.loads(text.removesuffix("```").strip())
        except (ValueError, RecursionError):
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A line has a `<<title>>` that is not blank."""

    def follows(self, text: str) -> bool:
        return any(_has_title(line) for line in text.split("\n") if ">>" in line)


def _has_title(line: str) -> bool:
    r"""Whether `<<[^\n]+>>` matches with more than angle brackets and white space: from the first
    `<<` to the last `>>`, as it is greedy."""
    start, end = line.find("<<"), line.rfind(">>")
    found = line[start : end + 2] if start >= 0 and end >= start + 3 else ""
    return bool(found.lstrip("<").rstrip(">").strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholders:
    """At least so many `[parts]`, each within a line; an empty one counts."""

    num_placeholders: int

    def follows(self, text: str) -> bool:
        # Up to the last bracket, every "[" of a line has its "]".
        lines = (line[: line.rfind("]") + 1] for line in text.split("\n") if "]" in line)
        found = (match for line in lines for match in _PLACEHOLDER.finditer(line))
        return reaches(found, self.num_placeholders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postscript:
    """The marker is somewhere, in any case; with spaces within it, "p. s." """

    postscript_marker: str

    def follows(self, text: str) -> bool:
        marker = self.postscript_marker.strip()
        return bool(re.search(_POSTSCRIPTS.get(marker, marker.lower()), text.lower()))
