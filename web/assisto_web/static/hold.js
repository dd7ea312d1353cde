// Says beside the clock time how many minutes a time is still held; the page works without.
"use strict";
(() => {
  const note = document.getElementById("hold-left");
  if (!note) return;
  const end = Date.now() + Number(note.dataset.seconds) * 1000;
  const show = () => {
    const minutes = Math.ceil((end - Date.now()) / 60000);
    if (minutes > 0) {
      note.textContent = (minutes === 1 ? note.dataset.one : note.dataset.many).replace("#", minutes);
      setTimeout(show, 60000);
    } else {
      note.textContent = note.dataset.over;
    }
  };
  show();
})();
