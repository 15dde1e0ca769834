"""From a stored study to its expectations: the page needs nothing but rows."""

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
    return [_rebuilt(row) for row in settings]


def _rebuilt(row: Mapping[str, Any]) -> Expectation:
    kind = KNOWN.get(str(row.get("type")))
    try:
        if kind is not None:
            return kind(**{key: value for key, value in row.items() if key != "type"})
    except TypeError:  # fields of another leadline
        pass
    raise BadStudy(
        "study.json has an expectation that this leadline does not know: "
        f"{dict(row)!s:.300}. Run the study again; finished cells are kept."
    )
