"""Mails as ``.eml`` files in a folder: what the demo sends."""

from __future__ import annotations

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from pathlib import Path

from assisto_caldav.errors import UnavailableError


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writes each mail once: the name is made of its Message-ID."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write one mail; see ``usecases.notify.Mailer``.

        Raises:
            UnavailableError: The folder cannot be written.
        """
        identity = "".join(c for c in str(message["Message-ID"]) if c.isalnum() or c in "-_")
        target = self.folder / f"{identity}.eml"
        unfinished = target.with_suffix(".tmp")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(message.as_bytes(policy=policy.SMTP))
            unfinished.replace(target)
        except OSError as exc:
            raise UnavailableError(f"The mail folder cannot be written: {exc.strerror}") from exc
