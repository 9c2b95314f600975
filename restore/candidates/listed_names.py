"""Listed names of which a word was replaced ("White Dwelling", "unified Nations"), repaired without any reference.

All other words of the name must stand there. The odd one must be what the channel, the lexicon (WordNet, Moby, shared
translations, word vectors) or inflection ("Donald trumped") makes of the word of the name, in lower case. A capital
inside a sentence makes it a word of another name, unless it is a common word and nobody's name.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from restore.candidates.base import Candidate, Context
from restore.candidates.wording import is_headline, is_variant
from restore.channel.model import SpinnerChannel
from restore.lexicon.gazetteer import (
    INITIAL,
    LISTED_NAMES,
    STRONG_NAME,
    ListedName,
    NameTable,
    load_names,
    load_offices,
)
from restore.lexicon.moby import load_moby
from restore.lexicon.originals import lexical_originals
from restore.lexicon.wordnet import load_thesaurus, opposite, related
from restore.records import Evidence, splice
from restore.text.casing import CaseTable, load_case_table
from restore.text.morphology import lemmas
from restore.text.parsing import ParsedText, Token

LEAST_LOG = -4.0
"""ln P(original | spun) below which two words count as unrelated."""
_STRONG_LOG = -3.3
"""The same from which on the evidence is strong enough to change what looks like a part of a name. Chosen by hand, with
the sample of benchmarks/names.py in view, as are the two around it (docs/quality.md says that this flatters): with
less, more names come back and more are changed wrongly."""
_BESIDE_LOG = -2.5
"""The same beside words that are a name on their own: "the Soviet bloc" is no damaged Soviet Union."""
_MARGIN = 0.7
"""By how much (ln; 0.7 is twice as likely) an original must lead every other one. Chosen by hand: with less, one of two
that fit alike is taken; with more, fewer names come back."""
_LONGEST = 6  # words of a window: the longest listed names have five (counted), and an initial may stand inside
_SHORTEST = 3
"""Letters of the odd word, of what it stands for, and of a word that vouches for the name. Chosen by hand: shorter ones
are rather abbreviations and little words."""
_WEAK = 0.6
"""The score (0 to 1) of evidence that may not change what looks like a part of a name: any number below `STRONG_NAME`
does the same. Chosen by hand."""
_ROW_LOG = -1.0
"""ln P of a pair that was seen on pages, and of another form of a word: surer than what the lexicon says. Chosen by
hand; above `_STRONG_LOG` it matters where several originals compete, and to the trees that know it as
`names.relation`."""
TOLD = "names.told"
"""The feature of a listed name that a reference has whole."""
_RELATIVES = frozenset({"whom", "who", "which", "what", "that", "whatever", "whomever"})
ODD_TAGS = frozenset({"NOUN", "PROPN", "ADJ"})


class _Fit(NamedTuple):
    """A listed name that fits a window but for the word at `place`, and ln P(its word | the odd one)."""

    name: ListedName
    place: int
    original: str
    log: float
    form: bool
    rivals: int


def completed_names(
    context: Context, channel: SpinnerChannel, tokens: tuple[Token, ...], at: int
) -> Iterator[Candidate]:
    """Propose the listed names that begin at a token of a sentence, of the longest window that has any."""
    parsed, names = context.parsed, load_names()
    widest = tokens[at : at + _LONGEST]
    if not any(token.lower in names.parts for token in widest) or not _has_capital(widest, at):
        return
    for end in range(min(at + _LONGEST, len(tokens)), at + 1, -1):
        window = tokens[at:end]
        core = _core(parsed, window) if _has_capital(window, at) else None
        if core is None:
            continue
        words = [token.lower for token in core]
        if tuple(words) in names or not any(word in names.parts for word in words):
            continue
        fits = [fit for place in range(len(core)) for fit in _fits(names, channel, core, words, place, at == 0)]
        fits = [fit for fit in fits if _is_whole(parsed, window, core[fit.place])]
        fits = [fit for fit in fits if not _contradicted(context, channel, core, fit)]
        fits = [fit for fit in fits if not (fit.form and _has_verb_behind(parsed, core))]
        if fits and not is_headline(parsed, window[0].sentence):
            best = max(fits, key=lambda fit: (fit.log, fit.name.trust, fit.name.form))
            others = [f.log for f in fits if f.original != best.original]
            if not others or best.log - max(others) >= _MARGIN:
                yield _candidate(context, core, best, at == 0)
            return


def _has_capital(window: Sequence[Token], at: int) -> bool:
    """Return whether any word of a window has a capital, but for the first word of its sentence."""
    return any(token.text[0].isupper() for token in window[0 if at else 1 :])


def _core(parsed: ParsedText, window: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """Return the words of a window without inner initials; None unless they are plain words with single spaces."""
    text = parsed.text[window[0].start : window[-1].end]
    if [token.text for token in window] != text.split(" "):
        return None
    last = len(window) - 1
    core = tuple(t for n, t in enumerate(window) if not (0 < n < last and INITIAL.fullmatch(t.text)))
    return core if len(core) > 1 and all(t.text.replace("-", "").isalpha() for t in core) else None


def _is_whole(parsed: ParsedText, window: tuple[Token, ...], odd: Token) -> bool:
    """Whether the window is no piece of a longer name ("Division of Agriculture", "Security Council")."""
    before, after = parsed.beside(window)
    if after is not None and after.lower == "of":
        return False
    if odd.text.islower():
        return True
    titled = before is not None and (before.lower in load_offices().words or before.text.endswith("."))
    beside = (None if titled else before, after)
    named = [token for token in beside if token is not None and token.is_name]
    return all(token.entity == "DATE" or token.pos == "DET" for token in named)


def _has_verb_behind(parsed: ParsedText, core: Sequence[Token]) -> bool:
    """Return whether the name opens a clause whose object stands before it ("whom Donald trumped"): it needs a verb.

    Sentences may be cut wrongly there.
    """
    first = core[0].index
    return bool(first) and parsed.tokens[first - 1].lower in _RELATIVES


def _fits(
    names: NameTable,
    channel: SpinnerChannel,
    core: Sequence[Token],
    words: list[str],
    place: int,
    opens: bool,
) -> Iterator[_Fit]:
    """Yield the names that stand there but for one word, and are related at that word."""
    odd = core[place]
    known = names.near_matches(words, place)
    if not known or len(odd.text) < _SHORTEST or odd.is_figure:
        return
    capital = not odd.text.islower() and not (opens and place == 0)
    if not _is_free(names, odd) if capital else place == 0 and core[1].text.islower():
        return
    bare = capital or _is_bare(core, place)
    if not bare and tuple(words[:place] + words[place + 1 :]) in names:  # "the United States military"
        return
    least = LEAST_LOG if bare else _BESIDE_LOG
    for original, name in known.items():
        if len(original) < _SHORTEST or original == odd.lower or not name.form.split()[-1][0].isupper():
            continue
        if not _stand(core, name, place, opens) or is_variant(odd.lower, original) or opposite(odd.lower, original):
            continue
        form = bool(set(lemmas(odd.lower)) & set(lemmas(original)))
        log = _ROW_LOG if form else origin_log(channel, odd.lower, original)
        if form and (name.kind != "person" or odd.text[0].isupper() or odd.pos not in {"VERB", "AUX"}):
            continue
        if log >= least and (form or odd.pos in ODD_TAGS or place < len(core) - 1):
            yield _Fit(name, place, original, log, form, len(known) - 1)


def _stand(core: Sequence[Token], name: ListedName, place: int, opens: bool) -> bool:
    """Whether the name has a capital that is not due to the start of a sentence."""
    parts = [part for part in name.form.split() if not part.endswith(".")]
    if len(parts) != len(core) or not parts[place][0].isupper():
        return False
    others = [n for n in range(len(core)) if n != place]
    heads = [n for n in others if parts[n][0].isupper() and len(parts[n]) >= _SHORTEST and (n > 0 or not opens)]
    lost = core[place].text[0].isupper() and (place > 0 or not opens)  # "the supreme Tribunal"
    return lost or any(core[n].text == parts[n] for n in heads)


def _is_free(names: NameTable, odd: Token) -> bool:
    """Whether a word with a capital can be a replaced one: a common word that is nobody's name and in no listed one."""
    case = load_case_table()
    if not odd.text[1:].islower() or odd.lower in case.surnames or odd.lower in names.parts:
        return False
    return is_common(case, odd.lower)


def _is_bare(core: Sequence[Token], place: int) -> bool:
    """Whether a word in lower case is out of place: what is left of the name is none on its own.

    "The Soviet bloc", "the Mississippi flood" and "modern Germany" are right as they are.
    """
    case = load_case_table()
    if place == len(core) - 1 and core[0].lower in case.first_names and core[0].entity == "PERSON":
        return True
    left = [*core[:place], *core[place + 1 :]]
    if place == 0 and left[0].text.islower():
        return False
    phrase = case.look_up(" ".join(token.lower for token in left))
    if phrase.listed and (len(left) > 1 or not phrase.word):
        return False
    return any(token.text[0].isupper() and is_common(case, token.lower) for token in left)


def is_common(case: CaseTable, word: str) -> bool:
    """Whether a lower-cased word is in the lexicon as a common word, and neither first name, nation nor listed name."""
    if word in case.first_names or load_names().nation(word) is not None or case.look_up(word).listed:
        return False
    return any(lemma in load_thesaurus() for lemma in (word, *lemmas(word)))


@lru_cache(maxsize=5_000)
def origins(word: str) -> Mapping[str, float]:
    """Return the lemmas a lower-cased spun word can come from, by the lexicon, with ln P(original | spun)."""
    found: dict[str, float] = {}
    for lemma in dict.fromkeys((word, *lemmas(word))):
        for pos in load_thesaurus().parts_of_speech(lemma):
            for other in lexical_originals(lemma, pos):
                if other.log_probability >= LEAST_LOG:
                    found[other.lemma] = max(other.log_probability, found.get(other.lemma, -math.inf))
    return found


def origin_log(channel: SpinnerChannel, spun: str, original: str) -> float:
    """Return ln P(original | spun) of two lower-cased words by the lexicon; a row seen on pages counts as a sure one.

    Words that neither WordNet nor Moby relates count as unrelated.
    """
    if any(row.original == original and row.page_count for row in channel.originals(spun)):
        return _ROW_LOG
    if not _may_relate(spun, original):
        return -math.inf
    known = origins(spun)
    return max((known[lemma] for lemma in (original, *lemmas(original)) if lemma in known), default=-math.inf)


@lru_cache(maxsize=50_000)
def _may_relate(spun: str, original: str) -> bool:
    """Whether a thesaurus relates any lemmas of two words: asked first, because the lexicon takes its time."""
    moby = load_moby()
    pairs = [(a, b) for a in {spun, *lemmas(spun)} for b in {original, *lemmas(original)} if a != b]
    return any(moby.mentions(a, b) or moby.mentions(b, a) or related(a, b) for a, b in pairs)


def _contradicted(context: Context, channel: SpinnerChannel, core: Sequence[Token], fit: _Fit) -> bool:
    """Whether the text or a reference has the name as it stands, or another one that explains the odd word as well."""
    written = words_at(context, core, fit.place)
    odd = core[fit.place]
    own = context.parsed.text[odd.start : odd.end]
    if own[0].isupper() and written[own] > 1:
        return True
    return any(
        word[0].isupper()
        and word.lower() not in {odd.lower, fit.original}
        and origin_log(channel, odd.lower, word.lower()) >= LEAST_LOG
        for word in written
    )


def words_at(context: Context, core: Sequence[Token], place: int) -> Counter[str]:
    """Count the words that the text and the references have at one place of a phrase."""
    pattern = _phrase(r"(\w[\w-]*)" if n == place else re.escape(token.text) for n, token in enumerate(core))
    texts = [context.parsed.text, *(reference.parsed.text for reference in context.references)]
    found: Counter[str] = Counter()
    for number, text in enumerate(texts):
        for word in pattern.findall(text):
            found[word] += 1 if number == 0 else 2
    return found


def _telling(context: Context, core: Sequence[Token], fit: _Fit) -> Evidence | None:
    """Return the first place of a reference that has the whole name; None if none has it.

    None, too, if what stands in the text is written anywhere in a reference or listed ("east Berlin"): another name.
    """
    ours = [token.text for token in core]
    theirs = [fit.original if n == fit.place else word for n, word in enumerate(ours)]
    here, whole = (_phrase(map(re.escape, words), re.IGNORECASE) for words in (ours, theirs))
    given = (*context.references, *context.confirming)
    if load_case_table().look_up(" ".join(ours)).listed or any(here.search(r.parsed.text) for r in given):
        return None
    for reference in given:
        found = whole.search(reference.parsed.text)
        if found and found[0][0].isupper():
            return Evidence("reference", reference.id, found[0], STRONG_NAME, *found.span())
    return None


def _phrase(words: Iterable[str], flags: int = 0) -> re.Pattern[str]:
    """Return the pattern of a phrase, neither end of it inside another word, by those of its words."""
    return re.compile(rf"(?<!\w){' '.join(words)}(?!\w)", flags)


def _candidate(context: Context, core: Sequence[Token], fit: _Fit, opens: bool) -> Candidate:
    odd, parts = core[fit.place], [part for part in fit.name.form.split() if not part.endswith(".")]
    capital = odd.text[0].isupper() and not (opens and fit.place == 0)
    confirmed = any(w.lower() == fit.original for w in words_at(context, core, fit.place))
    telling = _telling(context, core, fit)
    features = {
        "names.completed": 1.0,
        "names.listed": fit.name.trust,
        "names.relation": fit.log - LEAST_LOG,
        "names.rivals": math.log1p(fit.rivals),
        "names.intact": float(len(core) - 2),
        "names.form": float(fit.form),
        "names.capital": float(capital),
        "names.bare": float(not capital and _is_bare(core, fit.place)),
        "names.person": float(fit.name.kind == "person"),
        "names.heard": float(confirmed),
        TOLD: float(telling is not None),
    }
    case = load_case_table().look_up(fit.name.form)
    features["names.share"] = case.share if case.form else 0.5 * fit.name.trust
    sure = fit.log >= _STRONG_LOG and not fit.form and (fit.name.trust == 1.0 or len(core) > 2)
    why = "is a form of" if fit.form else "can stand for"
    quote = f"{fit.name.form} is a listed name, and {odd.lower} {why} {fit.original}"
    evidence = Evidence("names", LISTED_NAMES, quote, STRONG_NAME if sure else _WEAK)
    changed = [n for n, token in enumerate(core) if token.text != parts[n]]
    run = core[changed[0] : changed[-1] + 1]
    edits = ((token.start, token.end, parts[n]) for n, token in enumerate(run, changed[0]))
    text = splice(context.parsed.text, edits, run[0].start, run[-1].end)
    known = {name: x for name, x in features.items() if x}
    return Candidate(run[0].start, run[-1].end, text, (evidence, *([telling] if telling else [])), known)
