"""EventBridge Scheduler with a first round that does not keep a test waiting."""
import os

from gaps import replace, require
from ministack.services import eventbridge, scheduler


class _Anchors(dict):
    """When each schedule fired last. One that never did counts as having fired so long ago that it is due at once."""

    def __setitem__(self, key, moment):
        if key not in self:
            interval = eventbridge._parse_rate_seconds(scheduler._schedules._data[key].get("ScheduleExpression", ""))
            moment -= max(0, (interval or 0) - float(os.environ["LOCAL_AWS_FIRST_ROUND_SECONDS"]))
        super().__setitem__(key, moment)


def install():
    """A rate fires a whole interval after it was made; tests wait seconds for the first round. All later ones keep it."""
    require(scheduler, "_SCHEDULE_TICK_INTERVAL")
    scheduler._SCHEDULE_TICK_INTERVAL = 0.5
    replace(scheduler, "_schedule_last_fired", lambda _original: _Anchors())
