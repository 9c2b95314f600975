"""The user's dictionary: what is left alone and what is preferred, whichever source says otherwise.

Words and phrases are compared piece by piece (runs of letters and digits, single marks), so that a dictionary of a
million entries costs no more than one of ten. Patterns are those of the package `regex`, with a time limit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from restore.config import DictionarySettings
from restore.errors import ConfigError, InputError
from restore.records import Correction, Covered, Evidence, Finding, Span, apply, splice
from restore.records.plans import in_outcome
from restore.text.casing import capitalise
from restore.text.characters import LINE_BREAKS
from restore.text.parsing import ParsedText
from restore.user_dictionary.entries import ARROW, NAMED_RULES, read_entries
from restore.user_dictionary.phrases import PhraseMatch, WordTable

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = "user dictionary"
"""What the evidence of the dictionary names as its source."""
PREFERRED = "dictionary.preferred"
"""The feature of a candidate that writes a preferred word: what that adds to its log-odds (ln)."""
ROUNDS = 6
"""So often a replacement can lead to another one. By hand: chains are short, and circles have to end."""
_SECONDS = 2.0
"""Seconds, for all matches of one pattern in one text. By hand: a sound pattern needs milliseconds; one that backtracks
without end is refused, instead of holding up a run."""
_PROBES = (
    *("a" * 3000 + "!", "1" * 3000 + "!", " " * 3000 + "!", "ab " * 1000 + "!", "A" * 3000 + "!", "1," * 1000 + "!"),
    "The quick brown fox, aged 12, didn't jump over O'Neil's “lazy” dog-house: it ran (again)\nto the end.",
)
_BREAK = re.compile(f"[{LINE_BREAKS}]")
_GROUP = re.compile(r"\\[0-9g]")


class Preferred(NamedTuple):
    """A replacement for `[start, end)` that the user wants, and the entry that says so."""

    start: int
    end: int
    replacement: str
    entry: str


class Dictionary:
    """The entries of the settings and their files, compiled.

    Raises `ConfigError` naming the entry for one that is malformed, contradicts another or could run for ever.
    """

    def __init__(self, settings: DictionarySettings | None = None) -> None:
        self.settings = settings or DictionarySettings()
        self._entries = found = read_entries(self.settings)
        self.odds = math.log(self.settings.preferred_odds)
        self.words = frozenset(found.prefer_words)
        """The preferred words and phrases, as the user wrote them."""
        self.rules = frozenset(found.keep_rules)
        """Names of what is never applied."""
        self._keep = WordTable((word, word) for word in found.keep)
        self._prefer = WordTable(found.prefer)
        self._valid = WordTable((word, word) for word in found.prefer_words)
        places = found.places
        self._keep_patterns = [_Pattern(p, places.get(p, "keep_patterns")) for p in found.keep_patterns]
        self._prefer_patterns = [
            _Pattern(p, places.get(p, "prefer_patterns"), template) for p, template in found.prefer_patterns
        ]
        literal = [t for _, t in found.prefer_patterns if not _GROUP.search(t) and any(c.isalnum() for c in t)]
        rights = [_plain(right) for right in (*(right for _, right in found.prefer), *literal)]
        self._written = WordTable((form, form) for right in rights for form in (right, right.upper()))
        self._check_preferences()

    def __bool__(self) -> bool:
        """Whether there is any entry."""
        return self.settings != DictionarySettings(preferred_odds=self.settings.preferred_odds)

    def kept_spans(self, text: str) -> list[Span]:
        """Return the ranges that no stage may touch, in any order: what is kept, and what a preference would write.

        Raises `InputError` if a pattern takes too long for this text.
        """
        return [*self._users(text), *(Span(m.start, m.end) for m in self._written.find(text))]

    def admissible(self, text: str, corrections: Iterable[Correction]) -> tuple[Correction, ...]:
        """Leave out the corrections that touch a kept range, or after which it would no longer be one.

        The latter can happen where a pattern looks at what stands beside it. Raises `InputError` as `kept_spans`.
        """
        return self._admissible(text, tuple(corrections), self.kept_spans)

    def admissible_repairs(self, text: str, repairs: Iterable[Correction]) -> tuple[Correction, ...]:
        """Do what `admissible` does for repairs of the text as given; what the user wants replaced there is left out.

        Raises `InputError` as `kept_spans`.
        """
        wanted = Covered([Span(w.start, w.end) for w in self.preferred(text)])
        return self.admissible(text, (c for c in repairs if not wanted.touches(c.start, c.end)))

    def allows(self, correction: Correction) -> bool:
        """Return whether no rule forbids a correction or disregards all of its evidence."""
        if not self.rules:
            return True
        forbidden = self.rules_out(correction.original, correction.replacement, correction.kind)
        return not forbidden and bool(self.permitted(correction.evidence))

    def shown(self, text: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Leave out the findings that touch a kept range or come of a grammar rule that the user ruled out.

        Raises `InputError` as `kept_spans`.
        """
        if not self:
            return findings
        kept = Covered(self.kept_spans(text))
        rules = self.rules - NAMED_RULES
        open_findings = (f for f in findings if not kept.touches(f.start, f.end))
        return tuple(f for f in open_findings if f.explanation.partition(":")[0] not in rules)

    def preferred(self, text: str) -> list[Preferred]:
        """Return the replacements that the user wants in a text, sorted and disjoint; patterns yield to words.

        None of them lies in what the user keeps, in a part of a link, or where its own outcome already stands. Raises
        `InputError` if a pattern takes too long for this text.
        """
        words = [Preferred(m.start, m.end, _cased(m), m.entry + ARROW + m.value) for m in self._prefer.find(text)]
        found = [words, *(list(pattern.preferred(text)) for pattern in self._prefer_patterns)]
        chosen: list[Preferred] = []
        if any(found):
            kept, parsed = self._users(text), ParsedText(text, (), ())
            for preferences in found:  # those of one pattern are disjoint
                taken = Covered([*kept, *(Span(c.start, c.end) for c in chosen)])
                chosen += [w for w in preferences if not taken.touches(w.start, w.end) and _can_be(parsed, w)]
        return sorted(chosen)

    def admissible_preferences(self, text: str, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
        """Do what `admissible` does for what comes of `preferred`: only what the user keeps stands above it."""
        return self._admissible(text, tuple(corrections), self._users)

    def permitted(self, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Leave out the evidence that a rule of the user disregards."""
        if not self.rules:
            return tuple(evidence)
        return tuple(e for e in evidence if not self._is_ruled_out(e))

    def rules_out(self, original: str, replacement: str, kind: str = "") -> bool:
        """Return whether a rule forbids a single replacement, or a kind of correction such as R:ORTH."""
        if not self.rules:
            return False
        if any(_is_row(row, original, replacement) for row in self._rows.get(_plain(original).casefold(), ())):
            return True
        kinds = {kind, kind[:1]} if kind else set()
        if kinds and original.casefold() == replacement.casefold():
            kinds.add(f"{kind[0]}:CASE")
        return any(f"kind:{name}" in self.rules for name in kinds)

    def prefers(self, original: str, replacement: str) -> str:
        """Return the preferred word that a replacement writes and the original lacks; "" if there is none."""
        if not self.words:
            return ""
        had = {m.entry for m in self._valid.find(original)}
        return next((m.entry for m in self._valid.find(replacement) if m.entry not in had), "")

    def valid_spans(self, text: str) -> list[Span]:
        """Return the places of preferred words: their spelling is right."""
        return [Span(m.start, m.end) for m in self._valid.find(text)]

    @cached_property
    def _rows(self) -> dict[str, list[tuple[str, str]]]:
        rows: dict[str, list[tuple[str, str]]] = {}
        for rule in self.rules:
            left, arrow, right = rule.partition(">")
            if arrow:
                rows.setdefault(_plain(left).casefold(), []).append((_plain(left), _plain(right)))
        return rows

    def _is_ruled_out(self, evidence: Evidence) -> bool:
        if evidence.kind in self.rules or f"source:{evidence.source}" in self.rules:
            return True
        if evidence.kind != "grammar":
            return False
        said = {*re.split(r"[^\w\[\]]+", evidence.source), evidence.quote.partition(":")[0].strip()}
        return not self.rules.isdisjoint(said - NAMED_RULES)

    def _users(self, text: str) -> list[Span]:
        spans = [Span(m.start, m.end) for m in self._keep.find(text)]
        for pattern in self._keep_patterns:
            spans += pattern.spans(text)
        return spans

    def _admissible(
        self, text: str, corrections: tuple[Correction, ...], find: Callable[[str], list[Span]]
    ) -> tuple[Correction, ...]:
        kept = find(text) if corrections and self else []
        if not kept:
            return corrections
        covered = Covered(kept)
        free = tuple(c for c in corrections if not covered.touches(c.start, c.end))
        if _still_kept(text, kept, free, find):
            return free
        chosen: tuple[Correction, ...] = ()
        for correction in free:
            if _still_kept(text, kept, (*chosen, correction), find):
                chosen = (*chosen, correction)
        return chosen

    def _check_preferences(self) -> None:
        """Raise `ConfigError` for a preference that can never be, and for those that chase each other."""
        for wrong, right in self._entries.prefer:
            entry = wrong + ARROW + right
            if self._users(wrong):
                raise ConfigError(f"the preference {entry!r} replaces what another entry keeps: leave one of them out")
            text = wrong
            for _ in range(ROUNDS + 1):
                preferences = self.preferred(text)
                if not preferences:
                    break
                text = replaced(text, preferences)
            else:
                raise ConfigError(
                    f"the preference {entry!r} leads back to itself or grows for ever ({text[:80]!r}): leave it out, or"
                    " the one that undoes it"
                )


def check_keep_patterns(patterns: Iterable[str], place: str) -> None:
    """Raise `ConfigError`, naming where they stand, for a pattern that cannot be used."""
    for pattern in patterns:
        _Pattern(pattern, place)


class _Pattern:
    """A regular expression of the user and, to prefer, its template."""

    def __init__(self, pattern: str, name: str, template: str = "") -> None:
        import regex

        self.pattern, self.template = pattern, template
        entry = f"the pattern {pattern!r} in {name}"
        try:
            self._compiled: Any = regex.compile(pattern, regex.MULTILINE)
            regex.compile(f"(?:{pattern})|", regex.MULTILINE).match("").expand(template)
        except (regex.error, IndexError, OverflowError, RecursionError) as error:
            what = f"{entry}{ARROW + repr(template) if template else ''}"
            raise ConfigError(f"{what} is no regular expression: {error}") from error
        try:
            empty = any(m.start() == m.end() for probe in ("", *_PROBES) for m in self._matches(probe))
        except TimeoutError as error:
            raise ConfigError(f"{entry} would run for ever: avoid a repetition inside a repetition") from error
        if empty:
            raise ConfigError(f"{entry} matches nothing at all (the empty text): let it match at least one character")

    def spans(self, text: str) -> list[Span]:
        return [Span(*m.span()) for m in self._timely(text) if m.start() < m.end()]

    def preferred(self, text: str) -> Iterator[Preferred]:
        for m in self._timely(text):
            if m.start() < m.end():
                entry = f"/{self.pattern}/{ARROW}{self.template}"
                yield Preferred(m.start(), m.end(), m.expand(self.template), entry)

    def _timely(self, text: str) -> list[Any]:
        try:
            return self._matches(text)
        except TimeoutError as error:
            raise InputError(
                f"the pattern {self.pattern!r} of the dictionary needs more than {_SECONDS:g} seconds for this text:"
                " make it simpler or the text shorter"
            ) from error

    def _matches(self, text: str) -> list[Any]:
        return list(self._compiled.finditer(text, timeout=_SECONDS))


def replaced(text: str, preferences: Iterable[Preferred]) -> str:
    """Return the text with the replacements made; they are sorted and disjoint."""
    return splice(text, ((p.start, p.end, p.replacement) for p in preferences))


def _still_kept(
    text: str, kept: Sequence[Span], corrections: Sequence[Correction], find: Callable[[str], list[Span]]
) -> bool:
    """Return whether each kept range, moved by the corrections, is one in their outcome."""
    after = Covered(find(apply(text, corrections)))
    return all(after.holds(span.start, span.end) for span in in_outcome(corrections, kept))


def _cased(match: PhraseMatch) -> str:
    """Write a replacement as the word was written; one that holds capitals itself only follows ALL CAPITALS."""
    right, was = match.value, match.text
    if match.exact:
        return right
    letters = [c for c in was if c.isalpha()]
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return right.upper()
    if right.islower() and was[:1].isupper():
        return capitalise(right)
    return right


def _is_done(text: str, preference: Preferred) -> bool:
    """Return whether what would be written stands there already, around the words that it would replace."""
    was, new = text[preference.start : preference.end], preference.replacement
    if len(new) <= len(was):
        return was == new
    at = new.casefold().find(was.casefold())
    while at >= 0:
        start = preference.start - at
        if start >= 0 and text[start : start + len(new)].casefold() == new.casefold():
            return True
        at = new.casefold().find(was.casefold(), at + 1)
    return False


def _can_be(parsed: ParsedText, preference: Preferred) -> bool:
    """Return whether a replacement changes something, and neither a line end nor a part of a link."""
    if _is_done(parsed.text, preference) or _BREAK.search(
        parsed.text[preference.start : preference.end] + preference.replacement
    ):
        return False
    if not parsed.in_link(preference.start, preference.end):
        return True
    touched = (s for s in parsed.links if s.start < preference.end and preference.start < s.end)
    return all(preference.start <= s.start and s.end <= preference.end for s in touched)


def _is_row(row: tuple[str, str], original: str, replacement: str) -> bool:
    """Return whether a row names this replacement; a side with a capital counts as written."""
    sides = zip(row, (_plain(original), _plain(replacement)), strict=True)
    return all(said == word if any(c.isupper() for c in said) else said == word.lower() for said, word in sides)


def _plain(words: str) -> str:
    return " ".join(words.split())
