"""Conditional requests: RFC 9110 §13, RFC 4918 §10.4 (``If``), RFC 6638 §8.3."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from assisto_caldav.errors import EtagMismatchError
from assisto_caldav.usecases import calendars
from assisto_radicale import if_header

if TYPE_CHECKING:
    from assisto_radicale.request import Request


# A condition that is there and names nothing holds never: to ignore it would be to overwrite.
_NO_TAG = " "


def _has(request: Request, name: str) -> bool:
    return f"HTTP_{name}" in request.environ


def read_conditions(request: Request) -> calendars.Conditions:
    """Return what the request makes a condition of a write.

    Raises:
        InvalidInputError: The If header is none.
    """
    schedule_tag = None
    if _has(request, "IF_SCHEDULE_TAG_MATCH"):
        schedule_tag = request.header("IF_SCHEDULE_TAG_MATCH").strip('"') or _NO_TAG
    none_match = request.tags("IF_NONE_MATCH")
    lists = if_header.read_if(request.header("IF"))
    return calendars.Conditions(
        if_match=request.tags("IF_MATCH") if _has(request, "IF_MATCH") else None,
        if_none_match="*" in none_match,
        if_schedule_tag=schedule_tag,
        if_none_match_tags=none_match,
        if_unmodified_since=read_http_date(request.header("IF_UNMODIFIED_SINCE")),
        states=(lambda unit: if_header.holds(request, unit, lists)) if lists else None,
    )


def read_http_date(text: str) -> int | None:
    """Return an HTTP date as an instant; None if it is none, as RFC 9110 §13.1.3 has it."""
    if not text:
        return None
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def require_current(request: Request, etag: str, modified_at: int) -> None:
    """Check what a GET makes a condition of the present state.

    Raises:
        EtagMismatchError: It does not hold.
    """
    if _has(request, "IF_MATCH"):
        wanted = request.tags("IF_MATCH")
        if etag not in wanted and "*" not in wanted:
            raise EtagMismatchError("It is another representation by now (If-Match).")
        return
    since = read_http_date(request.header("IF_UNMODIFIED_SINCE"))
    if since is not None and modified_at > since:
        raise EtagMismatchError("It is newer (If-Unmodified-Since).")


def is_known(request: Request, etag: str, modified_at: int) -> bool:
    """Tell whether the app has this representation, so that a GET is a 304."""
    known = request.tags("IF_NONE_MATCH")
    if known:
        return etag in known or "*" in known
    since = read_http_date(request.header("IF_MODIFIED_SINCE"))
    return since is not None and modified_at <= since
