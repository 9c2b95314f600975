"""What two sentences say of figures, names, denials, certainty, quotations and speakers, compared one by one.

Stricter than `alignment.conflicts`, which only tells what surely is a contradiction: here whatever one side has and the
other lacks is a difference, since nothing that says less, more or otherwise may be put in unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from restore.alignment.conflicts import DENIALS, TITLES, are_opposites
from restore.alignment.figures import figure_groups, figure_values
from restore.records import Fact, FactKind, Rewording, Span
from restore.rewrites.units import Unit, common_order
from restore.text.characters import straight
from restore.text.parsing import FIGURE_ENTITIES, Token

_DATED = frozenset({"month", "weekday", "time"})
_WHEN = frozenset({"today", "yesterday", "tomorrow", "tonight"})
_UNITS = {
    "$": "dollar",
    "us$": "dollar",
    "£": "pound",
    "€": "euro",
    "¥": "yen",
    "%": "percent",
    "pct": "percent",
    "cent": "percent",
    "km": "kilometre",
    "kilometer": "kilometre",
    "meter": "metre",
    "kg": "kilogram",
}
_CERTAINTY = frozenset(
    {
        *(
            "may",
            "might",
            "could",
            "would",
            "should",
            "must",
            "can",
            "alleged",
            "allegedly",
            "reportedly",
            "apparently",
        ),
        *(
            "suspect",
            "suspected",
            "accuse",
            "accused",
            "allege",
            "claim",
            "possible",
            "possibly",
            "probable",
            "probably",
        ),
        *("likely", "perhaps", "maybe", "unlikely", "if", "unless", "whether", "plan", "expect", "propose", "try"),
    }
)
"""Lemmas and words without which a sentence says more, or less, than is known: modals, adverbs of hearsay, conditions,
what is only planned (Rubin 2007 calls them markers of certainty)."""
_SAYING = frozenset(
    {
        *("say", "tell", "add", "state", "note", "announce", "claim", "ask", "warn", "insist", "write", "explain"),
        *(
            "argue",
            "declare",
            "report",
            "comment",
            "reply",
            "respond",
            "admit",
            "deny",
            "confirm",
            "suggest",
            "believe",
        ),
        *("acknowledge", "observe", "remark", "stress", "urge", "call", "describe", "promise", "tweet", "think"),
    }
)
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_OPPOSED = frozenset({"VERB", "ADJ", "ADV", "NOUN"})
_SAME_QUOTATION = 0.5
"""The share of the longer quotation's words that stand in the same order in the other one from which the two are one;
as in alignment/quotations.py. By hand."""
_MARKS = re.compile(r"[\"“”„«»]|(?<!\w)['‘’]|['’](?!\w)")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*|[^\w\s]+")
_STRAIGHT = str.maketrans("“”„‘’", '"""\'\'')


def compare_facts(one: Unit, other: Unit) -> tuple[Fact, ...]:
    """Return what the unit of the text and that of the reference say, kind by kind, those that both say among it."""
    return (
        *_sets("figure", _figures(one), _figures(other)),
        *_sets("unit", _units(one), _units(other)),
        *_names(one, other),
        *_order(one, other),
        *_sets("denial", _lemmas(one, DENIALS), _lemmas(other, DENIALS)),
        *_opposites(one, other),
        *_sets("certainty", _lemmas(one, _CERTAINTY), _lemmas(other, _CERTAINTY)),
        *_quotations(one, other),
        *_speakers(one, other),
    )


def word_differences(original: str, replacement: str) -> tuple[Rewording, ...]:
    """Return every place where two sentences differ in words, by the characters of the first one."""
    ours, theirs = (list(_WORD.finditer(text)) for text in (original, replacement))
    here, there = ([match[0] for match in side] for side in (ours, theirs))
    found = []
    for operation, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        if operation != "equal":
            start = ours[a].start() if a < len(ours) else len(original)
            end = ours[b - 1].end() if b > a else start
            new = replacement[theirs[c].start() : theirs[d - 1].end()] if d > c else ""
            found.append(Rewording(start, end, original[start:end], new))
    return tuple(found)


Said = list[tuple[str, str]]
"""What one side says of a kind: the value that is compared, and the words that say it, in order."""


def _sets(kind: FactKind, ours: Said, theirs: Said) -> Iterator[Fact]:
    """Pair what both say, as often as both say it, then give what only one says."""
    left = list(theirs)
    alone = []
    for value, words in ours:
        match = next((said for said in left if said[0] == value), None)
        if match is None:
            alone.append(words)
        else:
            left.remove(match)
            yield Fact(kind, words, match[1], True)
    yield from (Fact(kind, words, "", False) for words in alone)
    yield from (Fact(kind, "", words, False) for _, words in left)


def _figures(unit: Unit) -> Said:
    """Return the numbers, days, months and times of a unit; digits that are none of these as they stand."""
    found: Said = []
    read: set[int] = set()
    for number in range(unit.tokens[0].sentence, unit.tokens[-1].sentence + 1):
        for group in figure_groups(unit.parsed, unit.parsed.sentences[number]):
            for figure in group.figures:
                if unit.first <= figure.first and figure.last <= unit.last:
                    found.append((_value(figure.kind, figure.value), figure.text))
                    read.update(range(figure.first, figure.last))
    known = {value for value, _ in found}
    rest = [t.lower for t in unit.tokens if t.index not in read]
    for kind, number_said in sorted(figure_values(rest)):  # what the entity recogniser has missed
        if (value := _value(kind, number_said)) not in known:
            found.append((value, f"{number_said:g}" if kind == "number" else value))
            known.add(value)
    for token in unit.tokens:
        digits = "".join(c for c in token.text if c.isdigit())
        if digits and token.index not in read and not figure_values([token.lower]):
            found.append((digits, token.text))
        if token.lower in _WHEN:
            found.append((token.lower, token.text))
    return found


def _value(kind: str, value: float) -> str:
    return f"{kind if kind in _DATED else 'number'} {value:g}"


def _units(unit: Unit) -> Said:
    """Return the units of dates and amounts ("three hours"), currencies and shares, each once."""
    found: dict[str, str] = {}
    for token in unit.tokens:
        known = _UNITS.get(token.lower)
        if known is None and token.entity in FIGURE_ENTITIES and token.pos == "NOUN":
            known = _UNITS.get(token.lemma, token.lemma)
        if known is None and _UNITS.get(token.lemma) is None and token.lemma in _UNITS.values():
            known = token.lemma
        if known is not None:
            found.setdefault(known, token.text)
    return list(found.items())


def _spelled(word: str) -> str:
    return word.lower().replace(".", "").replace("’", "'").removesuffix("'s")


def _named(unit: Unit) -> list[Token]:
    """Return the words of names, and whatever else has a capital inside a sentence; titles and "I" aside."""
    found = []
    for token in unit.tokens:
        inside = token.index > unit.parsed.sentences[token.sentence].first and token.index > unit.first
        before = unit.parsed.tokens[token.index - 1].text if inside else ""
        capital = inside and token.text[:1].isupper() and before[-1:].isalnum() and token.is_word and token.text != "I"
        if (token.is_name or capital) and _spelled(token.text) not in TITLES and not token.is_figure:
            found.append(token)
    return found


def _names(one: Unit, other: Unit) -> Iterator[Fact]:
    """Compare the names: those of either side must stand on the other one, in whatever case."""
    ours, theirs = ({_spelled(t.text): t.text for t in reversed(_named(side))} for side in (one, other))
    here, there = ({_spelled(t.text): t.text for t in side.tokens} for side in (one, other))
    for word in dict.fromkeys([*reversed(ours), *reversed(theirs)]):
        yield Fact("name", here.get(word, ""), there.get(word, ""), word in here and word in there)


def _order(one: Unit, other: Unit) -> Iterator[Fact]:
    """Yield where the same names, or the same numbers, stand in another order: who did what to whom may differ."""
    for ours, theirs in (
        ([_spelled(t.text) for t in _named(one)], [_spelled(t.text) for t in _named(other)]),
        ([v for v, _ in _figures(one)], [v for v, _ in _figures(other)]),
    ):
        first, second = (
            [*dict.fromkeys(w for w in side if w in rest)] for side, rest in ((ours, theirs), (theirs, ours))
        )
        if first != second and not any(word.partition(" ")[0] in _DATED for word in first):
            yield Fact("order", " ... ".join(first), " ... ".join(second), False)


def _lemmas(unit: Unit, words: frozenset[str]) -> Said:
    """Return the words of a unit that are among some lemmas; every plain "not" is one and the same."""
    found: Said = []
    for token in unit.tokens:
        lemma = straight(token.lemma.lower())
        known = next((w for w in (lemma, straight(token.lower)) if w in words), None)
        if known is not None:
            found.append(("not" if known in {"n't", "nt"} else known, token.text))
    return found


def _opposites(one: Unit, other: Unit) -> Iterator[Fact]:
    """Yield opposites of which each stands on one side only ("rise", "fall")."""
    ours, theirs = ({t.lemma: t for t in side.tokens if t.pos in _OPPOSED} for side in (one, other))
    for lemma in ours.keys() - theirs.keys():
        for rival in theirs.keys() - ours.keys():
            if ours[lemma].pos == theirs[rival].pos and are_opposites(lemma, rival):
                yield Fact("denial", ours[lemma].text, theirs[rival].text, False)


def _quotations(one: Unit, other: Unit) -> Iterator[Fact]:
    """Compare the quotations in their order: as many on both sides, and each mostly in the same words."""
    marks = [[m.translate(_STRAIGHT) for m in _MARKS.findall(side.text)] for side in (one, other)]
    if marks[0] != marks[1]:
        yield Fact("quotation", " ".join(marks[0]), " ".join(marks[1]), False)
    ours, theirs = (_quoted(side) for side in (one, other))
    for n in range(max(len(ours), len(theirs))):
        here, there = (side[n] if n < len(side) else "" for side in (ours, theirs))
        words = [text.lower().split() for text in (here, there)]
        yield Fact(
            "quotation", here, there, common_order(*words) >= _SAME_QUOTATION * max(map(len, words))
        )  # fmt: skip


def _quoted(unit: Unit) -> list[str]:
    span = Span(unit.start, unit.end)
    spans = [q for q in unit.parsed.quotations if q.overlaps(span)]
    return [unit.parsed.text[max(q.start, unit.start) : min(q.end, unit.end)].strip('"“”„«» ') for q in spans]


def _speakers(one: Unit, other: Unit) -> Iterator[Fact]:
    """Compare who is said to say something, in order: names by their words, others by their noun."""
    ours, theirs = (list(_saying(side)) for side in (one, other))
    for n in range(max(len(ours), len(theirs))):
        here, there = (side[n] if n < len(side) else (frozenset[str](), "") for side in (ours, theirs))
        yield Fact("speaker", here[1], there[1], here[0] == there[0])


def _saying(unit: Unit) -> Iterator[tuple[frozenset[str], str]]:
    """Yield each speaker: the subject of a verb of saying, or whom something is said according to."""
    for token in unit.tokens:
        head = unit.parsed.tokens[token.head]
        subject = token.dep in _SUBJECTS and head.lemma in _SAYING
        if subject or (token.dep == "pobj" and unit.parsed.tokens[head.head].lower == "according"):
            inside = [t for t in unit.tokens if _hangs_on(unit.parsed.tokens, t, token)]
            names = frozenset(_spelled(t.text) for t in inside if t.is_name)
            yield names or frozenset({token.lemma.lower()}), " ".join(t.text for t in inside)


def _hangs_on(tokens: Sequence[Token], token: Token, head: Token) -> bool:
    """Return whether a token is in the noun phrase of another one: within three steps, relative clauses left out."""
    for _ in range(3):
        if token.index == head.index:
            return True
        if token.dep in {"relcl", "appos", "acl", "conj"} or token.head == token.index:
            return False
        token = tokens[token.head]
    return token.index == head.index
