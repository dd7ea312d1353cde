"""Every report there is, asked of one collection."""

from __future__ import annotations

from collections.abc import Iterator

from tests.dav.samples import ETAG, events, prop, text_match
from tests.dav.world import DavClient, Reply, window

FAR = window("00010101", "99990101")
REPORTS = {
    "all": events(""),
    "ten thousand years": FAR,
    "a year": window("20270101", "20280101"),
    "text": events(prop("SUMMARY", text_match("x"))),
    "parameter": events(prop("SUMMARY", "<C:param-filter name='P'/>")),
    "not there": events("<C:comp-filter name='VALARM'><C:is-not-defined/></C:comp-filter>"),
}
EXPAND = "<D:getetag/><C:calendar-data><C:expand start='{}' end='{}'/></C:calendar-data>"


def every_report(client: DavClient, collection: str) -> Iterator[tuple[str, int, list[str]]]:
    """What each report answers: its name, status and the members it tells of or conditions."""
    for name, filters in REPORTS.items():
        reply = client.query(collection, filters)
        yield name, reply.status, told(reply)
    for start, end in (
        ("20261101T000000Z", "20270101T000000Z"),
        ("20200101T000000Z", "30200101T000000Z"),
    ):
        reply = client.query(collection, FAR, EXPAND.format(start, end))
        yield f"expand to {end}", reply.status, told(reply)
        inner = f"<C:time-range start='{start}' end='{end}'/>"
        busy = client.report(collection, "C:free-busy-query", inner, depth="1")
        yield f"free-busy to {end}", busy.status, []
    sync = client.report(collection, "D:sync-collection", f"<D:sync-token/>{ETAG}")
    yield "sync", sync.status, told(sync)
    listed = client.propfind(collection, "<D:getetag/>", "1")
    yield "list", listed.status, told(listed)
    for query in ("", "?start=2026-01-01&end=2028-01-01&expand=1", "?start=0001-01-01"):
        yield f"GET {query}", client.request("GET", f"{collection}{query}").status, []


def told(reply: Reply) -> list[str]:
    if reply.status != 207:
        return list(reply.conditions)
    return sorted(href.rpartition("/")[2] for href in reply.responses())
