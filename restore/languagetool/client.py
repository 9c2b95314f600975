"""What LanguageTool says of a text: matches with offsets into the Python string, paragraph by paragraph.

language-tool-python speaks to the server. It is asked for one paragraph (a line) at a time, so that what it says of a
paragraph depends on nothing else, a time-out costs one paragraph, and paragraphs that do not change from pass to pass
are asked for once. Whatever goes wrong with a paragraph gives no matches and a note.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from restore.errors import ConfigError, ModelNotFoundError
from restore.languagetool import server
from restore.languagetool.install import EXTRA, has_package
from restore.languagetool.names import check_names
from restore.languagetool.settings import LanguageToolSettings
from restore.text.characters import LINE_BREAKS

AT_ONCE = 2
"""Paragraphs that are with the server at the same time. By hand."""
_LONGEST = 10_000
"""Longer paragraphs are cut at a blank. By hand."""
_KEPT = 4000
"""Pieces of text whose matches are remembered. By hand."""
_GRACE = 5.0
"""Seconds that the package waits longer than we do, so that our own limit speaks. By hand."""
_PARAGRAPH = re.compile(f"[^{LINE_BREAKS}]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
SPELLING_RULES = ("MORFOLOGIK_", "HUNSPELL_")
_SERVER_TIMEOUT = "Checking took longer than"
_NO_PROXY = {"http": "", "https": ""}


class GrammarMatch(msgspec.Struct, frozen=True):
    """A complaint about `[start, end)` of the text as given: the rule, its category and issue, replacements."""

    start: int
    end: int
    rule: str
    category: str
    issue: str
    message: str
    replacements: tuple[str, ...]

    @property
    def is_spelling(self) -> bool:
        """Whether it is about a word that no dictionary has."""
        return self.rule.startswith(SPELLING_RULES)


class Checked(msgspec.Struct, frozen=True):
    """The matches of a text in its order; `notes` say which parts of it could not be checked, and why."""

    matches: tuple[GrammarMatch, ...]
    notes: tuple[str, ...] = ()


class LanguageToolClient:
    """Checks texts with the server of this process tree, or the one that the settings name; connects when first used.

    At the first text `check` raises `ModelNotFoundError` if there is no server, `ConfigError` if that has no such
    language, rule or category, and nothing afterwards: then it gives no matches, and notes.
    """

    def __init__(self, settings: LanguageToolSettings) -> None:
        self.settings = settings
        self._tool: Any = None
        self._url = ""
        self._known: OrderedDict[str, tuple[GrammarMatch, ...]] = OrderedDict()
        self._failed: dict[str, str] = {}
        self._gone = False

    def check(self, text: str) -> Checked:
        """Return the matches of a text."""
        return self.check_many([text])[0]

    def check_many(self, texts: Sequence[str]) -> list[Checked]:
        """Return the matches of several texts; paragraphs that stand in many of them are asked for once."""
        pieces = [list(_pieces(text)) for text in texts]
        asked = dict.fromkeys(piece for of_text in pieces for _, piece in of_text)
        found = self._ask(list(asked))
        checked = []
        for text, of_text in zip(texts, pieces, strict=True):
            matches = [_moved(m, start) for start, piece in of_text for m in found.get(piece, ())]
            notes = [
                _note(text, start, piece, self._failed[piece]) for start, piece in of_text if piece in self._failed
            ]
            checked.append(Checked(tuple(matches), tuple(notes)))
        return checked

    def take_notes(self) -> tuple[str, ...]:
        """Return what went wrong since the last call, each thing once; what failed may then be tried again."""
        counts = Counter(self._failed.values())
        self._failed.clear()
        return tuple(f"LanguageTool {why}: no matches for {number} paragraph(s)" for why, number in counts.items())

    @property
    def is_gone(self) -> bool:
        """Whether the server did not come back when it was last needed."""
        return self._gone

    @property
    def version(self) -> str:
        """The version of the server that is asked; raises `ModelNotFoundError` if there is none."""
        self._connect()
        return server.version_at(self._url)

    def _ask(self, pieces: Sequence[str]) -> dict[str, tuple[GrammarMatch, ...]]:
        """Return the matches of pieces, from memory where they were asked for before."""
        found = {piece: self._known[piece] for piece in pieces if piece in self._known}
        new = [piece for piece in pieces if piece not in found and piece not in self._failed]
        if new and self._tool is None:
            self._connect()
        # The package remembers the astral characters of the last text it saw, for all threads together.
        plain = [piece for piece in new if not _is_astral(piece)]
        if len(plain) > 1:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                answers = list(zip(plain, pool.map(self._answer, plain), strict=True))
        else:
            answers = [(piece, self._answer(piece)) for piece in plain]
        answers += [(piece, self._answer(piece)) for piece in new if _is_astral(piece)]
        for piece, answer in answers:
            answer = self._answer_again(piece) if answer is None else answer
            if isinstance(answer, str):
                self._failed[piece] = answer
            else:
                found[piece] = answer
        self._remember(found)
        return found

    def _remember(self, found: dict[str, tuple[GrammarMatch, ...]]) -> None:
        for piece, matches in found.items():
            self._known[piece] = matches
            self._known.move_to_end(piece)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)

    def _answer(self, piece: str) -> tuple[GrammarMatch, ...] | str | None:
        """Return the matches of a piece, why there are none, or None if the server is gone."""
        from requests import ConnectionError, Timeout

        try:
            raw = self._tool.check(_SURROGATE.sub("\ufffd", piece))
            self._gone = False
            return tuple(_matches(piece, raw))
        except Exception as error:  # whatever it is, it concerns one piece of one text
            cause = error.__cause__
            if isinstance(cause, Timeout) or _SERVER_TIMEOUT in str(error):
                return f"took longer than {self.settings.seconds:g} seconds"
            if isinstance(cause, ConnectionError):
                return None
            said = " ".join(str(error).split())[:160]
            return f"could not check it: {type(error).__name__}: {said}"

    def _answer_again(self, piece: str) -> tuple[GrammarMatch, ...] | str:
        """Ask once more after the server died, when its watchdog has started it again."""
        if self._gone and not server.is_healthy(self._url):
            return "is gone"
        self._gone = not self._comes_back()
        answer = None if self._gone else self._answer(piece)
        if answer is None and not self._gone:
            return "died while it was checking it"
        return "is gone" if answer is None else answer

    def _comes_back(self) -> bool:
        """Wait for a server of our own to be started again; look once for another's."""
        if not server.is_ours(self._url):
            time.sleep(min(1.0, self.settings.seconds))
            return server.is_healthy(self._url)
        try:
            if server.start(self.settings) != self._url:
                self._connect()
        except (ModelNotFoundError, ConfigError):
            return False
        return True

    def _connect(self) -> None:
        """Find or start the server; raises `ModelNotFoundError`, or `ConfigError` for what it has not."""
        if not has_package():
            raise ModelNotFoundError(f"LanguageTool needs the package language-tool-python: run `{EXTRA}`")
        self._url = server.start(self.settings)
        server.version_at.cache_clear()
        server.version_at(self._url)
        import language_tool_python

        proxies = _NO_PROXY if server.is_ours(self._url) else None
        try:
            tool: Any = language_tool_python.LanguageTool(
                self.settings.language, remote_server=self._url, proxies=proxies
            )
        except ValueError as error:
            raise ConfigError(f"languagetool.language: LanguageTool has no {self.settings.language!r}") from error
        except Exception as error:
            raise ModelNotFoundError(server.no_server(self._url, error)) from error
        tool._TIMEOUT = self.settings.seconds + _GRACE  # the package has no other way to set it
        check_names(self.settings, self._url)
        self._set_rules(tool)
        self._tool = tool

    def _set_rules(self, tool: Any) -> None:
        chosen = self.settings
        tool.enabled_rules = set(chosen.enabled_rules)
        tool.enabled_categories = set(chosen.enabled_categories)
        tool.enabled_rules_only = chosen.enabled_only
        if not chosen.enabled_only:
            tool.disabled_rules = set(chosen.disabled_rules)
            tool.disabled_categories = set(chosen.disabled_categories)
        tool.picky = chosen.picky


def utf16_end(text: str, start: int, length: int) -> int:
    """Return the end of a range of `length` UTF-16 units that begins at a code point.

    LanguageTool counts UTF-16 units; language-tool-python converts the offsets of its matches, but not their lengths.
    """
    end = start
    while length > 0 and end < len(text):
        length -= 2 if ord(text[end]) > 0xFFFF else 1
        end += 1
    return end


def _matches(piece: str, raw: Iterable[Any]) -> Iterator[GrammarMatch]:
    """Take over the matches whose offsets agree with the words that LanguageTool quotes."""
    for one in raw:
        start = int(one.offset)
        end = utf16_end(piece, start, int(one.error_length))
        if 0 <= start < end <= len(piece) and _agrees(one, _SURROGATE.sub("\ufffd", piece[start:end])):
            replacements = tuple(str(r) for r in one.replacements)
            yield GrammarMatch(start, end, one.rule_id, one.category, one.rule_issue_type, one.message, replacements)


def _agrees(raw: Any, words: str) -> bool:
    """Return whether the context of a match has these words at its place; a context that cannot be cut says nothing."""
    units = str(raw.context).encode("utf-16-le", "surrogatepass")
    first = 2 * int(raw.offset_in_context)
    quoted = units[first : first + 2 * int(raw.error_length)].decode("utf-16-le", "replace")
    return quoted.split() == words.split() or len(quoted) < len(words)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text in paragraphs that hold a letter, long ones at a blank; give them with where they begin."""
    for found in _PARAGRAPH.finditer(text):
        start, end = found.span()
        while start < end:
            cut = end
            if end - start > _LONGEST:
                blank = text.rfind(" ", start + 1, start + _LONGEST)
                cut = blank if blank > start else start + _LONGEST
            piece = text[start:cut]
            if any(c.isalpha() for c in piece):
                yield start, piece
            start = cut


def _is_astral(piece: str) -> bool:
    return bool(piece) and max(piece) > "\uffff"


def _moved(match: GrammarMatch, by: int) -> GrammarMatch:
    return msgspec.structs.replace(match, start=match.start + by, end=match.end + by)


def _note(text: str, start: int, piece: str, why: str) -> str:
    words = json.dumps(piece[:40])
    return f"LanguageTool {why}: characters {start} to {start + len(piece)} of {len(text)}, {words}"
