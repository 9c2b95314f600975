"""Findings from the spinner channel: words and phrases that spinners write far more often than people do."""

from __future__ import annotations

from collections.abc import Iterator

from restore.channel.model import SpinnerChannel, load_channel
from restore.lexicon.frequencies import phrase_count, total_count
from restore.records import Finding
from restore.text.characters import straight
from restore.text.parsing import ParsedText

_DISCOUNT = 0.75
"""What is taken off the count of a phrase as damage (absolute discounting): one that was seen once counts a quarter.
Chosen by hand. This and the three below shape the columns `suspicion` and `phrase_words` of the verdict: other values
need its trees fitted anew (training/detection/verdict.py)."""
_SMOOTHING = 0.5
"""Added to the count of a phrase as meant: with more, rarely seen phrases are less suspicious. Chosen by hand."""
_TORTURED_SHARE = 0.1
"""Weight of a tortured phrase against an occurrence on a page: those come from research papers, and were collected
because they are damage. Chosen by hand."""
_LEAST = 0.4
"""The suspicion (0 to 1) from which on a word or phrase is a finding. Chosen by hand, 0.3 at first: with less, more
words are found that were meant."""
_ACRONYM = 4  # letters of a word in capitals that is an acronym ("US"); by hand, as in candidates/spinner.py


def find(parsed: ParsedText, channel: SpinnerChannel | None = None, least: float = _LEAST) -> Iterator[Finding]:
    """Yield the suspicious words and phrases, longest match first, with a score of at least `least`."""
    channel = channel or load_channel()
    for sentence in parsed.sentences:
        tokens = parsed.sentence_tokens(sentence)
        at = 0
        while at < len(tokens):
            step = 1
            for end in range(min(at + channel.longest, len(tokens)), at, -1):
                start, stop = tokens[at].start, tokens[end - 1].end
                text = parsed.text[start:stop]
                if end == at + 1 and (tokens[at].is_name or (1 < len(text) <= _ACRONYM and text.isupper())):
                    continue
                phrase = " ".join(straight(text.lower()).split())
                score = suspicion(channel, phrase)
                if score >= least:
                    step = end - at
                    yield Finding(start, stop, text, "substitution", round(score, 3), _explain(channel, phrase))
                    break
            at += step


def suspicion(channel: SpinnerChannel, phrase: str) -> float:
    """Estimate P(an occurrence is damage) in a text of which it is unknown whether it is spun, from 0 to 1.

    Weighs how often spinners were seen to write the phrase for something else (less an absolute discount, after Ney,
    Essen and Kneser 1994) against how often people write it in as many words as the spun pages have.
    """
    rows = channel.originals(phrase)
    if not rows:
        return 0.0
    times, itself = channel.seen(phrase)
    seen = sum(row.page_count * (1.0 if row.retrieved else 0.7) for row in rows)
    seen += _TORTURED_SHARE * sum(row.tortured_count for row in rows)
    damage = max(0.0, seen - _DISCOUNT)
    expected = phrase_count(phrase) / total_count() * channel.tokens
    if times and itself:  # what stood for itself on the pages counts as well, whatever the dictionary says
        expected = max(expected, float(itself))
    return damage / (damage + expected + _SMOOTHING)


def _explain(channel: SpinnerChannel, phrase: str) -> str:
    row = channel.originals(phrase)[0]
    done = f"write {phrase!r} for {row.original!r}" if row.original else f"put {phrase!r} in"
    return f"spinners {done} ({row.count} times seen)"
