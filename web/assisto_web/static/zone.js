// Says beside a time of the centre's what the visitor's own clock shows then, where that differs.
"use strict";
(() => {
  const note = document.querySelector("[data-zone]");
  if (!note) return;
  const day = { weekday: "short", day: "numeric", month: "numeric" };
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const written = (parts, zone) => new Intl.DateTimeFormat(document.documentElement.lang, { ...parts, timeZone: zone });
  for (const each of document.querySelectorAll("[data-instant]")) {
    const at = new Date(each.dataset.instant * 1000);
    const differs = (parts) => written(parts).format(at) !== written(parts, note.dataset.zone).format(at);
    if (!differs({ ...day, ...clock })) continue;
    const own = document.createElement("small");
    own.className = "own-time";
    own.textContent = note.dataset.here.replace("#", written(differs(day) ? { ...day, ...clock } : clock).format(at));
    each.append(" ", own);
  }
})();
