// Three small plots as SVG: damage along the text, corrections by kind, corrections by confidence.

const PLOT = { width: 300, height: 90, left: 4, bottom: 16 };

function plot(title, summary, note, ...marks) {
  const head = h("h3", {}, title);
  const picture = h("svg:svg", { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img", "aria-label": `${title}: ${summary}` }, ...marks);
  return h("figure", { class: "plot" }, head, picture, note && h("figcaption", { "aria-hidden": "true" }, note));
}

const bar = (x, y, width, height, kind) => h("svg:rect", { x: x.toFixed(1), y: y.toFixed(1), width: width.toFixed(1), height: Math.max(0, height).toFixed(1), class: kind });
const label = (x, y, text, anchor = "start") => h("svg:text", { x, y, "text-anchor": anchor }, text);

function stacked(columns, kinds) {
  const floor = PLOT.height - PLOT.bottom;
  const most = Math.max(1, ...columns.map((column) => column.reduce((a, b) => a + b, 0)));
  const wide = (PLOT.width - 2 * PLOT.left) / columns.length;
  return columns.flatMap((column, n) => {
    let top = floor;
    return column.map((count, k) => {
      const high = (count / most) * (floor - 6);
      top -= high;
      return count ? bar(PLOT.left + n * wide + 0.5, top, wide - 1, high, kinds[k]) : null;
    });
  });
}

function alongText(review) {
  const bins = 40;
  const columns = Array.from({ length: bins }, () => [0, 0, 0]);
  const column = (index) => columns[Math.min(bins - 1, Math.floor((index / Math.max(1, review.text.length)) * bins))];
  const shown = review.shown;
  for (const place of shown) column(place.from)[review.isApplied(place) ? 0 : 1] += 1;
  const free = review.findings.filter((f) => !shown.some((p) => p.from < f.to && f.from < p.to));
  for (const finding of free) column(finding.from)[2] += 1;
  const totals = columns.map((c) => c[0] + c[1] + c[2]);
  const densest = totals.indexOf(Math.max(...totals));
  const most = totals[densest];
  const summary = !most ? "no damage found" : most === 1 ? "spread over the text" : `densest at ${Math.round(((densest + 0.5) / bins) * 100)} % of the text`;
  return plot(
    "Damage along the text", summary, summary, ...stacked(columns, ["applied", "proposed", "found"]),
    label(PLOT.left, PLOT.height - 4, "start"), label(PLOT.width - PLOT.left, PLOT.height - 4, "end", "end"),
  );
}

function byKind(review) {
  const counts = Object.keys(KIND_FAMILIES).map((family) => [family, review.shown.filter((p) => p.family === family).length]).filter(([, n]) => n);
  counts.sort((a, b) => b[1] - a[1]);
  const most = Math.max(1, ...counts.map(([, n]) => n));
  const high = (PLOT.height - 2) / Math.max(4, counts.length);
  const marks = counts.flatMap(([family, count], n) => [
    bar(132, n * high + 2, (count / most) * 140, high - 4, `kind k-${family}`),
    label(128, n * high + high / 2 + 3.5, KIND_FAMILIES[family].name, "end"),
    label(136 + (count / most) * 140, n * high + high / 2 + 3.5, String(count)),
  ]);
  return plot("By kind", counts.map(([f, n]) => `${KIND_FAMILIES[f].name} ${n}`).join(", ") || "no corrections", "", ...marks);
}

function byConfidence(review) {
  const bins = 20;
  const columns = Array.from({ length: bins }, () => [0, 0]);
  const guessed = review.shown.filter((p) => p.candidates.length && p.family !== "own" && !p.isRewrite);
  for (const place of guessed) columns[Math.min(bins - 1, Math.floor(place.confidence * bins))][review.isApplied(place) ? 0 : 1] += 1;
  const at = PLOT.left + review.state.threshold * (PLOT.width - 2 * PLOT.left);
  const above = guessed.filter((p) => p.confidence >= review.state.threshold).length;
  const summary = `${above} of ${guessed.length} at or above the line at ${sure(review.state.threshold)}`;
  return plot(
    "Confidence", summary, summary,
    ...stacked(columns, ["applied", "proposed"]), h("svg:line", { x1: at, x2: at, y1: 0, y2: PLOT.height - PLOT.bottom, class: "line" }),
    label(PLOT.left, PLOT.height - 4, "0"), label(PLOT.width / 2, PLOT.height - 4, "0.5", "middle"), label(PLOT.width - PLOT.left, PLOT.height - 4, "1", "end"),
  );
}
