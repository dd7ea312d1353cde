"""The store of people with a login."""

from __future__ import annotations

from typing import Protocol

from assisto_caldav.domain.people import AppPassword, OneTimeLink, Session, StaffMember


class PeopleStore(Protocol):
    """Staff accounts, sessions, devices, one-time links, throttles."""

    def lock_counsellor(self, login: str) -> None:
        """Serialise with every other writer of this counsellor's time until the unit ends."""
        ...

    def staff(self, login: str) -> StaffMember | None:
        """Return a staff account or None."""
        ...

    def save_staff(self, member: StaffMember) -> None:
        """Add or replace a staff account."""
        ...

    def all_staff(self) -> list[StaffMember]:
        """Return every staff account, by login."""
        ...

    def add_app_password(self, entry: AppPassword, *, sha256: str) -> None:
        """Store a device's password by its SHA-256."""
        ...

    def app_password(self, login: str, sha256: str) -> AppPassword | None:
        """Return the device of an active login with this password, or None."""
        ...

    def app_passwords(self, login: str) -> list[AppPassword]:
        """Return the login's devices, oldest first."""
        ...

    def touch_app_password(self, entry: str, *, now: int) -> None:
        """Note a use; called at most once an hour for a device."""
        ...

    def remove_app_password(self, login: str, entry: str) -> None:
        """Take a device's access away."""
        ...

    def add_session(self, session: Session) -> None:
        """Store a login."""
        ...

    def session(self, digest: str) -> Session | None:
        """Return a login or None."""
        ...

    def touch_session(self, digest: str, *, now: int) -> None:
        """Note that the session was used."""
        ...

    def end_sessions(self, login: str, *, but: str = "") -> None:
        """End all sessions of a login except one digest."""
        ...

    def end_session(self, digest: str) -> None:
        """End one session."""
        ...

    def add_link(self, link: OneTimeLink) -> None:
        """Store a one-time link; earlier ones of the same login and purpose go."""
        ...

    def take_link(self, digest: str, *, now: int) -> OneTimeLink | None:
        """Return and use up a link that is still good, or None."""
        ...

    def peek_link(self, digest: str, *, now: int) -> OneTimeLink | None:
        """Return a link that is still good without using it up."""
        ...

    def count_attempt(self, key: str, *, now: int, window_seconds: int) -> int:
        """Count an attempt under a throttle key; return how many lie in the window."""
        ...

    def attempts(self, key: str, *, now: int, window_seconds: int) -> int:
        """Return how many attempts lie in the window."""
        ...

    def forget_attempts(self, key: str) -> None:
        """Start counting anew."""
        ...

    def purge_attempts(self, *, before: int) -> None:
        """Drop the attempts from before the instant, whatever they were counted for."""
        ...

    def purge(self, *, sessions_before: int, links_before: int) -> None:
        """Drop idle sessions and past links."""
        ...
