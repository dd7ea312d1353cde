"""What can be booked: duration, follow-up time, channels."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.channel import Channel

DEFAULT_PUBLIC_NAME = "Beratung"
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A counselling service (Beratungsleistung).

    ``name`` is for staff and may say what it is about. Clients, mails and the
    JSON interface see ``id``, ``public_name`` and ``description`` alone.
    """

    id: str
    name: str
    duration_minutes: int
    channels: tuple[Channel, ...]
    follow_up_minutes: int = 0
    public_name: str = DEFAULT_PUBLIC_NAME
    description: str = ""
    active: bool = True

    def __post_init__(self) -> None:
        """Refuse a service that could not be booked."""
        if not SHORTEST_MINUTES <= self.duration_minutes <= LONGEST_MINUTES:
            raise ValueError(f"The duration of {self.id} is {self.duration_minutes} minutes.")
        if not 0 <= self.follow_up_minutes <= LONGEST_MINUTES:
            raise ValueError(
                f"The follow-up time of {self.id} is {self.follow_up_minutes} minutes."
            )
        if not self.channels:
            raise ValueError(f"The service {self.id} has no channel.")

    @property
    def duration_seconds(self) -> int:
        """Return the length of an appointment, without follow-up time."""
        return self.duration_minutes * 60

    @property
    def follow_up_seconds(self) -> int:
        """Return the time that stays blocked after an appointment."""
        return self.follow_up_minutes * 60
