"""On site, phone, chat, video: what each needs and shows."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """The way in which client and counsellor meet (Beratungskanal)."""

    ON_SITE = "on_site"
    PHONE = "phone"
    CHAT = "chat"
    VIDEO = "video"

    @property
    def calendar_word(self) -> str:
        """Return the German word for SUMMARY and CATEGORIES; pages have their own, translated."""
        return _CALENDAR_WORDS[self]

    @property
    def needs_client_phone(self) -> bool:
        """Say whether one of the two calls the other."""
        return self is Channel.PHONE

    @property
    def shows_place(self) -> bool:
        """Say whether LOCATION is the institution's address."""
        return self is Channel.ON_SITE

    @property
    def shows_room(self) -> bool:
        """Say whether there is a room with an address of its own (CONFERENCE, RFC 7986 §5.11)."""
        return self in (Channel.CHAT, Channel.VIDEO)


_CALENDAR_WORDS = {
    Channel.ON_SITE: "Vor Ort",
    Channel.PHONE: "Telefon",
    Channel.CHAT: "Chat",
    Channel.VIDEO: "Video",
}
