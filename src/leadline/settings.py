"""What a number depends on, as canonical JSON: fingerprints, and the differences between two.

A plug-in is a frozen dataclass, so it describes itself. Fields marked with `where()` say where
something lies or runs; they are recorded, never fingerprinted.
"""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

Settings = dict[str, Any]


def where(default: Any) -> Any:
    """A dataclass field that says where, not what: it stays out of every fingerprint."""
    return dataclasses.field(default=default, metadata={"identity": False})


def describe(value: Any, *, identity: bool = True) -> Any:
    """`value` as plain JSON. With `identity`, only what a number depends on."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [f for f in dataclasses.fields(value) if _kept(f, identity)]
        own = {f.name: describe(getattr(value, f.name), identity=identity) for f in fields}
        return {"type": type(value).__qualname__, **own}
    if isinstance(value, dict):
        return {str(key): describe(item, identity=identity) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [describe(item, identity=identity) for item in value]
    if isinstance(value, Path):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"{value!r} cannot be a setting: only plain values and dataclasses can")


def _kept(field: dataclasses.Field[Any], identity: bool) -> bool:
    return not identity or field.metadata.get("identity", True)


def fingerprint(settings: Any) -> str:
    """First 16 hex digits of the SHA-256 of the canonical JSON."""
    canonical = json.dumps(settings, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def differences(stored: Any, now: Any, *, path: str = "") -> list[str]:
    """The leaves that differ, as `field: stored → now`, in the order of the names."""
    if isinstance(stored, dict) and isinstance(now, dict):
        lines = []
        for key in sorted({*stored, *now}):
            below = f"{path}.{key}" if path else key
            lines += differences(stored.get(key), now.get(key), path=below)
        return lines
    return [] if stored == now else [f"{path}: {stored!r} → {now!r}"]
