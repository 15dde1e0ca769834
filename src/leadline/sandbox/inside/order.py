"""What the asking process tells the launcher. Only type checkers load this file."""

from typing import TypedDict


class Order(TypedDict):
    """One program to run; written by the parent, read once by the launcher."""

    parent: int  # process id, to notice that it died; 0 out of its sight
    layers: list[str]  # of names.LAYERS
    command: list[str]  # interpreter and its flags
    arguments: list[str]
    environment: dict[str, str]
    program: bytes
    files: dict[str, bytes]  # relative path → content, in the scratch folder
    readable: list[str]  # real paths of the interpreter and its libraries
    links: list[tuple[str, str]]  # symbolic links on the way to them: path, target
    base: str  # a folder that exists, to mount on
    scratch: str  # a folder of the parent's; empty if the launcher has a root of its own
    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    processes: int
