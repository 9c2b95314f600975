"""spaCy's reading of a text as plain, frozen tokens: sentences, tags, dependencies, entities, protected spans."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from sys import intern
from typing import TYPE_CHECKING

from restore.errors import ConfigError, ModelNotFoundError
from restore.records import Span
from restore.runtime.recent import Recent
from restore.text.languages import ENGLISH
from restore.text.word_lists import MONTHS, ORDINALS, TENS, UNITS, WEEKDAYS

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

_LOG = logging.getLogger(__name__)
_BLOCK = re.compile(r"[^\r\n]+")
_BLOCK_LIMIT = 20_000
"""Characters that spaCy reads at once, of a line without end. By hand: far beyond any paragraph; spaCy's own guide is 1
GB of memory for 100,000 characters, so these take some 200 MB."""
_NEW_STRINGS = 20_000
"""So many strings spaCy may add to those of its pipeline (85,000 in the small English one) before it forgets the new
ones of a text behind it. By hand: its tokeniser keeps 10,000 chunks at most, which are known by then; they take 15 MB.
"""
_LEMMAS = 50_000
"""So many lemmas spaCy's lemmatiser may keep before it starts anew. By hand, as many as the caches of `morphology`."""
_KEPT_LINES = 100_000
"""Characters of the lines whose parses are kept: thirty articles, some 7 MB; by hand. The passes over a text change a
few of its lines, and spaCy finds the same in a line bit for bit, whatever it reads beside it."""
_RUN = re.compile(r"\S{400}(?=\S)")
"""No word or address is that long; twice the length costs little more. Chosen by hand."""
_NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LANGUAGE"})
FIGURE_ENTITIES = frozenset({"DATE", "TIME", "PERCENT", "MONEY", "QUANTITY", "ORDINAL", "CARDINAL"})
NUMBER_WORD = re.compile(
    rf"(?i)(?:{'|'.join((*ORDINALS, *UNITS, *TENS, *MONTHS, *WEEKDAYS))}|eleventh|twelfth|\w+(?:teen|ie)th|\w+teen|"
    r"hundreds?|thousands?|millions?|billions?|trillions?|dozens?|half|quarter)"
)
_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S+|(?<!\S)\S[^\s@]*@\S+\.\w+|(?<!\w)[@#]\w+")
"""Addresses begin where a run of signs does and have its first @: one try a run, or "@a@a@a" takes cubic time."""
_QUOTED = re.compile(r"“[^“”\r\n]{2,}”|\"[^\"\r\n]{2,}\"|«[^«»\r\n]{2,}»")


def has_digit(word: str) -> bool:
    """Return whether a digit is among the characters of a word."""
    return not word.isalpha() and any(map(str.isdigit, word))


def is_word(text: str) -> bool:
    """Return whether a token is made of letters (apostrophes, hyphens and points allowed)."""
    return text[:1].isalpha() or (len(text) > 1 and text[1].isalpha())


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its place in the text, its spaCy analysis, and the token indices of its head and sentence."""

    index: int
    start: int
    end: int
    text: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    entity: str
    sentence: int

    @property
    def lower(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters (apostrophes, hyphens and points allowed)."""
        return is_word(self.text)

    @property
    def is_name(self) -> bool:
        """Whether spaCy holds it for a name, or part of one, and it is written like one."""
        return self.text[:1].isupper() and (self.entity in _NAMES or self.pos == "PROPN")

    @property
    def is_figure(self) -> bool:
        """Whether it holds a digit, or is a number word or a part of a date."""
        if has_digit(self.text):
            return True
        return (self.entity in FIGURE_ENTITIES or self.pos == "NUM") and NUMBER_WORD.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its characters `[start, end)` and its tokens `[first, last)`."""

    index: int
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True)
class ParsedText:
    """A text with its tokens and sentences in order; line ends always end a sentence, white space is in no token."""

    text: str
    tokens: tuple[Token, ...]
    sentences: tuple[Sentence, ...]

    def sentence_tokens(self, sentence: Sentence) -> tuple[Token, ...]:
        """Return the tokens of one sentence."""
        return self.tokens[sentence.first : sentence.last]

    def tokens_between(self, start: int, end: int) -> tuple[Token, ...]:
        """Return the tokens that lie wholly or partly in the characters `[start, end)`."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self._starts, end)
        return self.tokens[first:last]

    def beside(self, tokens: Sequence[Token]) -> tuple[Token | None, Token | None]:
        """Return the tokens before and after a run of tokens of one sentence; None at the sentence's borders."""
        sentence = self.sentences[tokens[0].sentence]
        first, last = tokens[0].index, tokens[-1].index + 1
        before = self.tokens[first - 1] if first > sentence.first else None
        return before, self.tokens[last] if last < sentence.last else None

    @cached_property
    def _starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def _ends(self) -> list[int]:
        return [token.end for token in self.tokens]

    @cached_property
    def quotations(self) -> tuple[Span, ...]:
        """The quoted passages, marks included, two characters or more between the marks."""
        return tuple(Span(*match.span()) for match in _QUOTED.finditer(self.text))

    @cached_property
    def links(self) -> tuple[Span, ...]:
        """URLs, e-mail addresses, handles and hash tags."""
        return tuple(Span(*match.span()) for match in _LINK.finditer(self.text))

    def in_link(self, start: int, end: int) -> bool:
        """Return whether the characters `[start, end)` touch a link."""
        near = bisect_left(self._link_ends, start + 1)
        return near < len(self.links) and self.links[near].start < end

    @cached_property
    def _link_ends(self) -> list[int]:
        return [span.end for span in self.links]

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """How often each lower-cased word stands in the text."""
        counts: dict[str, int] = {}
        for token in self.tokens:
            if token.is_word:
                counts[token.lower] = counts.get(token.lower, 0) + 1
        return counts


def _letters(line: str, _: ParsedText) -> int:
    return len(line)


class Parser:
    """A spaCy pipeline, loaded at the first text."""

    def __init__(self, pipeline: str = ENGLISH.pipeline) -> None:
        self.pipeline = pipeline
        self._kept = Recent[str, ParsedText](_KEPT_LINES, _letters)
        self._lock = threading.Lock()  # what is forgotten behind one text may be in use by the text of another thread
        self._strings: int | None = None  # how many the pipeline came with

    @cached_property
    def language(self) -> Language:
        """The pipeline itself, loaded once.

        Raises `ModelNotFoundError` if it is not installed, `ConfigError` if it lacks a component.
        """
        import spacy

        _LOG.info("loading the spaCy pipeline %s", self.pipeline)
        try:
            nlp = spacy.load(self.pipeline)
        except OSError as error:
            raise ModelNotFoundError(
                f"the spaCy pipeline {self.pipeline!r} is not installed: run"
                f" `pip install {self.pipeline.replace('_', '-')}`, or name another as `spacy_pipeline` in the config"
            ) from error
        missing = {"tagger", "parser", "ner", "lemmatizer"} - set(nlp.pipe_names)
        if missing:
            raise ConfigError(f"the spaCy pipeline {self.pipeline!r} lacks {', '.join(sorted(missing))}")
        return nlp

    def parse(self, text: str) -> ParsedText:
        """Parse a text of any content and length, line by line, so that memory stays bounded."""
        return next(iter(self.parse_many([text])))

    def tokenise(self, text: str) -> list[tuple[int, int]]:
        """Return where the tokens of a text lie, as `parse` finds them, without parsing: `[start, end)` of each."""
        found = []
        with self._forgetful() as language:
            for start, end in _blocks(text):
                doc = language.make_doc(_spacy_safe(text[start:end]))
                found += [(start + t.idx, start + t.idx + len(t)) for t in doc if not t.is_space]
        return found

    def parse_many(self, texts: Iterable[str]) -> Iterable[ParsedText]:
        """Parse several texts; each is read line by line."""
        for text in texts:
            blocks = list(_blocks(text))
            readable = [_spacy_safe(text[start:end]) for start, end in blocks]
            with self._forgetful() as language:
                lines = {line: parsed for line in readable if (parsed := self._kept.get(line))}
                new = [line for line in dict.fromkeys(readable) if line not in lines]
                for line, doc in zip(new, language.pipe(new, batch_size=64), strict=True):
                    lines[line] = _parsed_line(line, doc)
                    self._kept.put(line, lines[line])
            yield _joined(text, ((start, lines[line]) for (start, _), line in zip(blocks, readable, strict=True)))

    @contextlib.contextmanager
    def _forgetful(self) -> Iterator[Language]:
        """Lend the pipeline for one text, no doc of which may be used afterwards.

        spaCy keeps every string that it has ever read: rubbish would fill the memory of a process that reads for weeks.
        The first new ones stay (most come again, and its tokeniser is quicker for it), later ones go with their text.
        """
        with self._lock:
            language = self.language
            if self._strings is None:
                self._strings = len(language.vocab.strings)
            lemmas = getattr(language.get_pipe("lemmatizer"), "cache", None)
            if isinstance(lemmas, dict) and len(lemmas) > _LEMMAS:
                lemmas.clear()
            full = len(language.vocab.strings) > self._strings + _NEW_STRINGS
            with language.memory_zone() if full else contextlib.nullcontext():
                yield language


def parsed_doc(doc: Doc) -> ParsedText | None:
    """Return the parse that a doc of the very pipeline of a `Parser` is; None unless its text is read in one piece.

    A text of several lines is none: the pipeline reads it as a whole, where `Parser` reads line by line.
    """
    text = doc.text
    return _collect(text, [(0, doc)]) if list(_blocks(text)) == [(0, len(text))] else None


def _blocks(text: str) -> Iterable[tuple[int, int]]:
    """Cut a text at line ends, very long lines at white space, and what has no white space for long in the middle.

    spaCy's tokeniser looks for affixes at every letter of such a run: its time is quadratic in the run's length.
    """
    for match in _BLOCK.finditer(text):
        start, end = match.span()
        while end - start > _BLOCK_LIMIT:
            cut = max(text.rfind(" ", start, start + _BLOCK_LIMIT), start + _BLOCK_LIMIT // 2)
            yield from _without_runs(text, start, cut)
            start = cut
        yield from _without_runs(text, start, end)


def _without_runs(text: str, start: int, end: int) -> Iterable[tuple[int, int]]:
    for run in _RUN.finditer(text, start, end):
        yield start, run.end()
        start = run.end()
    if text[start:end].strip():
        yield start, end


def _spacy_safe(block: str) -> str:
    """Replace what spaCy cannot encode (lone surrogates), keeping every offset."""
    return re.sub(r"[\ud800-\udfff]", "\ufffd", block)


def _collect(text: str, docs: Iterable[tuple[int, Doc]]) -> ParsedText:
    return _joined(text, ((offset, _parsed_line(doc.text, doc)) for offset, doc in docs))


def _parsed_line(line: str, doc: Doc) -> ParsedText:
    """Return what a doc says, without white space; the names of classes are shared by all lines."""
    number = {t.i: n for n, t in enumerate(t for t in doc if not t.is_space)}
    tokens: list[Token] = []
    sentences: list[Sentence] = []
    for sent in doc.sents:
        inside = [t for t in sent if not t.is_space]
        if not inside:
            continue
        tokens += [
            Token(
                index=number[t.i],
                start=t.idx,
                end=t.idx + len(t),
                text=t.text,
                lemma=t.lemma_.lower() or t.text.lower(),
                pos=intern(t.pos_),
                tag=intern(t.tag_),
                dep=intern(t.dep_),
                head=number.get(t.head.i, number[t.i]),
                entity=intern(t.ent_type_),
                sentence=len(sentences),
            )
            for t in inside
        ]
        first = number[inside[0].i]
        sentences.append(Sentence(len(sentences), tokens[first].start, tokens[-1].end, first, len(tokens)))
    return ParsedText(line, tuple(tokens), tuple(sentences))


def _joined(text: str, lines: Iterable[tuple[int, ParsedText]]) -> ParsedText:
    """Put the lines of a text together, each of which begins at a character."""
    tokens: list[Token] = []
    sentences: list[Sentence] = []
    for offset, line in lines:
        before, above = len(tokens), len(sentences)
        for token in line.tokens:
            start, end = offset + token.start, offset + token.end
            tokens.append(
                replace(
                    token,
                    index=before + token.index,
                    start=start,
                    end=end,
                    text=text[start:end],  # what spaCy cannot encode stands here as it is
                    head=before + token.head,
                    sentence=above + token.sentence,
                )
            )
        sentences += [
            Sentence(above + s.index, offset + s.start, offset + s.end, before + s.first, before + s.last)
            for s in line.sentences
        ]
    return ParsedText(text, tuple(tokens), tuple(sentences))
