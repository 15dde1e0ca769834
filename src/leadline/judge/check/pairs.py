"""How well a judge of pairs does on human preferences, and which habits its verdicts show.

Each pair is judged in both orders. Its outcome is the winner that both orders name; orders that
disagree make it *neither*; an order without a verdict makes it *undecided*, which is never wrong:
undecided items are counted, with their causes, and left out of every rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from leadline.judge.check.labels import LabelledPair, Preference, majority, told_groups
from leadline.judge.check.metrics import cross_table, kappa, rate, ratio
from leadline.judge.check.record import Figure
from leadline.protocols import Floats
from leadline.records import Winner

_VALUES: tuple[Preference, ...] = ("a", "b", "neither")


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """What a judge said of one pair: with a shown first, and with b shown first."""

    pair: LabelledPair
    a_first: Winner
    b_first: Winner
    cause: str = ""  # why it is undecided

    @property
    def outcome(self) -> Winner:
        """The winner of both orders; neither if they disagree."""
        if "undecided" in (self.a_first, self.b_first):
            return "undecided"
        return self.a_first if self.a_first == self.b_first else "neither"

    @property
    def longer(self) -> Preference:
        """The answer with more characters; neither if they have as many."""
        a, b = len(self.pair.a), len(self.pair.b)
        return "neither" if a == b else "a" if a > b else "b"


def pair_figures(judged: Sequence[JudgedPair]) -> list[Figure]:
    """All figures, the whole set first. Figures that are about people who disagree need votes of
    several."""
    decided = [j for j in judged if j.outcome != "undecided"]
    figures = [
        _accuracy(decided),
        _accuracy_decided(decided),
        _accuracy_one_order(decided),
        _rate("neither_rate", [(j, j.outcome == "neither") for j in decided]),
        _rate("flip_rate", [(j, j.a_first != j.b_first) for j in decided]),
        _prefers_first(decided),
        *_length(decided),
    ]
    n_people = {len(j.pair.votes) for j in judged}
    if n_people and min(n_people) == max(n_people) > 1:
        figures += _people(decided, n_people.pop())
    for group in told_groups(j.pair for j in judged):
        inside = [j for j in decided if group in j.pair.groups]
        figures += [_accuracy(inside, subset=_named(group)), _flips(inside, subset=_named(group))]
    return figures


def pair_bounds(judged: Sequence[JudgedPair]) -> tuple[float, float]:
    """The accuracy if every undecided item were wrong, and if every one were right."""
    labelled = [j for j in judged if j.pair.majority is not None]
    n_right = sum(j.outcome == j.pair.majority for j in labelled)
    n_undecided = sum(j.outcome == "undecided" for j in labelled)
    n = max(1, len(labelled))
    return n_right / n, (n_right + n_undecided) / n


def _rate(name: str, found: Sequence[tuple[JudgedPair, float]], *, subset: str = "") -> Figure:
    values, clusters = [v for _, v in found], [j.pair.cluster for j, _ in found]
    return rate(name, values, clusters=clusters, subset=subset)


def _accuracy(decided: Sequence[JudgedPair], *, subset: str = "") -> Figure:
    """The outcome is what most people said, ties included: neither is wrong where they decided."""
    labelled = [(j, j.pair.majority) for j in decided]
    found = [(j, j.outcome == label) for j, label in labelled if label is not None]
    return _rate("accuracy", found, subset=subset)


def _accuracy_decided(decided: Sequence[JudgedPair]) -> Figure:
    """Where both the judge and most people named a winner: is it the same one?"""
    both = [j for j in decided if {j.outcome, j.pair.majority} <= {"a", "b"}]
    return _rate("accuracy_decided", [(j, j.outcome == j.pair.majority) for j in both])


def _accuracy_one_order(decided: Sequence[JudgedPair]) -> Figure:
    """The mean over both orders: what a judge that is asked once would get."""
    labelled = [(j, j.pair.majority) for j in decided if j.pair.majority is not None]
    found = [(j, ((j.a_first == m) + (j.b_first == m)) / 2) for j, m in labelled]
    return _rate("accuracy_one_order", found)


def _flips(decided: Sequence[JudgedPair], *, subset: str = "") -> Figure:
    return _rate("flip_rate", [(j, j.a_first != j.b_first) for j in decided], subset=subset)


def _prefers_first(decided: Sequence[JudgedPair]) -> Figure:
    """Of the verdicts of single orders that name a winner: how many name the one shown first. A
    half shows no preference, however often the orders disagree."""
    sums_N2 = np.array(
        [
            (
                (j.a_first == "a") + (j.b_first == "b"),
                (j.a_first != "neither") + (j.b_first != "neither"),
            )
            for j in decided
        ],
        dtype=np.float64,
    ).reshape(-1, 2)
    return _share("prefers_first", decided, sums_N2)


def _length(decided: Sequence[JudgedPair]) -> list[Figure]:
    """How often the judge, and how often people, prefer the longer of two, where either names a
    winner and the lengths differ."""
    differ = [j for j in decided if j.longer != "neither"]
    by_judge = [(j, j.outcome == j.longer) for j in differ if j.outcome != "neither"]
    by_people = [(j, j.pair.majority == j.longer) for j in differ if j.pair.majority in ("a", "b")]
    return [_rate("prefers_longer", by_judge), _rate("humans_prefer_longer", by_people)]


def _people(decided: Sequence[JudgedPair], n: int) -> list[Figure]:
    """Agreement with each person, and what people reach among themselves: the ceiling."""
    figures = []
    for i in range(n):
        theirs = [(j, j.outcome == j.pair.votes[i]) for j in decided]
        figures.append(_rate(f"agreement_human_{i + 1}", theirs))
        said = [(j, j.outcome, j.pair.votes[i]) for j in decided]
        figures.append(_kappa(f"kappa_human_{i + 1}", said))
    ours = [(j, j.outcome, j.pair.majority) for j in decided if j.pair.majority is not None]
    figures.append(_kappa("kappa_majority", ours))
    pairs = list(combinations(range(n), 2))
    agreed = [
        (j, float(np.mean([j.pair.votes[i] == j.pair.votes[k] for i, k in pairs]))) for j in decided
    ]
    figures.append(_rate("human_agreement", agreed))
    figures += [_human_kappa(decided, pairs), *_leave_one_out(decided, n)]
    return figures


def _kappa(name: str, said: Sequence[tuple[JudgedPair, str, str]]) -> Figure:
    table_NK = cross_table([one for _, one, _ in said], [other for *_, other in said], _VALUES)
    clusters = [j.pair.cluster for j, *_ in said]
    return ratio(name, table_NK, kappa, clusters=clusters, n=len(said))


def _human_kappa(decided: Sequence[JudgedPair], pairs: Sequence[tuple[int, int]]) -> Figure:
    """The mean over pairs of people of their kappa."""
    votes = [j.pair.votes for j in decided]
    tables = [cross_table([v[i] for v in votes], [v[k] for v in votes], _VALUES) for i, k in pairs]

    def mean_kappa(sums_SK: Floats) -> Floats:
        parts = np.split(sums_SK, len(pairs), axis=1)
        return np.asarray(np.mean([kappa(part) for part in parts], axis=0))

    table_NK = np.concatenate(tables, axis=1)
    clusters = [j.pair.cluster for j in decided]
    return ratio("human_kappa", table_NK, mean_kappa, clusters=clusters, n=len(decided))


def _leave_one_out(decided: Sequence[JudgedPair], n: int) -> list[Figure]:
    """Each person against the majority of the others, and the judge against the same majorities:
    the judge is as good as one more person if its figure is not below theirs."""
    sums_N3 = np.zeros((len(decided), 3))  # person agrees, judge agrees, there is a majority
    for row, j in zip(sums_N3, decided, strict=True):
        for i in range(n):
            others = majority(j.pair.votes[:i] + j.pair.votes[i + 1 :])
            if others is not None:
                row += (j.pair.votes[i] == others, j.outcome == others, 1)
    return [
        _share(name, decided, sums_N3[:, [column, 2]])
        for column, name in enumerate(("human_leave_one_out", "judge_leave_one_out"))
    ]


def _share(name: str, decided: Sequence[JudgedPair], sums_N2: Floats) -> Figure:
    """The sum of the first column over that of the second."""
    return ratio(
        name,
        sums_N2,
        lambda sums_SK: sums_SK[:, 0] / sums_SK[:, 1],
        clusters=[j.pair.cluster for j in decided],
        n=int((sums_N2[:, 1] > 0).sum()),
    )


def _named(group: tuple[str, str]) -> str:
    return f"{group[0]}: {group[1]}"
