// Keys for the list of calls. Each only clicks or focuses what stands on the page: without this file nothing
// is lost. They can be turned off (WCAG 2.1.4), and that is remembered in this browser.
(() => {
  const help = document.getElementById("keys");
  if (!help) return;
  const off = document.getElementById("keys-off");
  const rows = [...document.querySelectorAll("tbody.call")];
  const isOff = () => localStorage.getItem("kansen-keys") === "off";
  const named = () => rows.findIndex((row) => `#${row.id}` === location.hash);
  const here = () => {
    const place = rows.findIndex((row) => row.contains(document.activeElement));
    return place < 0 && document.activeElement === document.body ? named() : place;
  };
  const find = (row, key) => row?.querySelector(`[data-key="${key}"]`);
  const go = (place) => {
    const title = find(rows[Math.max(0, Math.min(place, rows.length - 1))], "o");
    title?.focus();
    title?.closest("tbody").scrollIntoView({ block: "nearest" });
  };
  const act = (key) => find(rows[here()], key)?.click();
  const keys = {
    j: () => go(here() + 1),
    k: () => go(here() < 0 ? 0 : here() - 1),
    o: () => act("o"),
    s: () => act("s"),
    n: () => act("n"),
    a: () => act("a"),
    "/": () => document.querySelector('[data-key="/"]').focus(),
    "?": () => { help.open = !help.open; if (help.open) help.scrollIntoView({ block: "nearest" }); },
  };
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
    if (isOff() || isTyping || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  off.addEventListener("click", () => {
    localStorage.setItem("kansen-keys", isOff() ? "on" : "off");
    off.setAttribute("aria-pressed", String(isOff()));
  });
  off.setAttribute("aria-pressed", String(isOff()));
  help.hidden = false;
  // The browser goes to the row that the address names at the end of loading, and takes the focus away then.
  window.addEventListener("load", () => {
    if (named() >= 0 && !document.querySelector("[autofocus]")) find(rows[named()], "o").focus();
  });
})();
