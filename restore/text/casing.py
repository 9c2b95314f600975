"""How words are written: the learned share of capitals, listed names, and carrying case from one word to another."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from restore.runtime.tables import table_path
from restore.text.parsing import ParsedText, Token

SURE = 0.8
"""The share of capitals from which a word or phrase counts as a name."""
_LIKELY = 0.6
"""The same for a phrase that already has one capital inside, which speaks for a name. Chosen by hand."""
_SEEN = 3
"""Times that a word or phrase must have been counted for its share of capitals to mean anything, and the letters of a
word whose full stop ends a sentence: shorter ones are abbreviations. Chosen by hand: more loses rare names."""
_ENDS = frozenset(".!?")
_CLOSERS = ")] \t"
_LONG_LINE = 6
"""Tokens of a line that can be a sentence: shorter ones are captions and headings, which may begin small. By hand."""
_COLUMNS = ("key", "form", "times", "capitals", "before_name", "before_name_capitals", "lexicon")
_WORDS_OF_A_LETTER = frozenset({"a", "i"})


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How a word or phrase is usually written inside a sentence.

    `times` it was seen there, `capitals` of them in the form `form`; `before_name` the same for the places right
    before a capitalised word. `listed`: a lexicon has it as a name in this form; `word`: as a common word too.
    """

    form: str
    times: int
    capitals: int
    before_name: tuple[int, int]
    listed: bool
    word: bool

    @property
    def share(self) -> float:
        """The share of capitals in mid-sentence, with half a count for either way (a listed name counts as two)."""
        extra = 2 if self.listed and not self.word else 0
        return (self.capitals + extra + 0.5) / (self.times + extra + 1.0)

    @property
    def share_before_name(self) -> float:
        """The share of capitals right before a capitalised word, with half a count for either way."""
        times, capitals = self.before_name
        return (capitals + 0.5) / (times + 1.0)


_UNKNOWN = CaseCount("", 0, 0, (0, 0), False, False)


class CaseTable:
    """The table of counts by lower-cased word or phrase (words joined by one space)."""

    def __init__(
        self,
        counts: dict[str, CaseCount],
        first_names: frozenset[str],
        surnames: frozenset[str],
        common: frozenset[str] = frozenset(),
    ) -> None:
        """`first_names` and `surnames` are lower-cased; `common` are those of them that are common words too."""
        self._counts = counts
        self.first_names = first_names
        self.surnames = surnames
        self.common_names = common
        self.longest = max((key.count(" ") + 1 for key in counts), default=0)

    def look_up(self, phrase: str) -> CaseCount:
        """Return what is known of a phrase, in any case; an empty record if nothing is."""
        return self._counts.get(phrase.lower(), _UNKNOWN)

    def is_lower(self, word: str) -> bool:
        """Whether a word is known to be no name: seen often enough in lower case, or a common word of the lexicon."""
        found = self.look_up(word)
        return found.share < 0.2 and (found.times >= 3 or found.word)

    def truecase(self, word: str) -> str:
        """Return a lower-cased word the capitals it nearly always has (`paris`, `u.s.`, `i`), or give it back."""
        found = self.look_up(word)
        return found.form if found.form and found.share > 0.8 else word


@cache
def load_case_table() -> CaseTable:
    """Load the shipped table once; raises `ModelNotFoundError` if it is missing."""
    counts: dict[str, CaseCount] = {}
    with table_path("casing.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        fields = itemgetter(*map(next(rows).index, _COLUMNS))
        for key, form, times, capitals, before, before_capitals, flags in map(fields, rows):
            before_name = (int(before), int(before_capitals))
            counts[key] = CaseCount(form, int(times), int(capitals), before_name, "n" in flags, "w" in flags)
    first: set[str] = set()
    last: set[str] = set()
    common: set[str] = set()
    with table_path("person_names.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        fields = itemgetter(*map(next(rows).index, ("kind", "name", "common")))
        for kind, name, is_common in map(fields, rows):
            (first if kind == "first" else last).add(name)
            if is_common == "1":
                common.add(name)
    return CaseTable(counts, frozenset(first), frozenset(last), frozenset(common))


def is_name(case: CaseTable, word: str) -> bool:
    """Whether a lower-cased word is a name rather than a word: such are proposed only where they are attested."""
    found = case.look_up(word)
    if found.form and found.form != word and found.share >= SURE:
        return True
    return (word in case.first_names or word in case.surnames) and word not in case.common_names and not found.word


def is_mixed(tokens: tuple[Token, ...]) -> bool:
    """Whether a text has capitals somewhere and is not all capitals, so that casing says something."""
    words = [token.text for token in tokens if token.is_word]
    return any(word[0].isupper() for word in words) and any(word.islower() for word in words)


def miswritten_name(case: CaseTable, parsed: ParsedText, window: tuple[Token, ...], opens: bool) -> CaseCount | None:
    """Return the listed name that two or more tokens are, if some of its capitals are missing here.

    `opens` says that the window opens its sentence, where the first capital says nothing. A phrase wholly in lower case
    counts only if it is nearly always a name.
    """
    text = parsed.text[window[0].start : window[-1].end]
    found = case.look_up(text)
    if not found.form or found.form == text or len(found.form) != len(text) or text.isupper():
        return None
    if any(old.isupper() and new.islower() for old, new in zip(text, found.form, strict=True)):
        return None
    if has_inner_capital(window, opens):
        return found if found.share >= _LIKELY else None
    if found.share < SURE:
        return None
    parts = [case.look_up(token.text) for token in window]
    own = any(part.form and part.share >= SURE and not part.word for part in parts)
    return found if own or found.capitals >= _SEEN else None


def has_inner_capital(window: tuple[Token, ...], opens: bool) -> bool:
    """Whether a token has a capital that the start of the sentence does not account for."""
    return any(token.text[0].isupper() for token in window[1 if opens else 0 :])


def start_lost_capital(case: CaseTable, parsed: ParsedText, tokens: tuple[Token, ...], at: int = 0) -> bool:
    """Whether the token starts a sentence in lower case: behind a full stop, or on a line that ends like a sentence.

    The full stop may stand inside what spaCy holds for one sentence; behind a closing quotation mark ("Why?" he said)
    nothing is certain.
    """
    if at and tokens[at - 1].text not in _ENDS:
        return False
    first = tokens[at]
    if not first.text.islower() or not first.text.isalpha() or case.look_up(first.text).times < _SEEN:
        return False
    if len(first.text) == 1 and first.text not in _WORDS_OF_A_LETTER:
        return False
    line = max(parsed.text.rfind("\n", 0, first.start), parsed.text.rfind("\r", 0, first.start)) + 1
    before = parsed.text[line : first.start].rstrip(_CLOSERS)
    if not before.strip():
        return len(tokens) >= _LONG_LINE and tokens[-1].text[-1] in _ENDS
    word = before.split()[-1]
    return before[-1] in _ENDS and not before.endswith("...") and "." not in word[:-1] and len(word) >= _SEEN


def beside_hyphen(parsed: ParsedText, token: Token) -> bool:
    """Whether a token is a part of a hyphenated word, whose parts often are in lower case (al-Amr, Jong-un)."""
    return parsed.text[token.start - 1 : token.start] == "-" or parsed.text[token.end : token.end + 1] == "-"


def after_determiner(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether "a", "the", "this", "her" or the like stands before a token: a sign of a common noun."""
    return at > 0 and (tokens[at - 1].pos == "DET" or tokens[at - 1].tag == "PRP$")


def match_case(model: str, replacement: str) -> str:
    """Write `replacement` in the manner of `model`: ALL CAPS, Capitalised, or as it is."""
    letters = [c for c in model if c.isalpha()]
    if not letters or not replacement:
        return replacement
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return replacement.upper()
    first = next((c for c in model if c.isalnum()), "")
    return capitalise(replacement) if first.isupper() else replacement


def capitalise(phrase: str) -> str:
    """Put its first character in upper case, and leave the rest."""
    return phrase[:1].upper() + phrase[1:]
