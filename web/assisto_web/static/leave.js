// The quick exit leaves no entry of this page in the history, and shows nothing while it leads away.
"use strict";
document.addEventListener("click", (event) => {
  const exit = event.target.closest("a.quick-exit");
  if (!exit) return;
  event.preventDefault();
  document.title = "";
  document.body.hidden = true;
  // Forgets what this browser may see, then goes on to a harmless page, all in place of this one.
  location.replace(exit.href);
});
// A page that the browser kept whole comes back only from the server, which has forgotten the visit.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
