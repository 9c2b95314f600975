// The panel beside the text: what is proposed for the current place and why, and the reference with the sentence.

class Panel {
  constructor(review, element, reference, act) {
    this.review = review;
    this.element = element;
    this.reference = reference;
    this.act = act; // what the buttons do: decide, own, go
    this.source = null;
    this.texts = review.data.references.map((r) => ({ ...r, offsets: new Offsets(r.text) }));
    this.evidenceShown = null;
  }

  show(mark) {
    const draft = mark && mark.id === this.mark?.id ? this.element.querySelector('[data-field="own"]') : null;
    const begun = draft && draft.value !== draft.defaultValue ? draft.value : null;
    this.mark = mark;
    const content = !mark ? this.nothing() : mark.place?.isRewrite ? this.rewrite(mark.place) : mark.place ? this.place(mark.place) : mark.conflict ? this.conflict(mark.conflict) : this.finding(mark.finding);
    const editing = this.element.contains(document.activeElement) ? document.activeElement?.dataset?.field : null;
    this.element.replaceChildren(...content);
    if (begun !== null) this.element.querySelector('[data-field="own"]').value = begun;
    if (editing) this.element.querySelector(`[data-field="${CSS.escape(editing)}"]`)?.focus({ preventScroll: true });
    this.quote(this.strongest(mark));
  }

  nothing() {
    return [h("p", { class: "note" }, "Point at a marked place, click it, or press j for the next one: here stands what is proposed and why.")];
  }

  place(place) {
    const { review, pick, own } = this.review.decision(place);
    const applied = this.review.isApplied(place);
    const state = {
      accepted: "accepted by you", rejected: "rejected by you", chosen: "chosen by you", typed: "your own words",
      "": applied ? `applied: at or above the line of ${sure(this.review.state.threshold)}` : `not applied: below the line of ${sure(this.review.state.threshold)}`,
    }[review];
    const hit = this.review.conflicts.filter((c) => c.from < place.to && place.from < c.to);
    return [
      h("h2", { class: `change k-${place.family}` }, h("span", { class: "words" }, visible(place.original)), " → ", h("strong", { class: "words" }, visible(this.review.written(place)))),
      h("p", { class: "meta" }, h("span", { class: `swatch k-${place.family}`, "aria-hidden": "true" }), `${kindName(place.kind)} · `, h("b", {}, state)),
      this.choices(place, review, pick, own),
      this.buttons(review),
      ...hit.map((c) => this.conflictNote(c)),
      ...this.evidence(place, review === "chosen" ? pick : 0),
    ];
  }

  /** A whole sentence of a reference: nothing but a person puts it in. */
  rewrite(place) {
    const { review } = this.review.decision(place);
    const state = { "": "not applied: only you put it in", rejected: "rejected by you" }[review] ?? "accepted by you";
    const quote = place.candidates[0].evidence.find((e) => e.kind === "reference");
    const { comparison } = place;
    const under = this.review.places.filter((p) => p.overlaps(place)).length;
    const over = !under ? null : review && review !== "rejected" ? `${plural(under, "correction")} of this sentence gave way.` : `If you accept it, ${plural(under, "correction")} of this sentence give${under === 1 ? "s" : ""} way.`;
    const hit = this.review.conflicts.filter((c) => c.from < place.to && place.from < c.to);
    return [
      h("h2", { class: "change k-rewrite" }, "Whole sentence of ", h("span", { class: "from-name" }, referenceOf(place)), comparison ? `, sentence ${comparison.sentence}` : ""),
      h("p", { class: "meta" }, h("span", { class: "swatch k-rewrite", "aria-hidden": "true" }), "probability ", h("b", {}, sure(place.confidence)), " · ", h("b", {}, state)),
      this.buttons(review, h("button", { type: "button", "data-field": "edit", onclick: () => this.act.edit() }, "Edit", h("kbd", { "aria-hidden": "true" }, "e"))),
      comparison ? comparedSummary(comparison) : null,
      comparison ? h("h3", {}, "Facts compared") : null,
      comparison ? comparedFacts(comparison) : null,
      h("h3", {}, "Words compared"),
      comparison ? comparedWords(place) : h("p", { class: "compared" }, h("del", {}, place.original), h("ins", {}, this.review.written(place))),
      over ? h("p", { class: "note" }, over) : null,
      ...hit.map((c) => this.conflictNote(c)),
      quote ? h("p", { class: "from" }, quote.url ? [address(quote.url), " · "] : null, h("button", { type: "button", class: "link", onclick: () => this.quote(quote) }, "show it in the reference")) : null,
    ].filter(Boolean);
  }

  buttons(review, ...more) {
    return h("div", { class: "buttons" },
      h("button", { type: "button", class: "yes", "data-field": "accept", onclick: () => this.act.decide("accepted") }, "Accept", h("kbd", { "aria-hidden": "true" }, "a")),
      h("button", { type: "button", class: "no", "data-field": "reject", onclick: () => this.act.decide("rejected") }, "Reject", h("kbd", { "aria-hidden": "true" }, "r")),
      h("button", { type: "button", "data-field": "clear", disabled: !review, onclick: () => this.act.decide("") }, "Undecide", h("kbd", { "aria-hidden": "true" }, "c")),
      ...more);
  }

  choices(place, review, pick, own) {
    const radio = (value, checked, change, ...content) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: "choice", value, checked, "data-field": `choice-${value}`, onchange: change }), ...content);
    const offered = place.candidates.map((c, n) => {
      const mine = review === "chosen" ? pick === n : review === "accepted" && n === 0;
      const guess = c.kind.endsWith(":REVIEW") ? "typed" : sure(c.confidence);
      return radio(String(n), mine, () => this.act.decide(n ? "chosen" : "accepted", n), h("span", { class: "words" }, visible(c.replacement)), this.meter(c.confidence, guess), n < 9 ? h("kbd", { "aria-hidden": "true" }, String(n + 1)) : null);
    });
    const field = h("textarea", { rows: 1, "data-field": "own", "aria-label": "Your own words", placeholder: "your own words …" }, review === "typed" ? own : "");
    const save = () => {
      const words = field.value;
      field.value = field.defaultValue; // it is no draft any more
      this.act.own(words);
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        save();
      }
    });
    return h("fieldset", { class: "choices" },
      h("legend", { title: "Each candidate is judged by itself, so the figures need not add up to one." }, "What should stand here"),
      radio("given", review === "rejected", () => this.act.decide("rejected"), h("span", { class: "words" }, visible(place.original)), h("span", { class: "hint" }, "as given")),
      ...offered,
      h("div", { class: "choice own" }, h("span", { class: review === "typed" ? "pen mine" : "pen", "aria-hidden": "true" }, "✎"), field, h("button", { type: "button", "data-field": "save", onclick: save }, "Use")));
  }

  meter(confidence, said) {
    return h("span", { class: "sure" }, h("span", { class: "sr" }, "confidence "), said, h("svg:svg", { class: "meter", viewBox: "0 0 40 6", "aria-hidden": "true" }, bar(0, 0, 40, 6, "rail"), bar(0, 0, 40 * confidence, 6, "level")));
  }

  evidence(place, pick) {
    const chosen = place.candidates[pick];
    if (!chosen) return [h("p", { class: "note" }, "You typed this where nothing was proposed. Reject takes it out again.")];
    const told = chosen.evidence.filter((e) => e.kind !== "ranker");
    const items = (told.length ? told : chosen.evidence).map((e) => {
      const text = this.find(e);
      const from = e.kind === "reference" || e.kind === "spins" ? e.source : "";
      const place = e.kind === "document" && e.start !== undefined && e.start !== null ? h("button", { type: "button", class: "link", onclick: () => this.act.go(this.review.offsets.index(e.start)) }, "go there") : null;
      const show = text ? h("button", { type: "button", class: "link", onclick: () => this.quote(e) }, "show") : null;
      return h("li", {}, h("b", {}, SOURCE_NAMES[e.kind] ?? e.kind), h("span", { class: "sure" }, h("span", { class: "sr" }, "strength "), sure(e.score)), " ", h("q", {}, e.quote), " ", show, place,
        from ? h("div", { class: "from" }, from, e.url && e.url !== from ? [" · ", address(e.url)] : null) : null);
    });
    return [h("h3", {}, "Evidence"), h("ul", { class: "evidence" }, items)];
  }

  conflictNote(c) {
    return h("div", { class: "conflict-note" }, h("b", {}, `Conflict of ${c.kind}`), ": the text has ", h("q", {}, c.original), ", ", c.source, " has ", h("q", {}, c.quote), ". The text keeps its own. ",
      h("button", { type: "button", class: "link", onclick: () => this.quote({ ...c, kind: "reference", start: c.quote_start, end: c.quote_end }) }, "show"));
  }

  conflict(c) {
    return [h("h2", { class: "change" }, h("span", { class: "words" }, c.original), " ≠ ", h("strong", { class: "words" }, c.quote)), this.conflictNote(c), this.ownWords(c, "Only you can settle it: check which is right.")];
  }

  finding(f) {
    return [
      h("h2", { class: "change" }, h("span", { class: "words" }, visible(this.review.text.slice(f.from, f.to)))),
      h("p", {}, `Looks damaged (${f.kind}, `, h("b", {}, sure(f.score)), "), and nothing was proposed that could be sure enough."),
      f.explanation ? h("p", { class: "note" }, f.explanation) : null,
      this.ownWords(f, "If you know what stood there, write it."),
    ].filter(Boolean);
  }

  ownWords(item, hint) {
    return h("p", {}, hint, " ", h("button", { type: "button", "data-field": "write", onclick: () => this.act.write([item.from, item.to]) }, "Write your own words", h("kbd", { "aria-hidden": "true" }, "w")));
  }

  // The reference

  find(evidence) {
    return this.texts.find((t) => t.id === evidence.source && (evidence.kind === "reference" || evidence.kind === "spins"));
  }

  strongest(mark) {
    if (!mark) return this.evidenceShown;
    if (mark.conflict) return { kind: "reference", source: mark.conflict.source, quote: mark.conflict.quote, start: mark.conflict.quote_start, end: mark.conflict.quote_end };
    const { review, pick } = mark.place ? this.review.decision(mark.place) : {};
    const told = mark.place?.candidates[review === "chosen" ? pick : 0]?.evidence ?? [];
    return told.filter((e) => e.kind === "reference" || e.kind === "spins").sort((a, b) => b.score - a.score)[0] ?? null;
  }

  /** Shows the text that evidence quotes, with the sentence and the quoted words highlighted. */
  quote(evidence) {
    this.evidenceShown = evidence;
    const text = (evidence && this.find(evidence)) ?? this.texts.find((t) => t.id === this.source) ?? this.texts[0];
    const head = this.reference.querySelector(".reference-head");
    const body = this.reference.querySelector(".reference-text");
    if (!text) {
      const told = evidence ? [h("p", {}, h("mark", { class: "quote" }, evidence.quote)), h("p", { class: "from" }, evidence.source, evidence.url ? [" · ", address(evidence.url)] : null)] : [];
      body.replaceChildren(...told, h("p", { class: "note" }, this.missing()));
      head.replaceChildren();
      return;
    }
    this.source = text.id;
    const report = [...this.review.plan.references, ...(this.review.plan.spins ?? [])].find((r) => r.id === text.id);
    const url = text.url || report?.url || "";
    const used = !report ? "" : report.accepted ? `used, likeness ${sure(report.score)}` : `ignored: ${report.reason}`;
    head.replaceChildren(
      ...(this.texts.length > 1
        ? [h("label", {}, "Text ", h("select", { onchange: (event) => this.choose(event.target.value) }, this.texts.map((t) => h("option", { value: t.id, selected: t === text }, t.title || t.id))))]
        : [h("b", {}, text.title || text.id)]),
      h("span", { class: "from" }, [text.kind === "spin" ? "another spin" : "", used].filter(Boolean).join(", "), url ? [" · ", address(url)] : null));
    const range = evidence && this.find(evidence) === text ? quoted(text.text, text.offsets, evidence.quote, evidence.start, evidence.end) : null;
    this.fillText(body, text.text, range);
  }

  choose(id) {
    this.source = id;
    this.quote(null);
  }

  fillText(body, text, range) {
    if (!range) {
      if (body.dataset.whole !== this.source) body.replaceChildren(text);
      body.dataset.whole = this.source;
      return;
    }
    delete body.dataset.whole;
    const [from, to] = range;
    const [begin, end] = sentenceAround(text, from, to);
    const sentence = h("mark", { class: "sentence" }, text.slice(begin, from), h("mark", { class: "quote" }, text.slice(from, to)), text.slice(to, end));
    body.replaceChildren(text.slice(0, begin), sentence, text.slice(end));
    body.scrollTop = Math.max(0, sentence.offsetTop - body.clientHeight / 3);
  }

  missing() {
    const quotes = [...this.review.places, ...this.review.rewrites].some((p) => p.candidates.some((c) => c.evidence.some((e) => e.kind === "reference")));
    return quotes || this.review.plan.references.length || this.review.conflicts.length
      ? "The plan quotes its references but does not hold their texts. Give them to `restore review` with --reference, and the sentences stand here."
      : "No reference was given for this text.";
  }
}
