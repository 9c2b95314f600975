// A document under review: its places, what a person decided about each, the slider, undo, and the plan given back.

const KIND_FAMILIES = {
  noun: { name: "nouns and names", types: ["NOUN"] },
  verb: { name: "verbs", types: ["VERB"] },
  adjective: { name: "adjectives and adverbs", types: ["ADJ", "ADV"] },
  function: { name: "small words", types: ["PREP", "CONJ", "DET", "PART", "PRON"] },
  form: { name: "form, case, spacing", types: ["MORPH", "ORTH", "PUNCT", "SPELL"] },
  rewrite: { name: "whole sentences", types: ["rewrite"] },
  own: { name: "your own words", types: ["REVIEW"] },
  other: { name: "other words", types: [] },
};
const REWRITE = "rewrite"; // the kind of a whole sentence of a reference: only a person puts it in
const TYPE_NAMES = {
  NOUN: "noun or name", VERB: "verb", ADJ: "adjective", ADV: "adverb", PREP: "preposition", CONJ: "conjunction", DET: "article",
  PART: "particle", PRON: "pronoun", NUM: "number", MORPH: "form of a word", ORTH: "case or spacing", PUNCT: "punctuation",
  SPELL: "spelling", REVIEW: "your own words", OTHER: "words",
};
const OPERATIONS = { R: "replaced", M: "put in", U: "taken out" };
const SOURCE_NAMES = {
  reference: "reference", document: "the text itself", spins: "other spins", spinner: "spinner tables", thesaurus: "thesaurus",
  names: "name lists", spelling: "spelling", grammar: "grammar checker", encoding: "encoding", dictionary: "your dictionary",
  encoder: "encoder", ranker: "ranker", "language-model": "language model", reviewer: "a reviewer",
};

function familyOf(kind) {
  const type = kind.split(":")[1] ?? kind;
  return Object.keys(KIND_FAMILIES).find((name) => KIND_FAMILIES[name].types.includes(type)) ?? "other";
}

function kindName(kind) {
  const [operation, type] = kind.split(":");
  if (kind === REWRITE) return "whole sentence of a reference";
  return type ? `${TYPE_NAMES[type] ?? type.toLowerCase()} ${OPERATIONS[operation] ?? ""}`.trim() : kind;
}

/** One place of the text and what could stand there; the first candidate is what the engine proposed. */
class Place {
  constructor(id, found, offsets) {
    const { alternatives = [], review = "", ...self } = found;
    this.id = id;
    this.start = found.start;
    this.end = found.end;
    this.original = found.original;
    this.from = offsets.index(found.start);
    this.to = offsets.index(found.end);
    // Own words of an earlier review, typed where nothing was proposed, are themselves what can be accepted or rejected.
    const alone = review === "typed" && !alternatives.length && self.evidence;
    this.candidates = review === "typed" && !alone ? alternatives : review === "chosen" ? [...alternatives, self] : [self, ...alternatives];
    this.given = { review: alone ? "accepted" : review, pick: review === "chosen" ? alternatives.length : 0, own: alone ? "" : found.replacement };
    this.kind = this.candidates[0]?.kind ?? found.kind;
    this.family = familyOf(this.kind);
    this.isRewrite = found.kind === REWRITE;
    this.comparison = found.comparison ?? null;
    this.sources = new Set(this.candidates.length ? this.candidates[0].evidence.map((e) => e.kind) : ["reviewer"]);
    if (this.sources.size > 1) this.sources.delete("ranker"); // it weighs every correction
  }

  get confidence() {
    return this.candidates[0]?.confidence ?? 1;
  }

  overlaps(other) {
    return this.start < other.end && other.start < this.end;
  }
}

class Review {
  constructor(data) {
    this.data = data;
    this.plan = data.plan;
    this.text = data.plan.text;
    this.offsets = new Offsets(this.text);
    this.broken = this.offsets.characters !== data.characters;
    const found = data.plan.corrections.map((c, n) => new Place(`c${n}`, c, this.offsets));
    this.places = found.filter((p) => !p.isRewrite);
    const proposed = (data.plan.rewrites ?? []).map((c, n) => new Place(`r${n}`, c, this.offsets));
    this.rewrites = [...found.filter((p) => p.isRewrite), ...proposed].sort((a, b) => a.start - b.start || a.end - b.end);
    this.byId = new Map([...this.places, ...this.rewrites].map((p) => [p.id, p]));
    this.conflicts = (data.plan.conflicts ?? []).map((c, n) => ({ ...c, id: `f${n}`, from: this.offsets.index(c.start), to: this.offsets.index(c.end) }));
    this.findings = data.plan.verdict.findings.map((f, n) => ({ ...f, id: `d${n}`, from: this.offsets.index(f.start), to: this.offsets.index(f.end) }));
    this.undone = [];
    this.done = [];
    this.state = { threshold: data.plan.threshold, decisions: {}, added: [] };
    for (const place of this.byId.values()) if (place.given.review) this.state.decisions[place.id] = place.given;
    this.restoreStored();
  }

  // What is decided

  decision(place) {
    return this.state.decisions[place.id] ?? { review: "", pick: 0, own: "" };
  }

  isApplied(place) {
    const { review } = this.decision(place);
    return review ? review !== "rejected" : !place.isRewrite && place.confidence >= this.state.threshold;
  }

  written(place) {
    const { review, pick, own } = this.decision(place);
    return review === "typed" ? own : place.candidates[review === "chosen" ? pick : 0].replacement;
  }

  get added() {
    if (this.addedFor !== this.state.added) {
      this.addedFor = this.state.added;
      this.addedPlaces = this.state.added.map(({ id, start, end }) => {
        const original = this.text.slice(this.offsets.index(start), this.offsets.index(end));
        return new Place(id, { start, end, original, replacement: "", kind: "R:REVIEW", review: "typed" }, this.offsets);
      });
      for (const place of this.addedPlaces) this.byId.set(place.id, place);
    }
    return this.addedPlaces;
  }

  /** The whole sentences that a person accepted. */
  get taken() {
    return this.rewrites.filter((r) => this.isApplied(r));
  }

  /** Says whether the words of a place give way to a whole sentence that was accepted. */
  givesWay(place) {
    return !place.isRewrite && this.rewrites.some((r) => r.overlaps(place) && this.isApplied(r));
  }

  /** The places that are shown: without those that own words were typed over or an accepted sentence stands for. */
  get shown() {
    const { added, taken } = this;
    const takenIds = taken.map((r) => r.id).join(" ");
    if (this.shownFor !== added || this.shownTaken !== takenIds) {
      this.shownFor = added;
      this.shownTaken = takenIds;
      const over = [...added, ...taken];
      const free = over.length ? this.places.filter((p) => !over.some((a) => a.overlaps(p))) : this.places;
      this.shownPlaces = [...free, ...over].sort((a, b) => a.start - b.start || a.end - b.end);
    }
    return this.shownPlaces;
  }

  get decided() {
    return this.shown.filter((p) => this.decision(p).review).length;
  }

  get finalText() {
    const applied = this.shown.filter((p) => this.isApplied(p));
    return replaced(this.text, applied.map((p) => ({ from: p.from, to: p.to, written: this.written(p) })));
  }

  // Deciding

  /** Changes the state by one step that can be undone; gives whether anything changed. */
  step(change) {
    const before = this.state;
    const next = { ...before, decisions: { ...before.decisions }, added: before.added };
    change(next);
    if (JSON.stringify(next) === JSON.stringify(before)) return false;
    this.done.push(before);
    if (this.done.length > 1000) this.done.shift();
    this.undone = [];
    this.state = next;
    this.store();
    return true;
  }

  decide(places, review, pick = 0, own = "") {
    return this.step((state) => {
      for (const place of places) this.put(state, place, review, pick, own);
    });
  }

  put(state, place, review, pick, own) {
    const isAdded = state.added.some((a) => a.id === place.id);
    if (isAdded && review === "accepted") return; // own words are
    if (isAdded && (review === "" || review === "rejected")) {
      state.added = state.added.filter((a) => a.id !== place.id);
      delete state.decisions[place.id];
      return;
    }
    const stays = review === "rejected" || isAdded || (place.isRewrite && !review);
    const over = stays ? [] : state.added.filter((a) => place.overlaps(a));
    if (over.length) state.added = state.added.filter((a) => !over.includes(a));
    for (const a of over) delete state.decisions[a.id];
    if (review && !(place.isRewrite && review === "rejected")) this.putAside(state, place, place.id);
    const same = review === "typed" ? place.candidates.findIndex((c) => c.replacement === own) : -1;
    if (review === "typed" && own === place.original) review = "rejected";
    else if (same >= 0) [review, pick] = [same ? "chosen" : "accepted", same];
    if (review === "chosen" && pick === 0) review = "accepted";
    if (!review) delete state.decisions[place.id];
    else state.decisions[place.id] = { review, pick: review === "chosen" ? pick : 0, own: review === "typed" ? own : "" };
  }

  /** Makes accepted sentences undecided again that something else is now decided for. */
  putAside(state, range, besides = "") {
    for (const r of this.rewrites) {
      const accepted = (state.decisions[r.id]?.review ?? "rejected") !== "rejected";
      if (accepted && r.id !== besides && r.start < range.end && range.start < r.end) delete state.decisions[r.id];
    }
  }

  /** Types own words over `[from, to)` of the text, whatever is proposed there; gives the id of the new place. */
  write(from, to, own) {
    const start = this.offsets.character(from);
    const end = this.offsets.character(to);
    const place = this.places.find((p) => p.start === start && p.end === end);
    if (place) {
      this.decide([place], "typed", 0, own);
      return place.id;
    }
    const id = `own${start}-${end}`;
    this.step((state) => {
      const over = state.added.filter((a) => a.start < end && start < a.end);
      for (const a of over) delete state.decisions[a.id];
      state.added = [...state.added.filter((a) => !over.includes(a)), { id, start, end }];
      this.putAside(state, { start, end });
      for (const p of this.places) if (p.start < end && start < p.end) state.decisions[p.id] = { review: "rejected", pick: 0, own: "" };
      state.decisions[id] = { review: "typed", pick: 0, own };
    });
    return id;
  }

  /** Moves the line of confidence; only where the slider comes to rest (`final`) it is a step that can be undone. */
  slide(threshold, final) {
    this.sliding ??= this.state;
    this.state = { ...this.state, threshold };
    if (!final) return;
    const before = this.sliding;
    this.sliding = null;
    this.state = before;
    this.step((state) => {
      state.threshold = threshold;
    });
  }

  undo() {
    if (!this.done.length) return false;
    this.undone.push(this.state);
    this.state = this.done.pop();
    this.store();
    return true;
  }

  redo() {
    if (!this.undone.length) return false;
    this.done.push(this.state);
    this.state = this.undone.pop();
    this.store();
    return true;
  }

  // What the browser keeps

  store() {
    this.kept = keep(this.data.key, { ...this.state, decided: this.decidedNumbers() });
  }

  decidedNumbers() {
    return this.places.flatMap((p, n) => (this.state.decisions[p.id] || this.givesWay(p) ? [n] : []));
  }

  restoreStored() {
    const stored = kept(this.data.key);
    this.kept = storage() !== null;
    if (!stored) return;
    const known = (id) => this.byId.has(id) || stored.added.some((a) => a.id === id);
    const decisions = Object.fromEntries(Object.entries(stored.decisions).filter(([id]) => known(id)));
    this.state = { threshold: stored.threshold, decisions, added: stored.added };
  }

  // What goes out

  exported(place) {
    const { review, pick, own } = this.givesWay(place) ? { review: "rejected", pick: 0, own: "" } : this.decision(place);
    const where = { start: place.start, end: place.end, original: place.original };
    const bare = ({ replacement, kind, confidence, evidence }) => ({ replacement, kind, confidence, evidence });
    const rest = place.candidates.filter((_, n) => review === "typed" || n !== (review === "chosen" ? pick : 0)).map(bare);
    const quote = (words) => `'${words}'`;
    let chosen = place.candidates[review === "chosen" ? pick : 0];
    if (review === "typed") {
      const kind = `${place.original === "" ? "M" : own === "" ? "U" : "R"}:REVIEW`;
      const evidence = [{ kind: "reviewer", source: "reviewer", quote: "typed by a person", score: 1 }];
      const explanation = own ? `${quote(place.original)} becomes ${quote(own)}: typed by a person` : `${quote(place.original)} is taken out by a person`;
      chosen = { replacement: own, kind, confidence: 1, evidence, explanation };
    }
    const explanation = chosen.explanation ?? `${quote(place.original)} becomes ${quote(chosen.replacement)}: chosen by a person`;
    const made = { ...where, ...bare(chosen), explanation };
    if (rest.length) made.alternatives = rest;
    if (place.comparison) made.comparison = place.comparison;
    if (review) made.review = review === "accepted" && made.kind.endsWith(":REVIEW") ? "typed" : review;
    return made;
  }

  /** The plan as reviewed, as `restore apply` takes it. */
  get reviewedPlan() {
    const { taken } = this;
    const corrections = [...this.places, ...this.added, ...taken].sort((a, b) => a.start - b.start || a.end - b.end).map((p) => this.exported(p));
    const rewrites = this.rewrites.filter((r) => !taken.includes(r)).map((r) => this.exported(r));
    return { ...this.plan, corrections, rewrites, threshold: this.state.threshold, restored: this.finalText };
  }
}

// The browser's storage, which may be closed to pages from files

function storage() {
  try {
    const store = globalThis.localStorage;
    store.setItem("restore.review", "1");
    return store;
  } catch {
    return null;
  }
}

function kept(key) {
  try {
    const found = JSON.parse(storage()?.getItem(`restore.review.${key}`) ?? "null");
    const whole = found && typeof found.threshold === "number" && Array.isArray(found.added) && found.decisions;
    return whole ? found : null;
  } catch {
    return null;
  }
}

function keep(key, value) {
  try {
    const store = storage();
    store?.setItem(`restore.review.${key}`, JSON.stringify(value));
    return store !== null;
  } catch {
    return false;
  }
}
