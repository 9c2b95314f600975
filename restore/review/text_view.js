// The text with its places: inline, or as given and restored side by side, line beside line.

class TextView {
  constructor(review, region, filter) {
    this.review = review;
    this.region = region;
    this.filter = filter; // says whether a place, a conflict or a finding is shown as one
    this.elements = new Map(); // id: the elements that show it
    this.current = null;
  }

  /** Everything that is marked, in the order of the text and apart: places first, then conflicts, then findings. */
  marks() {
    const taken = this.review.shown.map((place) => ({ id: place.id, from: place.from, to: place.to, place }));
    // A whole sentence that is not accepted may overlap other places: it is a sign before the sentence, of no width.
    const signs = this.review.rewrites.filter((r) => !this.review.isApplied(r)).map((place) => ({ id: place.id, from: place.from, to: place.from, place, sign: true }));
    for (const [name, found] of [["conflict", this.review.conflicts], ["finding", this.review.findings]]) {
      for (const item of found) {
        if (!taken.some((t) => t.from < item.to && item.from < t.to)) taken.push({ id: item.id, from: item.from, to: item.to, [name]: item });
      }
    }
    const marks = [...signs, ...taken].sort((a, b) => a.from - b.from || a.to - b.to);
    marks.forEach((mark, n) => { mark.order = n; });
    return marks;
  }

  draw(sideBySide) {
    this.sideBySide = sideBySide;
    this.elements.clear();
    this.drawnFor = this.review.shown;
    this.drawn = this.marks();
    this.markById = new Map(this.drawn.map((m) => [m.id, m]));
    this.sentences = this.drawn.filter((m) => m.sign).map((m) => m.place);
    this.around = [];
    const rows = this.rows();
    const heads = sideBySide ? [h("h3", { class: "side" }, "As given"), h("h3", { class: "side" }, "Restored")] : [];
    const cells = rows.flatMap((row) => (sideBySide ? [this.cell(row, "given"), this.cell(row, "restored")] : [this.cell(row, "inline")]));
    this.region.className = sideBySide ? "text two" : "text";
    this.region.replaceChildren(...heads, ...cells);
    this.markSentences();
    this.show(this.current);
  }

  /** Cuts the text at line ends that no mark holds: `[from, to, marks]` for each line. */
  rows() {
    const text = this.review.text;
    const rows = [];
    let begin = 0;
    let at = 0;
    let row = [];
    const cut = (until) => {
      const ends = /\n|\r(?!\n)/g;
      ends.lastIndex = at;
      for (let found = ends.exec(text); found && found.index < until; found = ends.exec(text)) {
        rows.push([begin, found.index, row]);
        begin = found.index + 1;
        row = [];
      }
    };
    for (const mark of this.drawn) {
      cut(mark.from);
      row.push(mark);
      at = Math.max(at, mark.to, begin);
    }
    cut(text.length);
    rows.push([begin, text.length, row]);
    return rows;
  }

  cell([from, to, marks], side) {
    const text = this.review.text;
    const pieces = [];
    let at = from;
    let around = null; // the sentence that a proposal is for, as one element about its words and marks
    const add = (piece, index) => {
      const sentence = this.sentences.find((s) => s.from <= index && index < s.to);
      if (!sentence) around = null;
      else if (around?.dataset.sentence !== sentence.id) {
        around = h("span", { "data-sentence": sentence.id });
        this.around.push(around);
        pieces.push(around);
      }
      (around ?? pieces)[around ? "append" : "push"](piece);
    };
    const run = (until) => {
      while (at < until) {
        const cuts = this.sentences.flatMap((s) => [s.from, s.to]).filter((cut) => at < cut && cut < until);
        const next = Math.min(until, ...cuts);
        const words = text.slice(at, next).replace(/\r$/, "");
        if (words) add(h("span", { "data-at": at }, words), at);
        at = next;
      }
    };
    for (const mark of marks) {
      run(mark.from);
      if (!mark.sign || side !== "given") add(this.element(mark, side), mark.from);
      at = Math.max(at, mark.to);
    }
    run(to);
    return h("div", { class: `line ${side}${pieces.length ? "" : " blank"}` }, pieces.length ? pieces : "\u200b");
  }

  element(mark, side) {
    const control = side === "given" ? {} : { role: "button", tabindex: "-1" };
    const made = h("span", { "data-id": mark.id, "data-side": side, ...control });
    if (!this.elements.has(mark.id)) this.elements.set(mark.id, []);
    this.elements.get(mark.id).push(made);
    this.fill(made, mark);
    return made;
  }

  /** Writes what an element shows now; only what has changed. */
  fill(element, mark) {
    const side = element.dataset.side;
    const said = mark.sign ? this.signLook(mark) : mark.place ? this.placeLook(mark.place, side) : this.otherLook(mark);
    if (element.dataset.look === said.look) return;
    element.dataset.look = said.look;
    element.className = said.className;
    if (side !== "given") element.setAttribute("aria-label", said.label);
    element.replaceChildren(...said.parts);
  }

  placeLook(place, side) {
    const { review } = this.review.decision(place);
    const applied = this.review.isApplied(place);
    const written = this.review.written(place);
    const shown = this.filter({ place });
    const state = review || (applied ? "applied" : "proposed");
    const words = (tag, text) => h(tag, {}, /\S/.test(text) ? text : visibleGap(text));
    const gap = h("span", { class: "gap", "aria-hidden": "true" }, "‸");
    const given = place.original ? words(applied ? "del" : "span", place.original) : side === "given" || !applied ? gap : null;
    const put = applied && written ? words("ins", written) : null;
    const parts = side === "given" ? [given] : side === "restored" ? [applied ? put ?? gap : given] : [given, put];
    const change = `${visible(place.original)} → ${visible(written)}`;
    const how = { applied: "applied by confidence", proposed: "proposed, not applied", accepted: "accepted", rejected: "rejected", chosen: "chosen by you", typed: "typed by you" }[state];
    const confidence = place.candidates.length && state !== "typed" ? `, confidence ${sure(place.confidence)}` : "";
    return {
      look: JSON.stringify([state, applied, written, shown]),
      className: shown ? `mark place k-${place.family} s-${state} ${applied ? "on" : "off"}` : `quiet ${applied ? "on" : "off"}`,
      label: `${change}, ${kindName(place.kind)}${confidence}, ${how}`,
      parts: parts.filter(Boolean),
    };
  }

  /** The sign of a whole sentence that is proposed, before the sentence. */
  signLook(mark) {
    const { place } = mark;
    const { review } = this.review.decision(place);
    const shown = this.filter(mark);
    const differing = (place.comparison?.facts ?? []).filter((f) => !f.same).length;
    const facts = differing ? `${plural(differing, "fact")} differ${differing === 1 ? "s" : ""}` : "no fact differs";
    const label = `whole sentence of ${referenceOf(place)} proposed, probability ${sure(place.confidence)}, ${facts}, ${review || "not applied"}`;
    const parts = [h("span", { "aria-hidden": "true" }, `⇄ ${sure(place.confidence)}`)];
    return { look: JSON.stringify([review, shown]), className: shown ? `mark sign k-rewrite s-${review || "proposed"}` : "quiet hidden-sign", label, parts: shown ? parts : [] };
  }

  otherLook(mark) {
    const item = mark.conflict ?? mark.finding;
    const shown = this.filter(mark);
    const words = this.review.text.slice(item.from, item.to);
    const label = mark.conflict ? `${words}: conflict of ${item.kind}, the reference has ${item.quote}` : `${words}: looks damaged, nothing proposed`;
    return { look: String(shown), className: shown ? `mark ${mark.conflict ? "conflict" : "finding"}` : "quiet", label, parts: [h("span", {}, words)] };
  }

  /** Shows the state anew after a decision; draws the text anew only where places have come or gone. */
  refresh() {
    if (this.review.shown !== this.drawnFor) {
      this.draw(this.sideBySide);
      return;
    }
    for (const mark of this.drawn) for (const element of this.elements.get(mark.id)) this.fill(element, mark);
    this.markSentences();
  }

  /** Marks the sentences that a whole sentence is proposed for, but where that is rejected or hidden. */
  markSentences() {
    for (const element of this.around) {
      const mark = this.markById.get(element.dataset.sentence);
      element.className = this.filter(mark) && !this.review.decision(mark.place).review ? "proposal" : "";
    }
  }

  /** Makes a mark the current one; with `focus` the keyboard goes there. */
  show(id, focus = false) {
    for (const element of this.elements.get(this.current) ?? []) {
      element.removeAttribute("aria-current");
      if (element.hasAttribute("role")) element.tabIndex = -1;
    }
    this.current = this.elements.has(id) ? id : null;
    const shown = this.elements.get(this.current) ?? [];
    for (const element of shown) element.setAttribute("aria-current", "true");
    const first = shown.find((e) => e.hasAttribute("role")) ?? this.region.querySelector('[role="button"]:not(.hidden-sign)');
    if (first) first.tabIndex = 0;
    if (focus && shown.length) first.focus({ preventScroll: true });
  }

  reveal() {
    const element = (this.elements.get(this.current) ?? []).at(-1);
    if (!element) return;
    const narrow = matchMedia("(max-width: 800px)").matches;
    const box = element.getBoundingClientRect();
    const covered = (narrow ? document.querySelector(".nav") : document.querySelector(".bar")).getBoundingClientRect().bottom;
    const sheet = narrow ? document.querySelector(".side-panel").getBoundingClientRect().top : innerHeight;
    if (box.top < covered + 8 || box.bottom > sheet - 8) scrollBy({ top: box.top - covered - Math.max(40, (sheet - covered) / 3), behavior: "instant" });
  }

  /** Gives the range of the text that a person has selected, as `[from, to]`; null if none. */
  selected() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    if (!this.region.contains(range.commonAncestorContainer)) return null;
    const from = this.place(range.startContainer, range.startOffset, false);
    const to = this.place(range.endContainer, range.endOffset, true);
    return from === null || to === null || from >= to ? null : [from, to];
  }

  /** Gives where a point of the page stands in the text as given; of a point in a mark its begin or its end. */
  place(node, offset, end) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node.childNodes[offset]?.nodeType === 1 ? node.childNodes[offset] : node;
    const marked = element.closest?.("[data-id]");
    if (marked) {
      const mark = this.markById.get(marked.dataset.id);
      return end ? mark.to : mark.from;
    }
    const run = element.closest?.("[data-at]") ?? element.querySelector?.("[data-at]");
    if (!run) return null;
    return Number(run.dataset.at) + (node.nodeType === Node.TEXT_NODE ? offset : 0);
  }
}

/** The id of the reference that a whole sentence comes from. */
const referenceOf = (place) => place.candidates[0].evidence.find((e) => e.kind === "reference")?.source ?? "a reference";

/** Shows white space that was changed; line ends stay what they are. */
const visibleGap = (text) => text.replace(/ /g, "␣").replace(/\u00a0/g, "⍽") || "";
