"""How often the web does something for one network, or writes to one mail address.

Only what succeeds is counted, in the transaction in which it does. Windows
are fixed, so that whoever must wait can be told for how long; two of them side
by side may let through twice as much, which is no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assisto_caldav.errors import LimitReachedError
from assisto_caldav.ports import Ports, Unit

HOUR = 3600
DAY = 24 * HOUR
MESSAGES_AN_HOUR = 20


@dataclass(frozen=True, slots=True)
class Quota:
    """So many in the present window, which ends at an instant. ``field``: as in forms.

    ``most`` None: it is counted, and never refused.
    """

    key: str
    most: int | None
    ends_at: int
    window_seconds: int
    field: str | None = None


def hold_quotas(ports: Ports, *, network: str, is_proven: bool = False) -> list[Quota]:
    """Return what a hold counts against; nothing where the network is not known."""
    visitors = ports.config.current().visitors
    window = visitors.window_minutes * 60
    most = None if is_proven else visitors.holds_per_network
    return [_quota(ports, f"hold|{network}", most, window_seconds=window)] if network else []


def request_quotas(
    ports: Ports, *, network: str, address: str, is_proven: bool = False
) -> list[Quota]:
    """Return what a request counts against: its network, and the mail address that it names."""
    visitors = ports.config.current().visitors
    window = visitors.window_minutes * 60
    found = []
    if network:
        most = None if is_proven else visitors.requests_per_network
        found.append(_quota(ports, f"request|{network}", most, window_seconds=window))
    if address:
        of, limit = f"address|{address.lower()}", visitors.requests_per_address
        found.append(_quota(ports, of, limit, window_seconds=DAY, field="email"))
    return found


def registration_quotas(ports: Ports, *, network: str, is_proven: bool = False) -> list[Quota]:
    """Return what a new account counts against; nothing where the network is not known."""
    visitors = ports.config.current().visitors
    window = visitors.window_minutes * 60
    most = None if is_proven else visitors.registrations_per_network
    of = f"registration|{network}"
    return [_quota(ports, of, most, window_seconds=window)] if network else []


def message_quotas(ports: Ports, appointment: str) -> list[Quota]:
    """Return what a client's message about an appointment counts against."""
    return [_quota(ports, f"message|{appointment}", MESSAGES_AN_HOUR, window_seconds=HOUR)]


def _quota(
    ports: Ports, of: str, most: int | None, *, window_seconds: int, field: str | None = None
) -> Quota:
    number = ports.clock.now() // window_seconds
    return Quota(
        # The digest keeps network and address out of the database.
        key=f"quota:{ports.tokens.digest(of)}:{number}",
        most=most,
        ends_at=(number + 1) * window_seconds,
        window_seconds=window_seconds,
        field=field,
    )


def insist(unit: Unit, quotas: Sequence[Quota], *, now: int) -> None:
    """Let one more pass.

    Raises:
        LimitReachedError: One is used up; ``retry_after`` says for how long.
    """
    for quota in quotas:
        used = unit.people.attempts(quota.key, now=now, window_seconds=quota.window_seconds)
        if quota.most is not None and used >= quota.most:
            raise LimitReachedError(
                "Too many from one place.", retry_after=quota.ends_at - now, field=quota.field
            )


def count(unit: Unit, quotas: Sequence[Quota], *, now: int) -> None:
    """Count a success, in the transaction that makes it one."""
    for quota in quotas:
        unit.people.count_attempt(quota.key, now=now, window_seconds=quota.window_seconds)
