"""From a stored study to its expectations: the page needs nothing but rows."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from leadline.analyse.expect.errors import DeeperThan, FollowsMore, KeepsFalling, SaturatesBy
from leadline.analyse.expect.sets import MoreAccurate, Preferred
from leadline.errors import BadStudy

Expectation = SaturatesBy | KeepsFalling | FollowsMore | DeeperThan | MoreAccurate | Preferred
KNOWN: dict[str, type[Expectation]] = {
    known.__name__: known
    for known in (SaturatesBy, KeepsFalling, FollowsMore, DeeperThan, MoreAccurate, Preferred)
}


def rebuild(settings: Sequence[Mapping[str, Any]]) -> list[Expectation]:
    """The expectations that a study was stored with. Raises BadStudy on one of another kind."""
    found: list[Expectation] = []
    for row in settings:
        kind = KNOWN.get(str(row.get("type")))
        values = {key: value for key, value in row.items() if key != "type"}
        if kind is None or set(values) - {field.name for field in dataclasses.fields(kind)}:
            raise BadStudy(
                "study.json has an expectation that this leadline does not know: "
                f"{dict(row)!s:.300}. Run the study again; finished cells are kept."
            )
        found.append(kind(**values))
    return found
