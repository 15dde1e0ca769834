"""The quantities of a miniature story, and whether a computation is the one that leads to one.

A computation is right if it has the quantity's operation and operands; the operands are the numbers
that the model itself has given to the quantities before, so that a slip carried on stays a slip.
A quantity that the model has not computed counts as computed in the head.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

from leadline.annotate.claims import Claim, Kind, Tree, compute

_CLAIMED: dict[str, Kind] = {
    "total": "together",
    "difference": "more",
    "price": "cost",
    "event": "now",
}
_STRANGER = re.compile(r"(\w+) has (\d+) (more|fewer) (\w+) than (\w+)\.")
_OWNS = re.compile(r"(?P<owner>\w+) (?:has|owns) (?P<n>\d+) (?P<things>\w+)\.")
_ROOM = re.compile(r"There are (?P<n>\d+) (?P<things>\w+) in the room of (?P<owner>\w+)\.")


class Operand(NamedTuple):
    """A number of the story, or (`of`) the number of an earlier quantity."""

    number: Fraction
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One quantity. `sign` is "" where the story gives the number, which is then `operands[0]`."""

    claim: Claim
    sign: str
    operands: tuple[Operand, ...]


@dataclass
class Graph:
    """All quantities of a story, the needed ones first (the last of them is asked for), then the
    distractor's. `own`: the numbers that the model has given to each so far."""

    nodes: list[Node]
    asked: int
    facts: frozenset[str]
    strays: frozenset[Fraction]  # numbers that only the distractor has
    own: dict[int, frozenset[Fraction]] = field(default_factory=dict)

    def about(self, claim: Claim) -> list[int]:
        """The quantities that a claim may mean: none if nobody in the story has such a number.
        "has" may mean a person's number before or after an event, "now has" only after it."""
        found = [i for i, node in enumerate(self.nodes) if _same(node.claim, claim)]
        if found or claim.kind != "now":
            return found
        return self.about(claim._replace(kind="has"))

    def values(self, index: int) -> frozenset[Fraction]:
        """The numbers that the quantity may have by what the model has computed so far."""
        return self.own.get(index) or self.results(index)

    def results(self, index: int) -> frozenset[Fraction]:
        """What the right computation of the quantity may give."""
        return self._results(self.nodes[index])

    def _results(self, node: Node) -> frozenset[Fraction]:
        choices = [self._numbers(operand) for operand in node.operands]
        if not node.sign:
            return choices[0]
        found = (compute(node.sign, a, b) for a, b in product(*choices))
        return frozenset(value for value in found if value is not None)

    def _numbers(self, operand: Operand) -> frozenset[Fraction]:
        return frozenset({operand.number}) if operand.of is None else self.values(operand.of)

    def leads_to(self, tree: Tree, index: int) -> bool:
        """Whether the expression computes the quantity as the story says."""
        return self.computes(tree, self.nodes[index])

    def computes(self, tree: Tree, node: Node) -> bool:
        """Whether the expression has the operation and the operands of a node."""
        if isinstance(tree, Fraction) or not node.sign:
            return False
        sign, *sides = tree
        left, right = node.operands
        orders = (sides, sides[::-1]) if node.sign in "+*" else (sides,)
        if sign == node.sign and any(
            self._fits(a, left) and self._fits(b, right) for a, b in orders
        ):
            return True
        return node.sign == "*" and any(
            self._repeats(tree, a, b.number)
            for a, b in ((left, right), (right, left))
            if b.of is None
        )

    def _fits(self, tree: Tree, operand: Operand) -> bool:
        if isinstance(tree, Fraction):
            return tree in self._numbers(operand)
        return operand.of is not None and self.leads_to(tree, operand.of)

    def _repeats(self, tree: Tree, operand: Operand, times: Fraction) -> bool:
        """`n+n` is twice n, `n+n+n` three times."""
        leaves = _summands(tree)
        return len(leaves) == times and all(self._fits(leaf, operand) for leaf in leaves)

    def pairs(self, claim: Claim) -> list[Node]:
        """The sums or differences of two persons that a claim may mean beside those of the story:
        right extra steps, that nothing rests on."""
        firsts = self.about(Claim("has", claim.owner, "", claim.things))
        seconds = self.about(Claim("has", claim.other, "", claim.things))
        sign = "+" if claim.kind == "together" else "-"
        return [
            Node(claim, sign, (Operand(Fraction(0), a), Operand(Fraction(0), b)))
            for a, b in product(firsts, seconds)
            if claim.kind in ("together", "more") and claim.owner != claim.other
        ]

    def extra_results(self, claim: Claim) -> frozenset[Fraction]:
        """The numbers that such an extra step may give."""
        return frozenset().union(*(self._results(node) for node in self.pairs(claim)))


def _summands(tree: Tree) -> list[Tree]:
    if isinstance(tree, tuple) and tree[0] == "+":
        return _summands(tree[1]) + _summands(tree[2])
    return [tree]


def _same(node: Claim, claim: Claim) -> bool:
    if node.kind == claim.kind == "together":
        people = {node.owner, node.other} == {claim.owner, claim.other}
        return people and node.things == claim.things
    if (node.kind, claim.kind) == ("now", "has"):
        return node._replace(kind="has") == claim
    return node == claim


def read_graph(detail: Mapping[str, Any]) -> Graph:
    """The graph of a problem's `detail` (miniature/problems.py). Raises KeyError without one."""
    things, rows = detail["things"], detail["quantities"]
    nodes = [_node(row, things=things) for row in rows]
    extra = _distractor(detail["distractor"], nodes)
    needed = {op.number for node in nodes for op in node.operands if op.of is None}
    strays = {op.number for node in extra for op in node.operands if op.of is None}
    facts = frozenset({row["statement"] for row in rows} | {detail["distractor"]}) - {""}
    return Graph(nodes + extra, len(nodes) - 1, facts, frozenset(strays - needed))


def _node(row: Mapping[str, Any], *, things: str) -> Node:
    operation, kind = row["operation"], _CLAIMED.get(row["kind"], "has")
    owner, other = row["owner"], row["other"]
    if row["kind"] == "share":
        kind = "friend" if other == "friends" else "each"
        owner, other = "", "" if other == "friends" else other
    claim = Claim(kind, owner, other, things)
    if operation is None:
        return Node(claim, "", (Operand(Fraction(row["value"])),))
    sides = ("left", "right")
    operands = tuple(Operand(Fraction(row[side]), row[f"{side}_of"]) for side in sides)
    return Node(claim, operation, operands)


def _distractor(fact: str, nodes: Sequence[Node]) -> list[Node]:
    """The quantity of the fact that is not needed: to compute it is an extra step."""
    if match := _STRANGER.fullmatch(fact):
        owner, n, more, things, known = match.groups()
        of = next(i for i, node in enumerate(nodes) if node.claim.owner == known)
        operands = (Operand(Fraction(0), of), Operand(Fraction(n)))
        return [Node(Claim("has", owner, "", things), "+" if more == "more" else "-", operands)]
    if match := _OWNS.fullmatch(fact) or _ROOM.fullmatch(fact):
        claim = Claim("has", match["owner"], "", match["things"])
        return [Node(claim, "", (Operand(Fraction(match["n"])),))]
    return []
