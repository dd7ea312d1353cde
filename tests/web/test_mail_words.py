"""What staff read a mail is about, for every mail that there is."""

from __future__ import annotations

import pytest
from flask import Flask

from assisto_caldav.adapters.mail.catalogue import catalogue
from assisto_web.staff.state_words import mail_word

KINDS = sorted({*catalogue("de")["staff"], *catalogue("de")["client"]})


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_that_is_owed_has_a_word_for_staff(app: Flask, kind: str) -> None:
    with app.test_request_context():
        assert mail_word(kind) != kind
