"""A correction of a change: what it may not do, and whether everyone must hear it (section 3: 1, 5)."""

from __future__ import annotations

from bot.change import Change, PointState


def check_correction(old: Change, new: Change) -> tuple[str, ...]:
    """Say what is not allowed in a correction of the frame, as reasons (empty: it may go to everyone).

    An open point never becomes fixed, intended or gone without an outcome (rule 1). Outcomes are not looked at: no file
    has them, and applying one keeps those that there are.
    """
    kept = {point.key: point for point in new.points}
    reasons = []
    for point in old.points:
        now = kept.get(point.key)
        if point.asks and (now is None or now.state in {PointState.FIXED, PointState.INTENDED}):
            reasons.append(f"open_to_fixed:{point.key}")
    return tuple(reasons)


def frame_differs(old: Change, new: Change) -> bool:
    """Whether what people were told has changed, so that everyone must hear it."""

    def told(change: Change) -> tuple[object, ...]:
        return (
            change.title,
            change.why,
            tuple(
                (p.key, p.state, p.text, p.decided_by, p.why, p.advice_on, p.owner, p.due_on, p.co_designers)
                for p in change.points
            ),
        )

    return told(old) != told(new)
