"""Blanks that were lost between words or put inside them: "inthe", "theWhite House", "2021The", "govern ment"."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from restore.candidates.attested_forms import AttestedForm, AttestedForms
from restore.candidates.base import Candidate
from restore.lexicon.frequencies import log_frequency, pair_counts, word_counts
from restore.lexicon.spelling import SHORTEST, function_words, is_known, pair_strength, segment
from restore.records import Evidence
from restore.text.casing import SURE, CaseTable, beside_hyphen, is_name
from restore.text.parsing import ParsedText, Token

_PIECES = re.compile(r"\d+|[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])")
_PIECES_AFTER_CAPITALS = re.compile(r"([A-Z]{2,})([a-z]{2,})")
_DATES = frozenset(name.lower() for name in (*calendar.month_name, *calendar.day_name) if name)
UNIT = re.compile(
    r"st|nd|rd|th|s|am|pm|bn|mn?|k|km|kg|mm|cm|mph|kph|mins?|secs?|hrs?|yrs?|cc|mg|ml|lbs?|ft|ghz|mhz|hz|[gmkt]b|kw|kwh|[gmk]bps"
)
_DETERMINERS = frozenset({"the", "this", "its", "our", "their", "his", "her"})
LIGATURES = frozenset({"ff", "fi", "fl", "ffi", "ffl"})
"""Letters that are one sign in print: many a reader of PDF files puts blanks around it ("a ff ected")."""
_STOPS = frozenset({".", "!", "?"})
STOP = "spelling.stop"
"""Of a stop with no blank behind it, where a sentence may end and another begin."""
GLUED = "spelling.glued"
"""Of a stop with the next sentence glued to it that can hardly be meant: how sure that is comes from a count
(restore/ranking/decide.py), because clean news has such places as well, where no training knows what was right."""
_AFTER_GLUE = re.compile(r"[ ,’']")
_AT_STOP = re.compile(r"([A-Za-z]+|\d+)([.!?])([A-Z][a-z]+)")
_SUFFIXES = frozenset(
    {
        "com",
        "org",
        "net",
        "gov",
        "edu",
        "co",
        "io",
        "tv",
        "info",
        "uk",
        "js",
        "md",
        "html",
        "php",
        "txt",
        "pdf",
        "doc",
        "exe",
    }
)
"""What follows a stop in addresses and names of files, which some write with capitals ("Amazon.Com")."""
_LONGEST_FIGURE = 4
"""Digits of a figure that may be cut off a word: a year has four. Chosen by hand: longer ones are rather numbers of
things."""
_MOST_PARTS = 3
"""Neighbours that may be one word. Chosen by hand; a ligature with blanks around it ("a ff ected") makes three."""
_OFTENER = 5
"""How many times commoner the whole word must be than its rarest piece, where every piece is a word. Chosen by hand:
with less, two words meant as such are joined. benchmarks/spelling.py measures the joins together (docs/quality.md)."""
_SHORTEST_JOINED = 5
"""Letters of a word that was torn. Chosen by hand: two little pieces are too often a shorter word by chance ("to
ny")."""


def lost_blanks(case: CaseTable, parsed: ParsedText, token: Token, attested: AttestedForms) -> Iterator[Candidate]:
    """Yield an unknown token as the words it is made of.

    A reference or the text that writes those letters as several words is enough. Else every border has to be one:
    between a figure and a word of a date, between a lower-case word and a name, between words seen side by side. So
    brands with capitals inside, model numbers, units and ordinals stay whole.
    """
    if not token.text.isalnum() or not token.text.isascii():
        return
    known = None if token.text.isupper() or token.text.isdigit() else attested.phrase(token.lower)
    if known:
        yield _split(token, _cut_like(token.text, known), known)
        return
    capitals = _PIECES_AFTER_CAPITALS.fullmatch(token.text)
    pieces = list(capitals.groups()) if capitals else _PIECES.findall(token.text)
    if "".join(pieces) != token.text:
        return
    words: list[str] = []
    for piece in pieces:
        words += _words(case, parsed, token, piece, len(pieces) == 1, attested)
    following = parsed.beside([token])[1]
    borders = all(_is_border(case, attested, *three) for three in _threes(pieces, following))
    if len(words) > 1 and borders:
        yield _split(token, words, None)


def lost_after_stops(case: CaseTable, parsed: ParsedText) -> Iterator[Candidate]:
    """Yield the stops behind which the next sentence begins without a blank ("Sunday.Police"), with the blank.

    A word or a figure stands before it and a word with a capital behind it, and it is no part of an address, the name
    of a file or initials. The parser makes one token of it or three.
    """
    for token in parsed.tokens:
        found = _AT_STOP.fullmatch(token.text)
        if found and _ends_and_begins(case, found[1], found[3]) and not parsed.in_link(token.start, token.end):
            sure = _is_glue(parsed.text, token.start, token.end, found[1], found[3])
            yield _with_blank(token.start, token.end, f"{found[1]}{found[2]} {found[3]}", found[1], found[3], sure)
    for left, stop, right in zip(parsed.tokens, parsed.tokens[1:], parsed.tokens[2:], strict=False):
        together = left.end == stop.start and stop.end == right.start and stop.text in _STOPS
        if together and _ends_and_begins(case, left.text, right.text) and not parsed.in_link(left.start, right.end):
            sure = _is_glue(parsed.text, left.start, right.end, left.text, right.text)
            yield _with_blank(stop.start, stop.end, f"{stop.text} ", left.text, right.text, sure)


def _is_glue(text: str, start: int, end: int, left: str, right: str) -> bool:
    """Return whether this is no name out of a program ("System.Exit", "time.Duration").

    Such a name has a capital in front, or signs beside it, or it comes again; a sentence may well open with "The".
    """
    free = (start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "._")) and bool(
        _AFTER_GLUE.match(text, end)
    )
    ends = left.islower() or left.isdigit() or left.lower() in _DATES or right.lower() in function_words()
    return free and ends and text.count(text[start:end]) == 1


def _ends_and_begins(case: CaseTable, left: str, right: str) -> bool:
    """Return whether one word may end a sentence and the other begin one."""
    long = len(left) > 2 or left in function_words()  # not "St" or "Mr"
    ends = (len(left) > 1 and left.isdigit()) or (long and left.isalpha() and _is_word(case, left.lower()))
    begins = right.isalpha() and right.istitle() and len(right) > 1 and _is_word(case, right.lower())
    return ends and begins and right.lower() not in _SUFFIXES and left.lower() != right.lower()


def _with_blank(start: int, end: int, replacement: str, left: str, right: str, sure: bool) -> Candidate:
    little = float(right.lower() in function_words())
    features = {"spelling.split": 1.0, STOP: 1.0, "spelling.little": little, GLUED: float(sure)}
    evidence = Evidence("spelling", "blank lost", f"{left} ends a sentence, {right} begins one", 0.8)
    return Candidate(start, end, replacement, (evidence,), features)


def _threes(pieces: Sequence[str], following: Token | None) -> Iterator[tuple[str, str, str]]:
    """Yield every two neighbouring pieces, and what comes after them."""
    after = [*pieces[2:], following.text if following else ""]
    yield from zip(pieces, pieces[1:], after, strict=False)


def _words(
    case: CaseTable, parsed: ParsedText, token: Token, piece: str, alone: bool, attested: AttestedForms
) -> list[str]:
    """Cut one piece into words if it is none itself; a capitalised one only behind a name, or opening a sentence."""
    lower = piece.lower()
    if not piece.isalpha() or piece.isupper() or _is_word(case, lower):
        return [piece]
    if piece[0].islower():
        parts = _no_compound(segment(lower))
    elif alone:
        parts = _behind_name(case, lower, attested) or _opening(parsed, token, lower)
    else:
        parts = ()
    return _like(piece, parts) if parts else [piece]


def _no_compound(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts back if every border has a function word beside it: "homeownership" may be meant as one word."""
    little = [part in function_words() for part in parts]
    return parts if all(a or b for a, b in pairwise(little)) else ()


def _behind_name(case: CaseTable, lower: str, attested: AttestedForms) -> tuple[str, ...]:
    """Cut a function word off a name that is listed or stands elsewhere; not the short ones, in which names end."""
    for cut in range(len(lower) - SHORTEST + 1, SHORTEST - 2, -1):
        name, word = lower[:cut], lower[cut:]
        if word in function_words() and (name in attested.known or (cut >= SHORTEST and is_name(case, name))):
            return name, word
    return ()


def _opening(parsed: ParsedText, token: Token, lower: str) -> tuple[str, ...]:
    """Cut the first word of a sentence, if the first part is a function word."""
    opens = parsed.sentences[token.sentence].first == token.index
    parts = segment(lower) if opens and token.entity != "PERSON" else ()
    return parts if parts and parts[0] in function_words() else ()


def _is_border(case: CaseTable, attested: AttestedForms, left: str, right: str, after: str) -> bool:
    """Return whether two words were written together between these pieces (a figure, or a word)."""
    if left.isdigit():
        return _is_behind_figure(case, left, right)
    if right.isdigit():
        return _is_before_figure(left, right, after)
    low, high = left.lower(), right.lower()
    if case.look_up(low + high).form:
        return False
    if left.isupper():
        return _is_acronym(case, attested, low) and (is_known(high) or bool(segment(high)))
    if left[0].isupper():
        return case.look_up(f"{low} {high}").form == f"{left} {right}"
    if len(left) < 2 or not (_is_word(case, low) or segment(low)):
        return False
    if right.isupper():
        return low in function_words() and _is_acronym(case, attested, high)
    named = bool(after) and after[0].isupper() and bool(case.look_up(f"{high} {after}").form)
    capitalised = named or _is_capitalised(case, high)
    pair = f"{low} {high}" in pair_counts()
    if low not in function_words():
        return capitalised and (pair or high in attested.known)  # not "flyDubai"
    return capitalised or (pair and (low in _DETERMINERS or bool(case.look_up(high).capitals)))  # not "toString"


def _is_acronym(case: CaseTable, attested: AttestedForms, lower: str) -> bool:
    """Return whether lower-cased letters are written all in capitals, as the lists or attested forms have it."""
    if case.look_up(lower).form == lower.upper():
        return True
    return lower in attested.known and attested.writes(lower, lower=False).isupper()


def _is_capitalised(case: CaseTable, word: str) -> bool:
    """Return whether a lower-cased word usually has a capital: a date, a person's name, a listed name."""
    if word in _DATES or word in case.first_names or word in case.surnames:
        return True
    found = case.look_up(word)
    return bool(found.form) and found.share >= SURE


def _is_behind_figure(case: CaseTable, figure: str, word: str) -> bool:
    lower = word.lower()
    if len(figure) > _LONGEST_FIGURE or UNIT.fullmatch(lower):
        return False
    if lower in _DATES:
        return True
    if word[0].isupper():
        return lower in function_words() and len(lower) > 1
    return len(lower) >= SHORTEST and not is_name(case, lower) and (is_known(lower) or bool(segment(lower)))


def _is_before_figure(word: str, figure: str, after: str) -> bool:
    lower = word.lower()
    if len(figure) > _LONGEST_FIGURE or len(lower) < 2:
        return False
    day, year = len(figure) <= 2 and 0 < int(figure) <= 31, len(figure) == 4 and 1000 <= int(figure) < 2100
    if lower in _DATES:
        return day or year
    if lower in function_words():
        return len(lower) > 2 or year or after.lower() in _DATES
    if not (is_known(lower) or segment(lower)):
        return False
    return (day and after.lower() in _DATES) or (year and word.islower())


def _is_word(case: CaseTable, lower: str) -> bool:
    return is_known(lower) or bool(case.look_up(lower).times) or lower in case.first_names or lower in case.surnames


def _like(piece: str, parts: Sequence[str]) -> list[str]:
    """Return the parts of a piece in its own letters."""
    words, at = [], 0
    for part in parts:
        words.append(piece[at : at + len(part)])
        at += len(part)
    return words


def _cut_like(text: str, form: AttestedForm) -> list[str]:
    return _like(text, [t.text for t in form.tokens])


def _split(token: Token, words: Sequence[str], form: AttestedForm | None) -> Candidate:
    lower = tuple(word.lower() for word in words)
    strength = math.log10(max(1.0, float(pair_strength(lower))))
    features = {
        "spelling.split": 1.0,
        "spelling.pairs": round(strength, 3),
        "spelling.little": float(any(w in function_words() for w in lower)),
        "spelling.witnessed": float(form is not None),
    }
    quote = f"{token.text} is no word; {' and '.join(words)} are words of their own"
    evidence = [Evidence("spelling", "blank lost", quote, 0.8)]
    return Candidate(token.start, token.end, " ".join(words), tuple(evidence + _told(form)), features)


def put_in_blanks(
    case: CaseTable, parsed: ParsedText, tokens: Sequence[Token], attested: AttestedForms
) -> Iterator[Candidate]:
    """Yield two or three neighbours in one sentence as the one word they were, from the first of `tokens` on.

    At least one of them is no word, or a rare one beside which the other is never seen; or the whole is in a reference
    or elsewhere in the text.
    """
    letters = tokens[0].text
    torn = [t.lower in LIGATURES for t in tokens]
    shortest = 1 if any(torn) else 2
    if len(letters) < shortest or not letters.isalpha() or not letters.isascii():
        return
    capitals = letters.isupper() and len(letters) > 1
    for end in range(1, min(_MOST_PARTS, len(tokens))):
        token = tokens[end]
        if token.start != tokens[end - 1].end + 1 or parsed.text[token.start - 1] != " ":
            return
        alike = token.text.isupper() if capitals else token.text.islower()
        if len(token.text) < shortest or not (alike and token.text.isalpha() and token.text.isascii()):
            return
        letters += token.text
        parts = tokens[: end + 1]
        if not any(torn[: end + 1]) and min(len(t.text) for t in parts) < 2:
            continue
        if len(letters) < _SHORTEST_JOINED or beside_hyphen(parsed, parts[0]) or beside_hyphen(parsed, token):
            continue
        yield from _joined(case, parts, letters, attested)


def _joined(case: CaseTable, parts: Sequence[Token], letters: str, attested: AttestedForms) -> Iterator[Candidate]:
    lower = letters.lower()
    counts, pairs = word_counts(), pair_counts()
    known = counts.get(lower, 0)
    if not known and lower not in attested.known:
        return
    words = [t.lower for t in parts]
    if any(f"{a} {b}" in pairs for a, b in pairwise(words)) or attested.apart(lower, parts):
        return
    form = attested.word(lower)
    as_name = letters.istitle() or letters.isupper()
    if not letters.islower() and not (as_name and (form or _is_word(case, lower))):
        return
    strange = [w for w in words if not is_known(w) and not case.look_up(w).times and w not in attested.known]
    rare = min(counts.get(w, 0) for w in words) * _OFTENER < known
    little = any(w in function_words() for w in words)
    if not (form or strange or (rare and not little)):
        return
    features = {
        "spelling.join": 1.0,
        "spelling.frequency": min(10.0, log_frequency(lower) - 10.0),
        "spelling.strange": len(strange) / len(parts),
        "spelling.ligature": float(any(t.lower in LIGATURES for t in parts)),
        "spelling.witnessed": float(form is not None),
    }
    quote = f"{' '.join(t.text for t in parts)} are not seen side by side; {letters} is a word"
    evidence = [Evidence("spelling", "blank put in", quote, 0.8)]
    yield Candidate(parts[0].start, parts[-1].end, letters, tuple(evidence + _told(form)), features)


def _told(form: AttestedForm | None) -> list[Evidence]:
    return [form.evidence] if form else []
