// A whole sentence of a reference beside the one of the text: every difference in words, and the facts compared.

const FACT_NAMES = {
  figure: "figure", unit: "unit", name: "name", order: "order", denial: "denial", certainty: "certainty",
  quotation: "quotation", speaker: "speaker",
};

/** Shows both sentences as one: words of the text that would go struck out, those of the reference that would come. */
function comparedWords(place) {
  const offsets = new Offsets(place.original);
  const pieces = [];
  let at = 0;
  for (const { start, end, original, replacement } of place.comparison.rewordings) {
    pieces.push(place.original.slice(at, offsets.index(start)));
    if (original) pieces.push(h("del", {}, original));
    if (replacement) pieces.push(h("ins", {}, replacement));
    at = offsets.index(end);
  }
  pieces.push(place.original.slice(at));
  return h("p", { class: "compared" }, pieces);
}

/** Shows what either side says of figures, names, denials and speakers, what differs first. */
function comparedFacts({ facts }) {
  if (!facts.length) return h("p", { class: "note" }, "Neither names a figure or a name, denies anything or quotes anybody.");
  const said = (words) => (words ? h("span", { class: "words" }, words) : h("span", { class: "hint" }, "nothing"));
  const row = (fact) => h("tr", { class: fact.same ? "same" : "differs" },
    h("th", { scope: "row" }, FACT_NAMES[fact.kind] ?? fact.kind), h("td", {}, said(fact.text)), h("td", {}, said(fact.reference)), h("td", {}, fact.same ? "agrees" : h("strong", {}, "differs")));
  const ordered = [...facts.filter((f) => !f.same), ...facts.filter((f) => f.same)];
  const head = ["of", "the text says", "the reference says", ""].map((name) => (name ? h("th", { scope: "col" }, name) : h("td", {})));
  return h("table", { class: "compared-facts" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, ordered.map(row)));
}

/** Says how many facts differ, and what the engine would do of itself. */
function comparedSummary({ facts, sure: isSure }) {
  const differing = facts.filter((f) => !f.same).length;
  const told = differing ? h("strong", { class: "differs" }, differing === 1 ? "1 fact differs" : `${differing} facts differ`) : h("b", {}, facts.length ? "All facts agree" : "No facts to compare");
  const own = isSure ? "sure enough to be put in where whole sentences are asked for (--rewrites)" : "not sure enough to be put in without a person, even where whole sentences are asked for (--rewrites)";
  return h("p", {}, told, `: ${own}.`);
}
