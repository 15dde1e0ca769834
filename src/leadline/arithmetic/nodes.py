"""What a node may be: an operand, an operator between two, a unit, a mixed number's beginning."""

from collections.abc import Sequence

from leadline.arithmetic.clauses import Group, Node
from leadline.arithmetic.numbers import Literal
from leadline.arithmetic.tokens import Token


def literal(node: Node) -> Literal | None:
    """The number that a node is (a superscript's too)."""
    return node.number if isinstance(node, Token) else None


def is_superscript(node: Node) -> bool:
    return node.kind == "op" and literal(node) is not None


def starts_operand(node: Node) -> bool:
    return node.kind in ("number", "group", "frac")


def is_unit(node: Node) -> bool:
    """A word or remark beside a number. A remark without a space, as in `20(price)`, is not one."""
    if isinstance(node, Group):
        return not is_factor(node) and not node.glued
    return node.kind in ("word", "remark")


def is_factor(group: Group) -> bool:
    """Whether a bracket may be calculated with; one that holds words but no sign is a remark."""
    kinds = {node.kind for node in group.nodes}
    if "bad" in kinds or kinds.isdisjoint({"number", "group", "frac", "letter"}):
        return False
    nodes = group.nodes
    return not has_words(group) or any(is_operator(nodes, i) for i in range(len(nodes)))


def has_words(group: Group) -> bool:
    return any(node.kind in ("word", "remark") for node in group.nodes)


def is_operator(nodes: Sequence[Node], i: int) -> bool:
    """Whether node i is an operator; the letter x is one between two operands."""
    node = nodes[i]
    if node.kind == "op":
        return True
    if node.kind != "letter" or node.text not in "xX" or not 0 < i < len(nodes) - 1:
        return False
    after = nodes[i + 1]
    if node.glued and not after.glued:  # 3x (4 + 2) may be either
        return False
    return starts_operand(after) and nodes[i - 1].kind not in ("op", "letter")


def operator_of(node: Node) -> str:
    return "*" if node.kind == "letter" else node.text


def is_mixed(nodes: Sequence[Node], i: int) -> bool:
    """Whether a mixed number such as `2 1/2` begins at node i."""
    if i < 0 or i + 3 >= len(nodes) or nodes[i + 1].glued or nodes[i + 2].text != "/":
        return False
    whole, top, bottom = literal(nodes[i]), literal(nodes[i + 1]), literal(nodes[i + 3])
    if nodes[i].kind != "number" or whole is None or top is None or bottom is None:
        return False
    if whole.places or top.places or bottom.places or not nodes[i + 3].glued:
        return False
    return 0 < top.value < bottom.value
