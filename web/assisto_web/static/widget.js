// Shows a centre's free dates on another site, in a frame beside the link that is there without it.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || !script.dataset.institution) return;
  const page = new URL(`/${encodeURIComponent(script.dataset.institution)}/widget/`, script.src);
  const language = script.dataset.lang || document.documentElement.lang;
  if (language) page.searchParams.set("lang", language);
  const frame = document.createElement("iframe");
  frame.src = page.href;
  frame.title = script.dataset.title || "Freie Termine";
  frame.loading = "lazy";
  frame.referrerPolicy = "no-referrer";
  // It may load its own style and open its own pages in a new window: no scripts, no forms.
  frame.sandbox = "allow-same-origin allow-popups allow-popups-to-escape-sandbox";
  frame.width = "100%";
  frame.height = script.dataset.height || "480";
  frame.style.border = "0";
  script.after(frame);
})();
