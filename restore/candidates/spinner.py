"""Candidates from the spinner channel: what real spinners were seen to turn into the words of the text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from restore.candidates.base import Candidate, Context
from restore.channel.model import ChannelRow, SpinnerChannel, load_channel, normalise
from restore.records import Evidence
from restore.text.casing import CaseTable, capitalise, load_case_table, match_case
from restore.text.morphology import inflected, lemmas
from restore.text.parsing import ParsedText, Token

_INFLECTED = ("VB", "NN", "JJ", "RB")
OWN_ROW = "dictionary.own_row"
"""Marks a row of a table that the user learned: not weighed by what was trained, which cannot know it."""
_SHORT_ACRONYM = 4
"""Letters of a word in capitals that is an acronym rather than a word of a line in capitals. Chosen by hand: with
fewer, acronyms are taken for the words that they spell; with more, words of lines in capitals are left alone."""
_TRANSFERS = 6
"""Forms that are proposed by rows of other inflections of a word, from the heaviest row on. Chosen by hand: with more,
the ranker has more wrong ones to weigh."""


class SpinnerSource:
    """Proposes the original side of every row whose spun side stands in the text, by phrase, word or lemma."""

    name = "spinner"

    def __init__(self, channel: SpinnerChannel | None = None) -> None:
        """Read the shipped channel at the first use, unless one is given."""
        self._channel = channel

    def propose(self, context: Context) -> Iterator[Candidate]:
        """Yield candidates for every window of the text that the channel knows and that may hold damage."""
        channel = self._channel = self._channel or load_channel()
        case = load_case_table()
        parsed = context.parsed
        for sentence in parsed.sentences:
            tokens = parsed.sentence_tokens(sentence)
            for at, token in enumerate(tokens):
                for window in _windows(parsed, tokens, at, channel):
                    # A deletion at the start of a sentence takes the following word along.
                    if not context.any_suspect(token.index, window[-1].index + (2 if at == 0 else 1)):
                        continue
                    phrase = normalise(parsed.text[window[0].start : window[-1].end])
                    for row in channel.originals(phrase):
                        if not (len(window) == 1 and _is_acronym(token.text)):
                            yield from filter(context.is_suspected, _from_row(channel, case, parsed, window, row))
                if context.is_suspect(token.index):
                    yield from _by_lemma(channel, case, token)


def _windows(
    parsed: ParsedText, tokens: tuple[Token, ...], at: int, channel: SpinnerChannel
) -> Iterator[tuple[Token, ...]]:
    """Yield the windows from a token on that are no longer than what the channel knows, in words and in letters.

    Touching tokens are one word, and thousands may touch ("?!?!"): the letters bound them.
    """
    words = letters = 0
    for end in range(at, len(tokens)):
        letters += len(tokens[end].text)
        if end == at or parsed.text[tokens[end - 1].end : tokens[end].start]:
            words += 1
        if words > channel.longest or letters > channel.longest_letters:
            return
        yield tokens[at : end + 1]


def _is_acronym(text: str) -> bool:
    """Whether a word is written like US or IT, and so is not the word us or it."""
    return 1 < len(text) <= _SHORT_ACRONYM and text.isupper()


def _from_row(
    channel: SpinnerChannel, case: CaseTable, parsed: ParsedText, window: tuple[Token, ...], row: ChannelRow
) -> Iterator[Candidate]:
    start, end = window[0].start, window[-1].end
    spun = parsed.text[start:end]
    if row.original:
        replacement = dress(spun, row.original, case)
    else:
        replacement = ""
        following = window[-1].index + 1
        if spun[:1].isupper() and window[0].index == parsed.sentences[window[0].sentence].first:
            if following >= parsed.sentences[window[0].sentence].last or not parsed.tokens[following].is_word:
                return
            end, replacement = parsed.tokens[following].end, capitalise(parsed.tokens[following].text)
    if replacement != parsed.text[start:end]:
        yield Candidate(start, end, replacement, (_evidence(channel, row),), _features(channel, row))


def dress(spun: str, original: str, case: CaseTable) -> str:
    """Write the words of a row, which are in lower case, as they would stand in place of `spun`."""
    return match_case(spun, " ".join(case.truecase(word) for word in original.split()))


def _by_lemma(channel: SpinnerChannel, case: CaseTable, token: Token) -> Iterator[Candidate]:
    """Transfer rows of other inflections of the same lemma: the original is inflected to the tag of the token."""
    if not token.tag.startswith(_INFLECTED) or token.is_name or token.is_figure or not token.is_word:
        return
    known = {row.original for row in channel.originals(token.lower)}
    given: set[str] = set()
    for row in channel.by_lemma(token.lemma):
        if row.spun == token.lower or len(given) >= _TRANSFERS:
            continue
        for form in inflections(row.original, token.tag):
            if form not in known and form not in given and form != token.lower:
                given.add(form)
                features = _features(channel, row)
                features["spinner.log_forward"] = channel.log_forward(token.lower, form)
                features["spinner.log_inverse"] = channel.log_inverse(token.lower, form)
                features["spinner.lemma_backoff"] = 1.0
                replacement = dress(token.text, form, case)
                yield Candidate(token.start, token.end, replacement, (_evidence(channel, row),), features)


@lru_cache(maxsize=20_000)
def inflections(word: str, tag: str) -> tuple[str, ...]:
    """Return the forms of a word's lemma that carry a Penn tag, best first."""
    forms = [form for lemma in lemmas(word)[:2] for form in inflected(lemma, tag)[:1]]
    return tuple(dict.fromkeys(forms))


def _features(channel: SpinnerChannel, row: ChannelRow) -> dict[str, float]:
    return {
        "spinner.log_forward": max(-10.0, channel.log_forward(row.spun, row.original)),
        "spinner.log_inverse": max(-10.0, channel.log_inverse(row.spun, row.original)),
        "spinner.count": math.log1p(row.page_count),
        "spinner.documents": math.log1p(max(0, row.documents - row.tortured_count)),
        "spinner.tortured": math.log1p(row.tortured_count),
        "spinner.retrieved": float(row.retrieved),
        "spinner.lemma_backoff": 0.0,
        OWN_ROW: float(any(name in channel.own_families for name, _ in row.families)),
    }


def _evidence(channel: SpinnerChannel, row: ChannelRow) -> Evidence:
    families = ", ".join(f"{name} {count}" for name, count in row.families)
    times, itself = channel.seen(row.spun)
    original = row.original or "nothing"
    quote = (
        f"{original} became {row.spun}: {row.count} times ({families});"
        f" {row.spun} stood for itself {itself} of {times} times"
    )
    score = round(math.exp(channel.log_inverse(row.spun, row.original)), 4)
    return Evidence("spinner", "spinner_channel.tsv", quote, score)
