"""What can be booked: duration, follow-up time, channels."""

from __future__ import annotations

from dataclasses import dataclass

from assisto_caldav.domain.channel import Channel
from assisto_caldav.domain.languages import Said, Translation, said

DEFAULT_PUBLIC_NAME = "Beratung"
SHORTEST_MINUTES = 5
LONGEST_MINUTES = 12 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A counselling service (Beratungsleistung).

    ``name`` is for staff and may say what it is about. Clients, mails and the
    JSON interface see ``id``, ``public_name`` and ``description`` alone, both
    of them in German with ``translations`` to other languages.
    """

    id: str
    name: str
    duration_minutes: int
    channels: tuple[Channel, ...]
    follow_up_minutes: int = 0
    public_name: str = DEFAULT_PUBLIC_NAME
    description: str = ""
    active: bool = True
    translations: tuple[Translation, ...] = ()

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

    def name_in(self, language: str) -> Said:
        """Return the public name, with the language that it is really in."""
        return said(self.translations, "public_name", self.public_name, language)

    def description_in(self, language: str) -> Said:
        """Return the description, with the language that it is really in."""
        return said(self.translations, "description", self.description, language)

    @property
    def duration_seconds(self) -> int:
        """Return the length of an appointment, without follow-up time."""
        return self.duration_minutes * 60

    @property
    def follow_up_seconds(self) -> int:
        """Return the time that stays blocked after an appointment."""
        return self.follow_up_minutes * 60
