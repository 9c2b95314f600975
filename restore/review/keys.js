// The keys: what each does, and which presses are meant for the text and not for a field.

const KEYS = {
  j: () => move(1, isTold), ArrowDown: () => move(1), k: () => move(-1, isTold), ArrowUp: () => move(-1), n: () => moveToOpen(),
  a: () => decide("accepted"), r: () => decide("rejected"), c: () => decide(""),
  e: () => $('[data-field="own"]') ? $('[data-field="own"]').focus() : edit(), w: () => openWriting(view.selected() ?? unproposedRange()),
  u: () => back(true), U: () => back(false), v: () => setView(preferences.view === "sides" ? "inline" : "sides"),
  "[": () => nudge(-0.05), "]": () => nudge(0.05), "?": () => openHelp(),
};

function onKey(event) {
  if (!review || event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest("textarea, select, input:not([type=checkbox], [type=radio], [type=range])");
  if (event.key === "Escape") {
    if (typing) $("#text").querySelector('[aria-current="true"][role]')?.focus({ preventScroll: true });
    else select(null);
    return;
  }
  if (typing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    event.preventDefault();
    back(!event.shiftKey);
    return;
  }
  if (event.ctrlKey || event.metaKey) return;
  const onText = $("#text").contains(event.target) || event.target === document.body;
  if (event.key.startsWith("Arrow") && (!onText || (event.target === document.body && !pinned))) return;
  if ((event.key === "Enter" || event.key === " ") && event.target.dataset?.id) {
    event.preventDefault();
    select(event.target.dataset.id, { focus: true, pin: true });
    return;
  }
  if (!preferences.keys && !event.key.startsWith("Arrow")) return;
  const number = /^[1-9]$/.test(event.key) ? Number(event.key) - 1 : -1;
  const act = number >= 0 ? () => decide(number ? "chosen" : "accepted", number) : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
