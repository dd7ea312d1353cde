"""Our errors as WebDAV answers: the one table."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from assisto_caldav import errors
from assisto_radicale.hrefs import segment_of
from assisto_radicale.xmltext import CONTENT_TYPE, DECLARATIONS, HEAD, escape, tags_of

Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """An answer in the shape that Radicale's ``do_`` methods return."""

    status: int
    headers: Headers
    body: str | bytes | None = None
    logged_request: str | None = None


class ContentEncodingError(errors.InvalidInputError):
    """The body is packed, and would have to be unpacked without knowing its size."""

    def __init__(self) -> None:
        """Say what is taken instead (RFC 9110 §12.5.3)."""
        super().__init__("A packed body is not taken (Content-Encoding).")


_STATUS: dict[type[Exception], HTTPStatus] = {
    ContentEncodingError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.InvalidCalendarObjectError: HTTPStatus.FORBIDDEN,
    errors.InvalidInputError: HTTPStatus.BAD_REQUEST,
    errors.NotAuthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.InvalidOrganizerError: HTTPStatus.FORBIDDEN,
    errors.NotAllowedError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.EtagMismatchError: HTTPStatus.PRECONDITION_FAILED,
    # Somebody answered before: the app must read the object anew, as after a lost race.
    errors.InvalidTransitionError: HTTPStatus.PRECONDITION_FAILED,
    errors.SlotTakenError: HTTPStatus.FORBIDDEN,
    errors.ConflictError: HTTPStatus.CONFLICT,
    errors.LimitReachedError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.AssistoError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_RETRY_SECONDS = 2
REALM = 'Basic realm="Assisto CalDAV", charset="UTF-8"'


class RefusedError(errors.AssistoError):
    """A precondition of a request fails that only calendar apps can break."""

    def __init__(self, name: str, *, status: int = 403) -> None:
        """Name the precondition as a Clark name."""
        super().__init__(f"The precondition {name} fails.")
        self.name = name
        self.status = status


def failed(precondition: str, *, status: int = 403, inner: str = "") -> Answer:
    """Return the answer for a failed precondition, given as a Clark name (RFC 4918 §16)."""
    start, end = tags_of(precondition)
    return Answer(status, [("Content-Type", CONTENT_TYPE)], _error(f"{start}{inner}{end}"))


def plain(status: int, sentence: str = "") -> Answer:
    """Return an answer with a sentence for people."""
    return Answer(status, [("Content-Type", "text/plain; charset=utf-8")], f"{sentence}\n")


def translate(error: errors.AssistoError, href: str) -> Answer:
    """Return the answer that tells a calendar app about an error.

    Args:
        error: What a use case or one of our own checks raised.
        href: The request's resource, already encoded.
    """
    if isinstance(error, RefusedError):
        return failed(error.name, status=error.status)
    status = next(_STATUS[base] for base in type(error).__mro__ if base in _STATUS)
    headers: Headers = []
    if isinstance(error, errors.NotAuthenticatedError):
        headers.append(("WWW-Authenticate", REALM))
    if isinstance(error, ContentEncodingError):
        headers.append(("Accept-Encoding", "identity"))
    if isinstance(error, errors.UnavailableError):
        headers.append(("Retry-After", str(_RETRY_SECONDS)))
    if isinstance(error, errors.LimitReachedError) and error.retry_after is not None:
        status = HTTPStatus.TOO_MANY_REQUESTS
        headers.append(("Retry-After", str(error.retry_after)))
    inner = _conditions(error, href)
    if not inner:
        headers.append(("Content-Type", "text/plain; charset=utf-8"))
        return Answer(int(status), headers, f"{status.phrase}.\n")
    headers.append(("Content-Type", CONTENT_TYPE))
    return Answer(int(status), headers, _error(inner))


def _conditions(error: errors.AssistoError, href: str) -> str:
    if isinstance(error, errors.NotAuthenticatedError):
        return ""
    if isinstance(error, errors.SchedulingObjectChangeError):
        return _scheduling(error.scheduling_precondition, href, _in_the_way(error, href))
    if isinstance(error, errors.SlotTakenError):
        return _scheduling("allowed-attendee-scheduling-object-change", href)
    if isinstance(error, errors.KeptInConfigError):
        sentence = f"<D:responsedescription>{escape(error.what)}</D:responsedescription>"
        return f"{_need_privileges(href)}{sentence}"
    if isinstance(error, errors.NotAllowedError):
        return _need_privileges(href)
    if error.precondition is None:
        return ""
    start, end = tags_of(f"{{{error.namespace}}}{error.precondition}")
    inner = ""
    if isinstance(error, errors.UidConflictError):
        folder = href.rpartition("/")[0]
        inner = f"<D:href>{escape(f'{folder}/{error.href}')}</D:href>"
    return f"{start}{inner}{end}"


def _in_the_way(error: errors.SchedulingObjectChangeError, href: str) -> str:
    """Return the ``D:href`` of what has the UID already (RFC 6638 §3.2.4.1)."""
    if error.place is None:
        return ""
    home = href.rsplit("/", 2)[0]
    place = "/".join(segment_of(part) for part in error.place)
    return f"<D:href>{escape(f'{home}/{place}')}</D:href>"


def _scheduling(precondition: str, href: str, inner: str = "") -> str:
    # DAVx5 takes a 403 for final only with need-privileges, and else sends it again forever.
    start, end = tags_of(f"{{{errors.CALDAV}}}{precondition}")
    return f"{start}{inner}{end}{_need_privileges(href)}"


def _need_privileges(href: str) -> str:
    return (
        f"<D:need-privileges><D:resource><D:href>{escape(href)}</D:href>"
        "<D:privilege><D:write-content/></D:privilege></D:resource></D:need-privileges>"
    )


def _error(inner: str) -> str:
    return f"{HEAD}<D:error {DECLARATIONS}>{inner}</D:error>"
