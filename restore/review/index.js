// The index of documents: those that need a look most come first, and what is decided no longer counts.

class Index {
  constructor(entries, element, open) {
    this.entries = entries.map((entry, n) => ({ ...entry, n }));
    this.element = element;
    this.open = open;
    this.order = "need";
    this.words = "";
  }

  /** How much a document needs a look now: chances of a wrong decision that nobody has made, and conflicts. */
  need(entry) {
    if (entry.error) return Infinity;
    const decided = new Set(kept(entry.key)?.decided ?? []);
    return entry.doubts.reduce((sum, doubt, n) => sum + (decided.has(n) ? 0 : doubt), 0) + entry.conflicts;
  }

  decided(entry) {
    return kept(entry.key)?.decided?.length ?? entry.doubts.filter((d) => d === 0).length;
  }

  draw() {
    const wanted = this.words.toLowerCase();
    const found = this.entries.filter((e) => e.name.toLowerCase().includes(wanted)).map((e) => ({ ...e, needed: this.need(e) }));
    const by = { need: (a, b) => (a.needed === b.needed ? a.n - b.n : b.needed - a.needed), name: (a, b) => a.name.localeCompare(b.name), damage: (a, b) => (b.share ?? 2) - (a.share ?? 2) };
    found.sort(by[this.order]);
    const most = Math.max(1, ...found.map((e) => e.needed).filter(Number.isFinite));
    this.element.querySelector("tbody").replaceChildren(...found.map((e) => this.row(e, most)));
    const done = this.entries.filter((e) => !e.error && this.decided(e) === e.doubts.length).length;
    this.element.querySelector(".count").textContent = `${found.length} of ${plural(this.entries.length, "document")} shown, ${done} with nothing left to decide`;
  }

  row(entry, most) {
    const head = h("th", { scope: "row" }, entry.error ? entry.name : h("a", { href: `#d${entry.n}` }, entry.name));
    if (entry.error) return h("tr", { class: "failed" }, head, h("td", { colspan: 5 }, h("b", {}, "error"), ` ${entry.error}`));
    const decided = this.decided(entry);
    const cell = (name, ...content) => h("td", { "data-name": name }, ...content);
    return h("tr", {}, head,
      cell("needs a look", h("span", { class: "need" }, h("svg:svg", { class: "meter", viewBox: "0 0 40 6", "aria-hidden": "true" }, bar(0, 0, 40, 6, "rail"), bar(0, 0, (40 * entry.needed) / most, 6, "level")), entry.needed.toFixed(1))),
      cell("decided", `${decided} of ${entry.doubts.length}`),
      cell("conflicts", String(entry.conflicts)),
      cell("verdict", `${entry.damaged ? "damaged" : "looks clean"} (${sure(entry.probability)})`),
      cell("damaged words", `${Math.round(100 * entry.share)} % of ${entry.words}`));
  }
}
