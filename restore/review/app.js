// Puts the page together: the open document, its toolbar, the keys, and what can be downloaded.

const $ = (selector) => document.querySelector(selector);
const index = JSON.parse($("#index-data").textContent);
const preferences = { view: "inline", theme: "auto", keys: true, ...(kept("preferences.v1") ?? {}) };
let review = null;
let view = null;
let panel = null;
let pinned = false;
let hovering = 0;
let pointer = [];
let frame = 0;
let filters = null;

function prefer(name, value) {
  preferences[name] = value;
  try {
    storage()?.setItem("restore.review.preferences.v1", JSON.stringify({ ...preferences, threshold: 0, added: [], decisions: {} }));
  } catch {
    // Then they last as long as the page.
  }
}

function tell(message) {
  $("#status").textContent = message;
}

// Documents

function openDocument(number) {
  const data = $(`#d${number}-data`);
  if (!data) return;
  review = new Review(JSON.parse(data.textContent));
  filters = { families: new Set(), sources: new Set(), state: "all" };
  pinned = false;
  $("#index").hidden = true;
  $("#document").hidden = false;
  $("#name").textContent = review.data.name;
  document.title = `${review.data.name} – review`;
  $("#broken").hidden = !review.broken;
  $("#unkept").hidden = review.kept;
  $("#encoding").textContent = encodingNote();
  $("#verdict").textContent = verdictLine();
  $("#rewritten").textContent = rewrittenLine();
  $("#rewritten").hidden = !$("#rewritten").textContent;
  $("#notes").replaceChildren(...[...review.plan.notes, ...reportLines()].map((note) => h("li", {}, note)));
  view = new TextView(review, $("#text"), isShown);
  panel = new Panel(review, $("#panel"), $("#reference"), { decide, own, go, write: openWriting, edit });
  drawFilters();
  view.draw(preferences.view === "sides");
  $("#threshold").value = review.state.threshold;
  select(null);
  refresh();
  scrollTo(0, 0);
}

function openIndex() {
  review = null;
  document.title = $("#index-title").textContent;
  $("#document").hidden = true;
  $("#index").hidden = false;
  documents.draw();
}

function verdictLine() {
  const { damaged, probability, damaged_share: share, family } = review.plan.verdict;
  const by = damaged && family ? `, most like the spinners of the family ${family}` : "";
  return `${damaged ? "Damaged" : "Looks clean"} (probability ${sure(probability)}), about ${Math.round(100 * share)} % of the words${by}.`;
}

/** Says whether the text is a reference's article in other words, "" without a reference about the same event. */
function rewrittenLine() {
  const { rewritten } = review.plan.verdict;
  if (!rewritten) return "";
  const { called, probability, share, apart, source } = rewritten;
  const percent = (part) => `${Math.round(100 * part)} %`;
  const what = called ? `Rewritten: this is the article ${source} in other words (probability ${sure(probability)}).` : `Not called rewritten: that this is the article ${source} in other words has the probability ${sure(probability)}.`;
  return `${what} ${percent(share)} of the words are in sentences told in other words, which differ from it in ${percent(apart)} of theirs.`;
}

function reportLines() {
  return review.plan.references.filter((r) => !r.accepted).map((r) => `The reference ${r.id} was ignored: ${r.reason}.`);
}

function encodingNote() {
  const { name, mark, known } = review.data.encoding;
  if (!known) return "The plan does not say how the file was encoded: the text is given as UTF-8 without a byte order mark.";
  return `As the file: ${name}${mark ? " with its byte order mark" : ""}, its line ends.`;
}

// Filters

function isShown({ place, conflict, finding }) {
  if (conflict) return !filters.families.has("conflicts");
  if (finding) return !filters.families.has("findings");
  if (filters.families.has(place.family)) return false;
  if (![...place.sources].some((source) => !filters.sources.has(source))) return false;
  const { review: decided } = review.decision(place);
  return { all: true, open: !decided, decided: Boolean(decided), applied: review.isApplied(place), left: !review.isApplied(place) }[filters.state];
}

function drawFilters() {
  const places = [...review.places, ...review.rewrites, ...review.added];
  const count = (of) => places.filter(of).length;
  const box = (set, value, name, number, swatch) =>
    h("label", {}, h("input", { type: "checkbox", checked: true, onchange: (event) => { set[event.target.checked ? "delete" : "add"](value); refilter(); } }), swatch, `${name} `, h("span", { class: "hint" }, String(number)));
  const swatch = (kind) => h("span", { class: `swatch ${kind}`, "aria-hidden": "true" });
  const free = view.marks();
  const kinds = Object.keys(KIND_FAMILIES).filter((f) => f === "own" || count((p) => p.family === f)).map((f) => box(filters.families, f, KIND_FAMILIES[f].name, count((p) => p.family === f), swatch(`k-${f}`)));
  const others = [["conflicts", "conflicts of fact", free.filter((m) => m.conflict).length, "conflict"], ["findings", "looks damaged, nothing proposed", free.filter((m) => m.finding).length, "finding"]];
  $("#kinds").replaceChildren(h("legend", {}, "Kind"), ...kinds, ...others.filter(([, , n]) => n).map(([value, name, n, kind]) => box(filters.families, value, name, n, swatch(kind))));
  const sources = [...new Set(places.flatMap((p) => [...p.sources]))].sort();
  $("#sources").replaceChildren(h("legend", {}, "Source"), ...sources.map((s) => box(filters.sources, s, SOURCE_NAMES[s] ?? s, count((p) => p.sources.has(s)), null)));
  $("#state").value = "all";
}

function refilter() {
  view.refresh();
  refresh();
}

const shownPlaces = () => review.shown.filter((place) => isShown({ place }));

// What is current

function select(id, { focus = false, pin = false, reveal = false } = {}) {
  pinned = pin;
  view.show(id, focus);
  const mark = view.markById.get(view.current) ?? null;
  $(".side-panel").classList.toggle("open", mark !== null);
  panel.show(mark);
  if (reveal) view.reveal();
  const stops = view.drawn.filter((m) => isShown(m) && isTold(m));
  const at = stops.indexOf(mark);
  $("#position").textContent = at < 0 ? plural(stops.length, "place") : `${at + 1} of ${stops.length}`;
}

function move(by, wanted = () => true) {
  const stops = view.drawn.filter((m) => isShown(m) && wanted(m));
  if (!stops.length) return tell("Nothing more to go to.");
  const now = view.markById.get(view.current);
  const after = stops.findIndex((m) => !now || m.order > now.order);
  const before = now ? stops.findLastIndex((m) => m.order < now.order) : stops.length - 1;
  const next = by > 0 ? (after < 0 ? 0 : after) : before < 0 ? stops.length - 1 : before;
  return select(stops[next].id, { focus: true, pin: true, reveal: true });
}

const isTold = (mark) => !mark.finding;
const moveToOpen = () => move(1, (m) => m.place && !m.sign && !review.decision(m.place).review);

/** Goes to what stands at an index of the text. */
function go(at) {
  const mark = view.drawn.find((m) => m.from <= at && at < m.to);
  if (mark) return select(mark.id, { focus: true, pin: true, reveal: true });
  const run = [...$("#text").querySelectorAll("[data-at]")].findLast((e) => Number(e.dataset.at) <= at);
  return run?.scrollIntoView({ block: "center" });
}

// Deciding

function decide(verdict, pick = 0) {
  const mark = view.markById.get(view.current);
  if (!mark?.place) return tell("This is no correction: write your own words if it is wrong.");
  if (verdict === "chosen" && pick >= mark.place.candidates.length) return tell(`There is no candidate ${pick + 1}.`);
  if (verdict === "accepted" && !mark.place.candidates.length) return tell("These are your own words already.");
  review.decide([mark.place], verdict, pick);
  after();
  const what = mark.place.isRewrite ? "The whole sentence" : visible(mark.place.original);
  return tell(`${what}: ${{ accepted: "accepted", rejected: "rejected", chosen: "chosen", "": "undecided" }[verdict]}`);
}

function own(words) {
  const mark = view.markById.get(view.current);
  review.decide([mark.place], "typed", 0, asTyped(words, review.text));
  after();
  $("#text").querySelector('[aria-current="true"][role]')?.focus({ preventScroll: true });
  tell("Your own words are in the text.");
}

function after() {
  const id = view.current;
  const focused = $("#text").contains(document.activeElement);
  view.refresh();
  select(view.markById.has(id) ? id : null, { pin: pinned, focus: focused });
  refresh();
}

function all(verdict) {
  const open = shownPlaces().filter((p) => !review.decision(p).review && p.candidates.length);
  if (!review.decide(open, verdict)) return tell("Nothing that is shown is undecided.");
  after();
  return tell(`${plural(open.length, "correction")} ${verdict}. Undo takes that back.`);
}

function back(undo) {
  if (!(undo ? review.undo() : review.redo())) return tell(undo ? "Nothing to undo." : "Nothing to redo.");
  $("#threshold").value = review.state.threshold;
  after();
  return tell(undo ? "Undone." : "Done again.");
}

// What the toolbar tells

function refresh() {
  const shown = review.shown;
  const applied = shown.filter((p) => review.isApplied(p)).length;
  const decided = review.decided;
  $("#line").textContent = sure(review.state.threshold);
  $("#threshold").setAttribute("aria-valuetext", `${sure(review.state.threshold)}, ${applied} of ${shown.length} applied`);
  $("#applied").textContent = `${applied} of ${shown.length} applied`;
  $("#progress").max = Math.max(1, shown.length);
  $("#progress").value = shown.length ? decided : 1;
  $("#decided").textContent = `${decided} of ${shown.length} decided`;
  $("#sentences").textContent = review.rewrites.length ? `${review.taken.length} of ${plural(review.rewrites.length, "whole sentence")} accepted` : "";
  $("#undo").disabled = !review.done.length;
  $("#redo").disabled = !review.undone.length;
  $("#unkept").hidden = review.kept;
  const hidden = view.drawn.filter((m) => !isShown(m)).length;
  $("#hidden").textContent = hidden ? `${plural(hidden, "place")} hidden` : "";
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => review && $("#plots").replaceChildren(alongText(review), byKind(review), byConfidence(review)));
}

// Own words anywhere

let writing = null;

function openWriting(range = null, instead = "") {
  writing = range;
  const words = writing ? review.text.slice(...writing) : "";
  $("#find").value = words;
  $("#instead").value = instead;
  $("#find").readOnly = Boolean(writing);
  $("#write-problem").textContent = "";
  $("#write").showModal();
  (writing ? $("#instead") : $("#find")).focus();
}

function saveWriting(event) {
  event.preventDefault();
  const range = writing ?? found($("#find").value);
  if (!range) return;
  const id = review.write(range[0], range[1], asTyped($("#instead").value, review.text));
  $("#write").close();
  drawFilters();
  view.refresh();
  select(id, { focus: true, pin: true, reveal: true });
  refresh();
  tell("Your own words are in the text.");
}

/** Finds typed words in the text as given: where they stand next after the current place. */
function found(typed) {
  const words = asTyped(typed, review.text);
  const from = view.markById.get(view.current)?.from ?? 0;
  const at = words ? [review.text.indexOf(words, from), review.text.indexOf(words)].find((n) => n >= 0) : undefined;
  if (at === undefined) $("#write-problem").textContent = words ? "These words do not stand in the text as given." : "Say which words of the text you mean.";
  return at === undefined ? null : [at, at + words.length];
}

function openHelp() {
  $("#help").showModal();
  $("#help-title").focus(); // or a phone would begin at its end, where the first field is
}

// Downloads

function download(parts, type, name) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  tell(`${name} is downloaded.`);
}

function fileName(suffix) {
  const last = review.data.name.split(/[\\/]/).at(-1).replace(/[^\p{L}\p{N}._ -]+/gu, "_").replace(/^\.+/, "");
  return `${last.replace(/\.(txt|md|html?|json)$/i, "").slice(0, 80) || "text"}.${suffix}`;
}

const downloadPlan = () => download([`${JSON.stringify(review.reviewedPlan, null, 2)}\n`], "application/json", fileName("reviewed.json"));
const downloadText = () => download([encoded(review.finalText, review.data.encoding)], "application/octet-stream", fileName("restored.txt"));

// The current place and the threshold

const markRange = () => {
  const mark = view.markById.get(view.current);
  const { from, to } = mark?.place ?? mark ?? {};
  return mark ? [from, to] : null;
};

/** Opens the dialog for the current range; of a whole sentence with the words of the reference to begin with. */
function edit() {
  const place = view.markById.get(view.current)?.place;
  openWriting(markRange(), place?.isRewrite ? review.written(place) : "");
}

/** The range of the current conflict or damaged place, where nothing is proposed. */
const unproposedRange = () => (view.markById.get(view.current)?.place ? null : markRange());

function nudge(by) {
  const value = Math.min(1, Math.max(0, Math.round((Number($("#threshold").value) + by) * 100) / 100));
  $("#threshold").value = value;
  slide(value, true);
}

function slide(value, final) {
  review.slide(value, final);
  view.refresh();
  if (final) after();
  else refresh();
}

function setView(name) {
  prefer("view", name);
  for (const radio of document.querySelectorAll('[name="view"]')) radio.checked = radio.value === name;
  const id = view?.current;
  view?.draw(name === "sides");
  if (id) select(id, { pin: pinned, reveal: true });
}

function setTheme(name) {
  prefer("theme", name);
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

// Pointing

/** The mark at a point; between the marks of a sentence that a proposal is for, that proposal. */
const idAt = (event) => event.target.closest?.("[data-id]")?.dataset.id ?? event.target.closest?.("[data-sentence]")?.dataset.sentence;

function hover(event) {
  const moved = event.clientX !== pointer[0] || event.clientY !== pointer[1]; // else the text scrolled below it
  pointer = [event.clientX, event.clientY];
  if (pinned || !moved || event.pointerType === "touch") return;
  clearTimeout(hovering);
  const id = idAt(event);
  if (id && id !== view.current) hovering = setTimeout(() => !pinned && select(id), 120);
}

function point(event) {
  const id = idAt(event);
  if (!getSelection().isCollapsed) return;
  if (id) select(id, { focus: true, pin: true });
  else pinned = false;
}

// Start

const documents = new Index(index.documents, $("#index"), openDocument);
$(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the hash of the address names the document
  ($("#text").querySelector('[role="button"][tabindex="0"]') ?? $("#text")).focus();
});
// Whoever has begun to decide on a place keeps it, wherever the pointer goes.
$(".side-panel").addEventListener("focusin", () => { pinned = view.current !== null; });
$("#text").addEventListener("pointermove", hover);
$("#text").addEventListener("pointerleave", () => clearTimeout(hovering));
$("#text").addEventListener("click", point);
$("#text").addEventListener("focusin", (event) => idAt(event) && idAt(event) !== view.current && select(idAt(event), { pin: true }));
$("#threshold").addEventListener("input", (event) => slide(Number(event.target.value), false));
$("#threshold").addEventListener("change", (event) => slide(Number(event.target.value), true));
$("#state").addEventListener("change", (event) => { filters.state = event.target.value; refilter(); });
$("#next").addEventListener("click", () => move(1, isTold));
$("#previous").addEventListener("click", () => move(-1, isTold));
$("#open").addEventListener("click", moveToOpen);
$("#undo").addEventListener("click", () => back(true));
$("#redo").addEventListener("click", () => back(false));
$("#accept-all").addEventListener("click", () => all("accepted"));
$("#reject-all").addEventListener("click", () => all("rejected"));
$("#write-open").addEventListener("click", () => openWriting(view.selected() ?? unproposedRange()));
$("#write form").addEventListener("submit", saveWriting);
$("#plan").addEventListener("click", downloadPlan);
$("#final").addEventListener("click", downloadText);
$("#help-open").addEventListener("click", openHelp);
$("#close-panel").addEventListener("click", () => select(null));
$("#keys").addEventListener("change", (event) => prefer("keys", event.target.checked));
$("#theme").addEventListener("change", (event) => setTheme(event.target.value));
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
for (const radio of document.querySelectorAll('[name="view"]')) radio.addEventListener("change", () => setView(radio.value));
$("#search").addEventListener("input", (event) => { documents.words = event.target.value; documents.draw(); });
$("#order").addEventListener("change", (event) => { documents.order = event.target.value; documents.draw(); });
addEventListener("keydown", onKey);
addEventListener("hashchange", route);

function route() {
  const number = location.hash.match(/^#d(\d+)$/)?.[1];
  if (number !== undefined && $(`#d${number}-data`)) openDocument(Number(number));
  else if (index.documents.length === 1 && !index.left_out && !index.documents[0].error) openDocument(0);
  else openIndex();
}

$("#keys").checked = preferences.keys;
$("#theme").value = preferences.theme;
setTheme(preferences.theme);
setView(preferences.view);
route();
