"""The time that appointments and holds take, and the refusal to take it twice."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.adapters.sql.connect import Connection
from assisto_caldav.domain.intervals import Interval
from assisto_caldav.errors import InvalidInputError, SlotTakenError

APPOINTMENT = "appointment"
HOLD = "hold"
LONGEST = 24 * 3600
LIVES = "(expires_at IS NULL OR expires_at > :now)"
_OVERLAPS = """counsellor = :counsellor AND start_at > :lower AND start_at < :to
    AND end_at > :from AND ref <> :ref"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one appointment or hold takes. ``expires_at`` is None for an appointment."""

    ref: str
    institution: str
    counsellor: str
    time: Interval
    kind: str
    expires_at: int | None = None


class TakenTime:
    """The rows of ``taken_time``; the account's row is the lock of its counsellor's time."""

    def __init__(self, connection: Connection) -> None:
        """Work inside the connection's transaction."""
        self._sql = connection

    def lock(self, *counsellors: str) -> None:
        """Keep other writers of their time off until the transaction ends; note the change."""
        for login in sorted(set(counsellors)):
            self._sql.run(
                "UPDATE staff SET facts_revision = facts_revision + 1 WHERE login = :login",
                {"login": login},
            )

    def claim(self, claim: Claim, *, now: int) -> None:
        """Take time, or move what the same ref has taken; the lock must be held.

        Lapsed holds in the way lose their time.

        Raises:
            SlotTakenError: Something that lives overlaps it.
            InvalidInputError: It is longer than a day.
        """
        if claim.time.end - claim.time.start > LONGEST:
            raise InvalidInputError(
                "Ein Termin dauert mit Nachbereitungszeit höchstens 24 Stunden."
            )
        if self.overlaps(claim.counsellor, claim.time, now=now, but=claim.ref):
            raise SlotTakenError("This time is taken.")
        params = _params(claim.counsellor, claim.time, but=claim.ref)
        self._sql.run(f"DELETE FROM taken_time WHERE {_OVERLAPS}", params)
        self._sql.run(
            """INSERT INTO taken_time
                (ref, institution, counsellor, start_at, end_at, kind, expires_at)
            VALUES (:ref, :institution, :counsellor, :from, :to, :kind, :expires_at)
            ON CONFLICT (ref) DO UPDATE SET
                counsellor = excluded.counsellor, start_at = excluded.start_at,
                end_at = excluded.end_at, expires_at = excluded.expires_at""",
            {
                **params,
                "institution": claim.institution,
                "kind": claim.kind,
                "expires_at": claim.expires_at,
            },
        )

    def free(self, ref: str) -> None:
        """Give back what the ref has taken, if anything."""
        self._sql.run("DELETE FROM taken_time WHERE ref = :ref", {"ref": ref})

    def overlaps(self, counsellor: str, time: Interval, *, now: int, but: str = "") -> bool:
        """Tell whether something that lives, other than ``but``, overlaps the time."""
        row = self._sql.one(
            f"SELECT 1 FROM taken_time WHERE {_OVERLAPS} AND {LIVES} LIMIT 1",
            {**_params(counsellor, time, but=but), "now": now},
        )
        return row is not None


def _params(counsellor: str, time: Interval, *, but: str) -> dict[str, object]:
    return {
        "counsellor": counsellor,
        "from": time.start,
        "to": time.end,
        "lower": time.start - LONGEST,
        "ref": but,
    }
