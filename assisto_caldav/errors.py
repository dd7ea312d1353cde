"""Every error that we raise on purpose.

Facts are attributes; the sentence is written in the class. Where RFC 4791 or
RFC 6638 names a precondition, the class or instance carries it, as a Clark
name without namespace in ``precondition`` and its namespace in ``namespace``.
"""

from __future__ import annotations

CALDAV = "urn:ietf:params:xml:ns:caldav"
DAV = "DAV:"


class AssistoError(Exception):
    """The root of all errors that we raise on purpose."""

    precondition: str | None = None
    namespace: str = CALDAV


class InvalidInputError(AssistoError):
    """Something that a person or a program sent is not what it must be."""

    def __init__(self, what: str, *, field: str | None = None) -> None:
        """Say what is wrong and, for forms, in which field."""
        super().__init__(what)
        self.what = what
        self.field = field


class InvalidCalendarObjectError(InvalidInputError):
    """A calendar object is refused (RFC 4791 §5.3.2.1)."""

    def __init__(self, what: str, *, precondition: str = "valid-calendar-data") -> None:
        """Name the precondition that failed; the sentence says how."""
        super().__init__(what)
        self.precondition = precondition


class InvalidSchedulingMessageError(InvalidInputError):
    """A mail or DAV scheduling message cannot be understood (RFC 5546, RFC 6638 §5.2.1)."""

    precondition = "valid-scheduling-message"


class NotAllowedError(AssistoError):
    """This person may not do this."""

    precondition = "need-privileges"
    namespace = DAV


class KeptInConfigError(NotAllowedError):
    """The calendar shows what config says; it is changed there."""

    def __init__(self, file: str, key: str) -> None:
        """Say in which file and under which key it is kept."""
        self.what = f"Das steht in der Konfiguration ({file}, {key}) und wird dort geändert."
        super().__init__(self.what)


class SchedulingObjectChangeError(NotAllowedError):
    """The change is none that an attendee may make (RFC 6638 §3.2.4.2)."""

    def __init__(
        self,
        what: str,
        *,
        precondition: str = "allowed-attendee-scheduling-object-change",
        place: tuple[str, str] | None = None,
    ) -> None:
        """Say which change was refused; ``precondition`` is of RFC 6638.

        ``place``: collection and href of the object that is in the way.
        """
        super().__init__(what)
        self.what = what
        self.scheduling_precondition = precondition
        self.place = place


class InvalidOrganizerError(AssistoError):
    """Busy time is asked for in somebody else's name (RFC 6638 §5.2.2)."""

    precondition = "valid-organizer"


class NotAuthenticatedError(NotAllowedError):
    """Nobody is logged in, or the proof does not hold."""


class NotFoundError(AssistoError):
    """There is no such thing, or this person must not learn of it."""


class ConflictError(AssistoError):
    """The world has changed since the caller looked."""


class SlotTakenError(ConflictError):
    """The wanted time overlaps what already holds it."""


class UidConflictError(ConflictError):
    """Another calendar object of the collection has this UID."""

    precondition = "no-uid-conflict"

    def __init__(self, href: str) -> None:
        """Remember the href (RFC 4791 §5.3.2.1 wants it told)."""
        super().__init__(f"The UID is in use by {href}.")
        self.href = href


class EtagMismatchError(ConflictError):
    """A precondition of the request does not hold any more (RFC 9110 §13)."""


class InvalidTransitionError(ConflictError):
    """The appointment's state does not allow this act."""

    def __init__(self, state: str, act: str) -> None:
        """Remember both, so that a page can say what holds now."""
        super().__init__(f"An appointment that is {state} cannot {act}.")
        self.state = state
        self.act = act


class LimitReachedError(AssistoError):
    """Too many, too large or too often."""

    def __init__(
        self, what: str, *, retry_after: int | None = None, field: str | None = None
    ) -> None:
        """``retry_after`` is in seconds; ``field`` names what a form could leave out."""
        super().__init__(what)
        self.what = what
        self.retry_after = retry_after
        self.field = field


class UnavailableError(AssistoError):
    """Storage or mail is away; trying again is worth it."""


class SealedValueError(AssistoError):
    """A sealed value cannot be opened: altered, moved, or sealed with another key.

    No UnavailableError: trying again is no use, and others' values are not concerned.
    """


class ConfigError(AssistoError):
    """The configuration has problems; all of them are here, not the first."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Each problem is one line: file, line, key, what is wrong, what would be right."""
        super().__init__("\n".join(problems))
        self.problems = problems
