"""What this machine offers to hold a hostile program, and whether that is enough.

Enough is: files, network and processes each protected, by namespaces or by Landlock and seccomp
together. Resource limits, dropped privileges, closed descriptors and an empty environment are there
always.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadline.errors import LeadlineError

WORDS = {
    "mount": "mount namespace: a root folder with the interpreter and its libraries only",
    "pid": "pid namespace: no other process is in sight, and none outlives the program",
    "net": "network namespace: no network, not even the machine's own",
    "ipc": "ipc and uts namespaces: no shared memory, queues or name of the machine's",
    "bubblewrap": "bubblewrap: its namespaces, with the same root folder and no network",
    "landlock": "Landlock: the kernel refuses every file but libraries and the scratch folder",
    "seccomp": "seccomp: the kernel refuses sockets, new processes, signals to others, and more",
}
ALWAYS = (
    "always: limits on CPU, wall time, memory, output, files and threads; no new privileges; "
    "closed descriptors; empty environment; a scratch folder that is removed"
)
PROTECTED_BY = {  # any of these sets is enough
    "files": ({"mount"}, {"bubblewrap"}, {"landlock", "seccomp"}),
    "network": ({"seccomp"}, {"bubblewrap"}, {"net", "mount"}),
    "processes": ({"seccomp"}, {"bubblewrap"}, {"pid"}),
}


@dataclass(frozen=True, kw_only=True)
class Layers:
    """The active layers, and why each of the others is not."""

    active: tuple[str, ...]
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def unprotected(self) -> tuple[str, ...]:
        """What a hostile program could get at: of "files", "network", "processes"."""
        have = set(self.active)
        return tuple(
            what for what, ways in PROTECTED_BY.items() if not any(way <= have for way in ways)
        )

    def only(self, *names: str) -> "Layers":
        """These layers and no other, for a test of each alone."""
        off = {name: "switched off" for name in self.active if name not in names}
        kept = tuple(name for name in self.active if name in names)
        return Layers(active=kept, missing={**self.missing, **off})

    def words(self) -> str:
        """All of it, a line a layer."""
        lines = [f"active      {WORDS[name]}" for name in self.active]
        lines += [
            f"not active  {WORDS[name].partition(':')[0]}: {why}"
            for name, why in self.missing.items()
        ]
        open_to = ", ".join(self.unprotected)
        end = f"NOT protected: {open_to}" if open_to else "protected: files, network, processes"
        return "\n".join([*lines, ALWAYS, end])


def refuse_unprotected(layers: Layers) -> None:
    """Raise LeadlineError if the layers leave something open."""
    if layers.unprotected:
        raise LeadlineError(
            f"this machine cannot hold model-written code: nothing protects "
            f"{', '.join(layers.unprotected)}.\n{layers.words()}\n"
            "Run it where user namespaces, or Landlock and seccomp (Linux 5.13 or newer), are "
            "allowed; or, if the whole machine may be lost, say --allow-unsandboxed."
        )
