"""Make matplotlib's SVG fit to stand inside a page: ids of its own, colours as CSS variables that
follow the reader's light or dark, a label for screen readers, nothing that reaches outside.
"""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def inline(svg: str, *, prefix: str, label: str, colours: Mapping[str, str]) -> str:
    """The `<svg>` element alone. Ids get `prefix`; every colour of `colours` (hex → CSS variable)
    becomes `var(--name, hex)`; `label` is what a screen reader says."""
    root = ElementTree.fromstring(svg)  # matplotlib's own output
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    ids = {e.get("id") for e in root.iter()} - {None}
    for element in root.iter():
        _rewrite(element, prefix, ids, colours)
    root.attrib = {"viewBox": root.get("viewBox", ""), "role": "img", "aria-label": label}
    return ElementTree.tostring(root, encoding="unicode")


def _rewrite(
    element: ElementTree.Element,
    prefix: str,
    ids: set[str | None],
    colours: Mapping[str, str],
) -> None:
    for key, value in list(element.attrib.items()):
        if key == "id":
            element.set(key, f"{prefix}{value}")
        elif key == XLINK and value[1:] in ids:
            element.set(key, f"#{prefix}{value[1:]}")
        elif key in ("style", "fill", "stroke", "clip-path"):
            value = re.sub(r"url\(#", f"url(#{prefix}", value)
            value = re.sub(
                r"#[0-9a-f]{6}\b",
                lambda m: f"var(--{colours[m[0]]}, {m[0]})" if m[0] in colours else m[0],
                value,
            )
            element.set(key, value)
    if element.tag == f"{{{SVG}}}style":
        element.text = ""  # matplotlib's global rule would restyle every figure of the page
