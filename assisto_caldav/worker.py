"""The worker: mails owed, reminders, expiry, settled deletions, retention."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass

from assisto_caldav.adapters.mail.compose import MailComposer
from assisto_caldav.bootstrap import make_mailer
from assisto_caldav.errors import UnavailableError
from assisto_caldav.failures import frames_of
from assisto_caldav.ports import Ports
from assisto_caldav.usecases.booking_times import rewrite_renamed
from assisto_caldav.usecases.calendars import ensure_homes
from assisto_caldav.usecases.expire import expire_and_settle
from assisto_caldav.usecases.notify import deliver_due
from assisto_caldav.usecases.retain import erase_due, tidy
from assisto_caldav.usecases.waitlist import offer_freed

log = logging.getLogger(__name__)

TICK_SECONDS = 2.0
HOUR = 3600
FOLDER_LEASE = 10
SMTP_STEPS = 10


@dataclass(frozen=True, slots=True)
class Duty:
    """Something the worker does, no more often than every so many seconds."""

    name: str
    every: int
    do: Callable[[Ports], object]


def deliver(ports: Ports) -> int:
    """Send what is due; without a mail server mails wait."""
    config = ports.config.current()
    mailer = make_mailer(config)
    if mailer is None:
        return 0
    lease = FOLDER_LEASE if config.mail.folder else _smtp_lease(config.mail.smtp_timeout_seconds)
    return deliver_due(ports, MailComposer(ports), mailer, lease_seconds=lease)


def _smtp_lease(timeout_seconds: int) -> int:
    """Return more seconds than a delivery takes in which each step nearly times out."""
    return SMTP_STEPS * timeout_seconds + 60


DUTIES = (
    Duty("homes", 30, ensure_homes),
    Duty("renamed services", 30, rewrite_renamed),
    Duty("expiry", 5, expire_and_settle),
    Duty("waiting list", 30, offer_freed),
    Duty("mails", 1, deliver),
    Duty("retention", HOUR, erase_due),
    Duty("tidying", HOUR, tidy),
)


def run_worker(ports: Ports) -> None:
    """Work until SIGTERM or SIGINT. A duty that fails is logged and tried again."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    last: dict[str, int] = {}
    while not stop.is_set():
        work_once(ports, last)
        stop.wait(TICK_SECONDS)


def work_once(ports: Ports, last: dict[str, int]) -> None:
    """Do every duty whose time has come; ``last`` remembers when each was done."""
    for duty in DUTIES:
        now = ports.clock.now()
        done = last.get(duty.name)
        # A clock that was set back must not stop a duty until it has caught up.
        if done is not None and 0 <= now - done < duty.every:
            continue
        last[duty.name] = now
        try:
            duty.do(ports)
        except UnavailableError as exc:
            log.warning("%s: %s", duty.name, exc)
        except Exception as exc:  # noqa: BLE001 - the outermost edge: one duty must not stop the others
            log.error("%s failed: %s", duty.name, frames_of(exc))  # noqa: TRY400 - a message may name people
