"""A page as a browser would read it, and the most hostile text."""

from html.parser import HTMLParser
from pathlib import Path

HOSTILE = (
    "<script>alert(1)</script></style></title></textarea><img src=x onerror=alert(1)>"
    "\"' onload=alert(1) {{7*7}}{% for x in y %} ]]> --> &lt; $\\frac{1}{2}$ "
    "\x00\x1b[31m\x7f\x85\u202e\u2066\ufeff\ud800\U000e0041 [red]bold[/red] javascript:alert(1)"
)
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Collects the elements, attributes and text that a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.close()
    assert reader.open == []
    return reader
