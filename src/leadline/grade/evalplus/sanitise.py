"""The program in a model's response, as EvalPlus 0.3.1's `sanitize` has it, byte for byte.

Of the longest code in the response (extract.py), imports are kept, and of each name the first
definition at the left margin, if the entry point reaches it by name. A function without `return`,
a decorated one, and every other statement are dropped. The definitions are found with the parser
that EvalPlus uses (tree-sitter), because its idea of where one ends differs from Python's own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadline.grade.evalplus.extract import longest_code

if TYPE_CHECKING:
    from tree_sitter import Node

_IMPORTS = ("import_statement", "import_from_statement")
_DEFINITIONS = ("class_definition", "function_definition")


def sanitise(response: str, *, entry_point: str) -> str:
    """The program that is run. A response without code gives some text that is none."""
    code = longest_code(response)
    try:
        source = code.encode("utf-8")
    except UnicodeEncodeError:
        return code  # half a surrogate pair: no Python
    nodes = _parse(source).children
    imports = [node for node in nodes if node.type in _IMPORTS]
    definitions = _first_definitions(nodes)
    reached = _reached(entry_point, {name: _names(node) for name, node in definitions})
    kept = imports + [node for name, node in definitions if name in reached]
    pieces = (source[node.start_byte : node.end_byte] for node in kept)
    return b"\n".join(pieces).decode("utf-8").strip() or code


def _parse(source: bytes) -> "Node":
    import tree_sitter_python  # only programs need it
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_python.language())).parse(source).root_node


def _first_definitions(nodes: "list[Node]") -> "list[tuple[str | None, Node]]":
    """Classes, functions with a `return`, and assignments at the left margin, by name."""
    found: dict[str | None, Node] = {}
    for child in nodes:
        node = child
        if child.type == "expression_statement" and child.children[0].type == "assignment":
            node = child.children[0]
        elif child.type not in _DEFINITIONS:
            continue
        name = _own_name(node)
        returns = node.type != "function_definition" or _has_return(node)
        if name not in found and returns:
            found[name] = node
    return list(found.items())


def _own_name(node: "Node") -> str | None:
    """The first name that is a part of its own: for `x[0] = y` that is y, as in EvalPlus."""
    for child in node.children:
        if child.type == "identifier":
            return _text(child)
    return None


def _has_return(node: "Node") -> bool:
    return any(below.type == "return_statement" for below in _walk(node))


def _names(node: "Node") -> set[str]:
    return {_text(below) for below in _walk(node) if below.type == "identifier"}


def _walk(node: "Node") -> "Iterator[Node]":
    """All below a node. Without recursion: a model's code may be nested deeply."""
    waiting = list(node.children)
    while waiting:
        below = waiting.pop()
        yield below
        waiting.extend(below.children)


def _text(node: "Node") -> str:
    return (node.text or b"").decode("utf-8")


def _reached(entry_point: str, uses: dict[str | None, set[str]]) -> set[str | None]:
    """Every name that the entry point uses, directly or through definitions."""
    found: set[str | None] = {entry_point}
    waiting: list[str | None] = [entry_point]
    while waiting:
        new = uses.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
