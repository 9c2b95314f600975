// Offsets, texts and bytes. Plans count code points, as Python does; strings of JavaScript count UTF-16 units.

/** Turns offsets in code points into indices of a string, and back. */
class Offsets {
  constructor(text) {
    this.plain = !/[\ud800-\udbff][\udc00-\udfff]/.test(text);
    this.characters = text.length;
    if (this.plain) return;
    const starts = [];
    for (let i = 0; i < text.length; i += text.codePointAt(i) > 0xffff ? 2 : 1) starts.push(i);
    this.characters = starts.length;
    starts.push(text.length);
    this.starts = Uint32Array.from(starts);
  }

  /** Gives the index in the string of a character. */
  index(character) {
    return this.plain ? character : this.starts[Math.min(character, this.characters)];
  }

  /** Gives the character at an index of the string; in the middle of a pair, the pair. */
  character(index) {
    if (this.plain) return index;
    let low = 0;
    let high = this.characters;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Writes the replacements of places, which are sorted and apart, into a text. */
function replaced(text, places) {
  const pieces = [];
  let last = 0;
  for (const place of places) {
    pieces.push(text.slice(last, place.from), place.written);
    last = place.to;
  }
  pieces.push(text.slice(last));
  return pieces.join("");
}

/** Makes typed words fit the text: whole characters, and its own line ends. */
function asTyped(words, text) {
  const whole = words.toWellFormed ? words.toWellFormed() : words.replace(/[\ud800-\udfff]/gu, "\ufffd");
  const end = text.includes("\r\n") ? "\r\n" : text.includes("\n") || !text.includes("\r") ? "\n" : "\r";
  return whole.replace(/\r\n|\r|\n/g, end);
}

/** Gives the bytes of a text in the encoding of its file, or in UTF-8 where that lacks a character, as `restore apply`. */
function encoded(text, encoding) {
  if (encoding.bytes) {
    const byte = new Map([...encoding.bytes].map((c, n) => [c, n]).filter(([c]) => c !== "\ufffd"));
    const codes = [...text].map((c) => byte.get(c));
    if (!codes.includes(undefined)) return Uint8Array.from(codes);
    return new TextEncoder().encode(text);
  }
  const marked = (encoding.mark ? "\ufeff" : "") + text;
  const [, size, order] = encoding.name.match(/^utf-(8|16|32)-?(le|be)?$/) ?? [null, "8", ""];
  if (size === "8") return new TextEncoder().encode(marked);
  const units = size === "16" ? Array.from({ length: marked.length }, (_, n) => marked.charCodeAt(n)) : [...marked].map((c) => c.codePointAt(0));
  const wide = Number(size) / 8;
  const view = new DataView(new ArrayBuffer(units.length * wide));
  units.forEach((unit, n) => (wide === 2 ? view.setUint16(2 * n, unit, order === "le") : view.setUint32(4 * n, unit, order === "le")));
  return new Uint8Array(view.buffer);
}

/** Shows white space and control characters of a piece of text, which nobody would see, by name. */
function visible(words) {
  if (words === "") return "nothing";
  if (/\S/.test(words)) return words;
  return [...words].map((c) => (c === " " ? "␣" : `U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`)).join(" ");
}

/** Gives the range of the sentence around `[from, to)`. */
function sentenceAround(text, from, to) {
  const begin = Math.max(text.lastIndexOf("\n", from - 1) + 1, from - 2000, 0);
  const line = text.indexOf("\n", Math.max(to, from));
  const end = Math.min(line < 0 ? text.length : line, to + 2000);
  const part = text.slice(begin, end);
  const cuts = globalThis.Intl?.Segmenter
    ? [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(part)].map((s) => s.index)
    : [0, ...[...part.matchAll(/[.!?]["'”’)]*\s+/g)].map((m) => m.index + m[0].length)];
  const first = cuts.filter((cut) => begin + cut <= from).at(-1) ?? 0;
  const after = cuts.find((cut) => begin + cut >= Math.max(to, from + 1)) ?? part.length;
  return [begin + first, begin + after];
}

/** Finds what evidence quotes in the text it quotes: at its offsets if it stands there, else anywhere; null if not. */
function quoted(text, offsets, quote, start, end) {
  const bare = (words) => words.replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]+/g, "");
  if (start !== null && start !== undefined && end <= offsets.characters) {
    const from = offsets.index(start);
    const to = offsets.index(end);
    const there = bare(text.slice(from, to));
    if (there && (bare(quote).includes(there) || there.includes(bare(quote)))) return [from, to];
  }
  const at = quote.trim() ? text.indexOf(quote) : -1;
  return at < 0 ? null : [at, at + quote.length];
}

/** Makes an element; strings become text, never markup. */
function h(tag, attributes = {}, ...children) {
  const made = tag.startsWith("svg:") ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") made[name] = value;
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Gives a link for an address of the web, and plain text for any other. */
function address(url) {
  let parsed = null;
  try {
    parsed = new URL(url);
  } catch {
    return url;
  }
  if (!["http:", "https:"].includes(parsed.protocol)) return url;
  return h("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer" }, url, h("span", { class: "sr" }, " (opens a new tab)"));
}

const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const sure = (confidence) => confidence.toFixed(2);
