// The quick exit leaves no entry of this page in the history, and shows nothing while it leads away.
"use strict";
const leave = (exit) => {
  document.title = "";
  document.body.hidden = true;
  // Forgets what this browser may see, then goes on to a harmless page, all in place of this one.
  location.replace(exit.href);
};
document.addEventListener("click", (event) => {
  const exit = event.target.closest("a.quick-exit");
  if (!exit) return;
  event.preventDefault();
  leave(exit);
});
// Shift alone, three times, with no other key between: nobody does that while writing. Esc is the browser's.
let presses = 0, last = 0;
document.addEventListener("keydown", (event) => {
  if (event.repeat) return;
  presses = event.key === "Shift" && event.timeStamp - last < 1000 ? presses + 1 : Number(event.key === "Shift");
  last = event.timeStamp;
  const exit = document.querySelector("a.quick-exit");
  if (presses === 3 && exit) leave(exit);
});
const hint = document.querySelector(".exit-hint");
if (hint) hint.hidden = false;
// A page that the browser kept whole comes back only from the server, which has forgotten the visit.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
