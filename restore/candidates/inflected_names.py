"""Surnames that were inflected or lost their capital behind their first name ("Donald trumped said").

A form that is no word ("Angela merkeled") is enough, where the first name stands before it. One that is a word may be
the verb it looks like ("Donald trumped his rivals"): there a finite verb must follow, so that it can be none, and the
whole name must be a listed person's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.candidates.torn import stands_alone
from restore.lexicon.gazetteer import LISTED_NAMES, STRONG_NAME, load_names, load_offices
from restore.records import Evidence
from restore.text.casing import CaseTable, beside_hyphen, capitalise, load_case_table
from restore.text.morphology import lemmas_by_pos
from restore.text.parsing import ParsedText, Token

INFLECTED = "names.inflected"
"""Of a surname that is surely meant: how sure that is comes from a count (restore/ranking/decide.py)."""
_ENDINGS = ("s", "es", "ed", "d", "ing")
_SHORTEST = 3
"""Letters of a first name, of a form and of a surname without its ending; what stands behind a particle has more.
Chosen by hand: shorter ones are too often words ("Al", "Ed"). training/lexicon/inflected_names.py counts what comes of
it."""
_PERSON, _OTHER = "person", "other"
"""Kinds of listed names; titles of articles that nothing tells to be persons are of the second ("Barack Obama")."""
_VERBS = (
    "said says told was is isn't wasn't has had hasn't hadn't will would could should must cannot did does went took"
    " gave spoke wrote began knew saw flew withdrew threw chose swore fell rose drew ate drove"
)
_FINITE = frozenset(_VERBS.split())
"""Finite verbs that are no participles, nouns or adjectives: a verb right before one would have no place. By hand."""
_ADVERBS = frozenset({"also", "later", "then", "never", "himself", "herself"})
_OPENERS = frozenset({"but", "when", "because", "while", "although", "though", "if", "where", "whether", "since"})
"""Behind these a sentence begins; "that" and "whom" would begin one whose object is missing ("whom Donald trumped")."""
_PARTICLES = ("la", "le", "de", "di", "du", "mac", "van", "fitz", "st")
"""What may have a capital behind it inside a surname ("LaPierre", "MacArthur")."""
_LONG_MAC = 7
"""Letters of a surname in "mac" up to which it is written with one capital ("Macron"); how a longer one is written
cannot be told, and it is left alone. Chosen by hand: with more, "MacDonald" would be written "Macdonald"."""
_TITLES = frozenset({"Mr", "Mrs", "Ms", "Mr.", "Mrs.", "Ms."})
_PLURAL = frozenset({"DET", "NUM"})
_BEHIND_NAME = frozenset({"ADP", "PUNCT", "CCONJ", "SCONJ", "ADV", "PART"})


class _Found(NamedTuple):
    """A surname in lower case and as it is written, whether what stands there is no word, is the whole name listed."""

    surname: str
    written: str
    strange: bool
    listed: bool


def inflected_names(context: Context, tokens: Sequence[Token], at: int) -> Iterator[Candidate]:
    """Propose the name of a person for two tokens of a sentence, the second of which is a form of the surname."""
    parsed, case = context.parsed, load_case_table()
    if at + 1 >= len(tokens):
        return
    first, last = tokens[at], tokens[at + 1]
    if last.start != first.end + 1 or beside_hyphen(parsed, first) or beside_hyphen(parsed, last):
        return
    if first.lower not in case.first_names and first.lower not in load_names().parts:
        return
    if not (_is_plain(first.text) and _is_plain(last.text)) or parsed.in_link(first.start, last.end):
        return
    if first.text.islower() and (first.lower in case.common_names or stands_alone(case, first)):
        return
    found = list(_surnames(case, first, last))
    found = [f for f in found if f.listed] or found
    if len(found) == 1 and found[0].written and _is_meant(parsed, case, tokens, at, found[0]):
        yield _candidate(first, last, found[0])


def _is_plain(word: str) -> bool:
    return word.isalpha() and word.isascii() and (word.islower() or word.istitle()) and len(word) >= _SHORTEST


def _surnames(case: CaseTable, first: Token, last: Token) -> Iterator[_Found]:
    """Yield the surnames of which the second word may be a form, the likeliest first."""
    known = load_names().near_matches([first.lower, last.lower], 1)
    if last.text[0].isupper() and (_is_surname(case, last.lower) or last.lower in known):
        return
    listed_first = first.lower in case.first_names
    for surname, ending in _stems(last.lower):
        kind = known[surname].kind if surname in known else ""
        listed = kind == _PERSON or (kind == _OTHER and not stands_alone(case, first))
        if not listed and not (listed_first and surname in case.surnames and load_names().nation(surname) is None):
            continue
        strange = not _is_word(case, last)
        if last.text[0].isupper() and not listed:
            continue  # "David Bunning" is no form of Bunn
        if (strange or kind == _PERSON) and (ending or last.text.islower()):
            yield _Found(surname, _written(case, surname), strange, listed)


def _stems(word: str) -> Iterator[tuple[str, str]]:
    """Yield what a word is a form of, with the ending: itself, or without one."""
    yield word, ""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            yield word[: -len(ending)], ending
            if ending in {"ed", "ing"}:
                yield word[: -len(ending)] + "e", ending


def _is_surname(case: CaseTable, word: str) -> bool:
    return word in case.surnames or bool(case.look_up(word).form)


def _is_word(case: CaseTable, last: Token) -> bool:
    """Return whether what stands there is a word of its own, in small letters."""
    lower = last.lower
    if lower in case.common_names or case.look_up(lower).word:
        return True
    return bool(lemmas_by_pos(lower)) or stands_alone(case, last)


def _is_meant(parsed: ParsedText, case: CaseTable, tokens: Sequence[Token], at: int, found: _Found) -> bool:
    """Return whether the words around allow nothing but a name."""
    first, last = tokens[at : at + 2]
    behind = tokens[at + 2] if at + 2 < len(tokens) else None
    if behind is not None and behind.lower in _ADVERBS and at + 3 < len(tokens):
        behind = tokens[at + 3]
    finite = behind is not None and behind.lower in _FINITE
    if behind is not None and behind.text[0].isupper() and behind.start == last.end + 1:
        return False  # "Chris vanning Hollen"
    if not found.strange:
        return finite and found.listed and _opens(parsed, first)
    if last.lower not in {found.surname + "s", found.surname + "es"}:
        return True
    if (at and tokens[at - 1].pos in _PLURAL) or (first.lower in case.common_names and not found.listed):
        return False  # "the two Hillary Clintons", "North Koreans"
    return finite or (found.listed and last.text.islower() and (behind is None or behind.pos in _BEHIND_NAME))


def _opens(parsed: ParsedText, first: Token) -> bool:
    """Return whether a statement begins with the name, an office before it left out; sentences may be cut wrongly."""
    at = first.index
    while at and (parsed.tokens[at - 1].lower in load_offices().words or parsed.tokens[at - 1].text in _TITLES):
        at -= 1
    before = parsed.tokens[at - 1] if at else None
    if before is None or not before.is_word or before.lower in _OPENERS:
        return True
    return any(c in "\r\n" for c in parsed.text[before.end : parsed.tokens[at].start])


def _candidate(first: Token, last: Token, found: _Found) -> Candidate:
    name = f"{capitalise(first.text)} {found.written}"
    said = "is a listed person" if found.listed else "are a first name and a surname"
    quote = f"{name} {said}, and {last.text} is a form of the surname"
    evidence = Evidence("names", LISTED_NAMES, quote, STRONG_NAME)
    start, text = (last.start, found.written) if first.text[0].isupper() else (first.start, name)
    return Candidate(start, last.end, text, (evidence,), {INFLECTED: 1.0})


def _written(case: CaseTable, surname: str) -> str:
    """Write a surname as it is written in news, else with one capital; "" where it may have another inside."""
    form = case.look_up(surname).form
    if form.lower() == surname and form[:1].isupper() and not form.isupper():
        return form
    if surname.startswith("mc"):
        return "Mc" + capitalise(surname[2:])
    if surname.startswith("mac") and len(surname) > _LONG_MAC:
        return ""  # "MacFarlane", "Mackenzie"
    rests = [surname.removeprefix(p) for p in _PARTICLES if surname.startswith(p)]
    if any(rest in case.surnames or rest in case.first_names for rest in rests if len(rest) > _SHORTEST):
        return ""  # "LaPierre"
    return capitalise(surname)
