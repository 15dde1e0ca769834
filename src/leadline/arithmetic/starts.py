"""Find where the expression that ends at a relation begins, with prose before it."""

from collections.abc import Sequence

from leadline.arithmetic import words
from leadline.arithmetic.clauses import Group, Node
from leadline.arithmetic.nodes import is_factor, is_mixed, is_operator, is_superscript, is_unit
from leadline.arithmetic.numbers import Unreadable
from leadline.arithmetic.parser import MAX_OPERANDS, MAX_UNITS


def find_start(nodes: Sequence[Node]) -> tuple[int, bool]:
    """Where the expression that ends at the last node begins, and whether that is doubtful.

    Walks back over operand, operator, operand … as far as they alternate. Raises Unreadable if the
    last node ends no operand, or an operator has none before it.
    """
    end = len(nodes)
    for _ in range(MAX_OPERANDS):
        try:
            end = _operand_start(nodes, _without_units(nodes, end))
        except Unreadable:
            if end < len(nodes) and _stands_close(nodes, end):
                return end, False  # now there are -5 + 3
            raise
        while end and nodes[end - 1].text in ("+", "-") and _is_sign(nodes, end - 1):
            end -= 1
        if end == 0:
            return 0, False
        if is_operator(nodes, end - 1):
            if end == 1:  # a bullet, or (of a minus) a sign set apart
                return end, True
            end -= 1
        elif nodes[end - 1].text == "of" and end > 1 and _ends_share(nodes, end - 2):
            end -= 1
        else:
            return end, _leads(nodes, end - 1)
    raise Unreadable("too long")


def _without_units(nodes: Sequence[Node], end: int) -> int:
    for _ in range(MAX_UNITS):
        if end == 0 or not is_unit(nodes[end - 1]):
            break
        bracket = isinstance(nodes[end - 1], Group)
        if bracket and (end == 1 or is_operator(nodes, end - 2)):  # 5 miles * (5280 feet/mile)
            break
        end -= 1
    return end


def _operand_start(nodes: Sequence[Node], end: int) -> int:
    """Where the operand that ends before `end` begins, implied factors included."""
    while True:
        while end and (nodes[end - 1].kind == "percent" or is_superscript(nodes[end - 1])):
            end -= 1
        if end == 0 or nodes[end - 1].kind not in ("number", "group", "letter"):
            raise Unreadable("no operand before an operator or a relation")
        end -= 1
        if is_mixed(nodes, end - 1):
            return end - 1
        if not isinstance(nodes[end], Group):
            return end
        if end > 1 and nodes[end - 2].kind == "frac":
            end -= 2
        if end == 0 or is_operator(nodes, end - 1) or not _multiplies(nodes[end - 1]):
            return end


def _multiplies(node: Node) -> bool:
    """Whether a bracket after this node multiplies it."""
    return is_factor(node) if isinstance(node, Group) else node.kind in ("number", "letter")


def _is_sign(nodes: Sequence[Node], i: int) -> bool:
    """Whether the + or - at i belongs to the number after it: an operator precedes, or else it
    stands close to the number and nothing precedes that it could be taken from (it is -5 + 3)."""
    before = nodes[i - 1] if i else None
    if before is not None and before.kind == "op":
        return not is_superscript(before)
    if before is None:
        return nodes[i + 1].glued
    prose = before.kind == "word" and before.text.lower() in words.CONJUNCTIONS
    return prose and _stands_close(nodes, i)


def _stands_close(nodes: Sequence[Node], i: int) -> bool:
    """Whether node i is a minus that stands close to what follows, but not to what precedes."""
    return nodes[i].text == "-" and nodes[i + 1].glued and not nodes[i].glued


def _ends_share(nodes: Sequence[Node], i: int) -> bool:
    """Whether a percentage or a fraction ends at node i."""
    if nodes[i].kind == "percent" or (i > 1 and nodes[i - 2].kind == "frac"):
        return True
    return i > 1 and nodes[i].kind == "number" and nodes[i - 1].text == "/"


def _leads(nodes: Sequence[Node], i: int) -> bool:
    """Whether what stands before an expression, up to node i, may change what it says."""
    before = nodes[i]
    if before.kind in ("letter", "bad") or nodes[i + 1].glued:  # sqrt(16)
        raise Unreadable(f"{before.text!r} before an expression")
    if isinstance(before, Group):  # (1/2) 30 + 5; but (1) 30 + 5 is an item of a list
        return is_factor(before) and (i > 0 or len(before.nodes) > 1)
    if before.kind != "word":
        return before.kind != "remark"  # a number: 100 000 * 2
    word = before.text.lower()
    earlier = [node.text.lower() for node in nodes[max(0, i - 2) : i]]
    if not words.TAKING.isdisjoint([*earlier, word]):
        return True
    if word == "and" and earlier[-1:] and earlier[-1].isdigit() and _divides(nodes, i + 2):
        return True  # 1 and 1/4
    if word in words.LEADING or word.removesuffix("s") in words.INDEX:
        return True
    return any(node.kind == "op" for node in nodes[:i])


def _divides(nodes: Sequence[Node], i: int) -> bool:
    return i < len(nodes) and nodes[i].text == "/"
