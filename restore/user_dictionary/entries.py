"""The entries of user dictionaries, from the config and from files, checked one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from restore.config import SOURCES, DictionarySettings
from restore.errors import ConfigError
from restore.records import EvidenceKind
from restore.text.characters import LINE_BREAKS

ARROW = " -> "
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PREFERRED_PATTERN = re.compile(r"/(?P<pattern>.+?)(?<!\\)/\s*->(?P<template>.*?)(?:\s+#.*)?$")
_KEPT_PATTERN = re.compile(r"/(?P<pattern>.+)/(?:\s+#.*)?$")
_OTHER_ARROW = re.compile(r"=>|[→⇒➔➜]")
_BREAK = re.compile(f"[{LINE_BREAKS}]")
_GRAMMAR_RULE = re.compile(r"[A-Z][A-Z0-9_]{3,}(?:\[\d+\])?")
_TYPES = frozenset(
    {
        *("ADJ", "ADJ:FORM", "ADV", "CASE", "CONJ", "CONTR", "DET", "ENCODING", "MORPH", "NOUN", "NOUN:INFL"),
        *("NOUN:NUM", "NOUN:POSS", "ORTH", "OTHER", "PART", "PREP", "PRON", "PUNCT", "SPELL", "UNK", "VERB"),
        *("VERB:FORM", "VERB:INFL", "VERB:SVA", "VERB:TENSE", "WO"),
    }
)
"""ERRANT's types (Bryant et al. 2017), and ENCODING; CASE is what changes capitals only."""
NAMED_RULES = frozenset({*SOURCES, *get_args(EvidenceKind)}) - {"ranker", "language-model", "dictionary"}
"""Candidate sources and kinds of evidence that a rule can name."""


@dataclass(frozen=True)
class Entries:
    """What a user wants left alone and preferred; in the order given."""

    keep: list[str] = field(default_factory=list)
    keep_patterns: list[str] = field(default_factory=list)
    keep_rules: list[str] = field(default_factory=list)
    prefer: list[tuple[str, str]] = field(default_factory=list)
    prefer_words: list[str] = field(default_factory=list)
    prefer_patterns: list[tuple[str, str]] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    """Where the patterns of files stand: file and line."""


def read_entries(settings: DictionarySettings) -> Entries:
    """Gather and check the entries of the settings and their files; raises `ConfigError` naming a bad one."""
    found = Entries()
    for word in settings.keep:
        found.keep.append(_words(word))
    found.keep_patterns.extend(settings.keep_patterns)
    for rule in settings.keep_rules:
        found.keep_rules.append(_rule(rule))
    for entry in settings.prefer:
        found.prefer.append(_preference(entry))
    for word in settings.prefer_words:
        found.prefer_words.append(_words(word))
    for entry in settings.prefer_patterns:
        found.prefer_patterns.append(_template(*_divide(entry)))
    for path in dict.fromkeys(settings.files):
        for number, line in _lines(path):
            try:
                _read_line(line, found, f"{path}, line {number}")
            except ConfigError as error:
                raise ConfigError(f"{path}, line {number}: {error}") from error
    _check_contradictions(found)
    return found


def _read_line(line: str, found: Entries, place: str) -> None:
    """Read one line of a dictionary file: a word, /a pattern/, wrong -> right, +a preferred word, or !a rule."""
    if line[0] == "/":
        _read_pattern(line, found, place)
        return
    sign, entry = "", _COMMENT.sub("", line).strip()
    if line[0] == "\\":  # what begins with a sign of this format
        entry = line[1:2] + _COMMENT.sub("", line[2:]).rstrip()
        if not entry:
            raise ConfigError("nothing follows the backslash: leave the line out")
    elif entry[:1] in {"!", "+"}:
        sign, entry = entry[0], entry[1:].strip()
    if sign == "!":
        found.keep_rules.append(_rule(entry))
    elif sign == "+":
        found.prefer_words.append(_words(entry))
    elif _divided(entry):
        found.prefer.append(_preference(entry))
    elif _OTHER_ARROW.search(entry):
        raise ConfigError(f"the entry {entry!r} has an arrow of another form: write it as 'wrong -> right'")
    elif entry:
        found.keep.append(_words(entry))


def _read_pattern(line: str, found: Entries, place: str) -> None:
    pattern = _PREFERRED_PATTERN.match(line) or _KEPT_PATTERN.match(line)
    if pattern is None:
        raise ConfigError(
            f"the pattern {line!r} is not closed, or something but -> follows it: write /pattern/ or"
            " /pattern/ -> template, or a backslash before the first / of words"
        )
    found.places.setdefault(pattern["pattern"], place)
    if "template" not in pattern.groupdict():
        found.keep_patterns.append(pattern["pattern"])
    else:
        found.prefer_patterns.append(_template(pattern["pattern"], pattern["template"].strip()))


def _lines(path: str) -> Iterator[tuple[int, str]]:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"cannot read the dictionary {path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigError(f"the dictionary {path} is not UTF-8: save it as UTF-8 text") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line.strip()


def _words(entry: str) -> str:
    words = " ".join(entry.split())
    if not any(c.isalnum() for c in words):
        raise ConfigError(f"the dictionary entry {entry!r} has no word in it: use a pattern for marks")
    return words


def _divide(entry: str) -> tuple[str, str]:
    sides = _divided(entry)
    if sides is None:
        raise ConfigError(f"the preference {entry!r} has no arrow: write it as 'wrong -> right'")
    return sides


def _divided(entry: str) -> tuple[str, str] | None:
    """Return the sides of the last arrow, which needs no blank before it if it is the only one; None without any."""
    wrong, arrow, right = entry.rpartition(ARROW.rstrip())
    if not arrow:
        wrong, arrow, right = entry.rpartition(ARROW.strip())
    return (wrong, right.removeprefix(" ")) if arrow else None


def _preference(entry: str) -> tuple[str, str]:
    wrong, right = (" ".join(side.split()) for side in _divide(entry))
    if not right:
        raise ConfigError(
            f"the preference {entry!r} does not say what should stand there; a pattern may take words out"
        )
    if _words(wrong) == _words(right):
        raise ConfigError(f"the preference {entry!r} changes nothing: leave it out")
    return wrong, right


def _template(pattern: str, template: str) -> tuple[str, str]:
    if _BREAK.search(template) or "\\n" in template or "\\r" in template:
        raise ConfigError(f"the preference {pattern + ARROW + template!r} writes a line end: lines stay as they are")
    return pattern, template


def _rule(rule: str) -> str:
    """Return a rule if it can be one; raises `ConfigError` with the nearest name otherwise."""
    if rule in NAMED_RULES or (_GRAMMAR_RULE.fullmatch(rule) and rule not in _TYPES) or rule.startswith("source:"):
        return rule
    if rule.startswith("kind:"):
        operation, _, name = rule[5:].partition(":")
        if operation in {"R", "M", "U"} and (not name or name in _TYPES):
            return rule
        raise ConfigError(
            f"the rule {rule!r} names no kind of correction: write kind:R, kind:M or kind:U, alone or with one of"
            f" {', '.join(sorted(_TYPES))}, such as kind:R:ORTH"
        )
    if ">" in rule and rule.partition(">")[0].strip():
        return rule
    near = get_close_matches(rule, NAMED_RULES, 1)
    hint = f"; is it {near[0]!r}?" if near else ""
    raise ConfigError(
        f"the rule {rule!r} is unknown{hint} (a rule is one of {', '.join(sorted(NAMED_RULES))}; kind:R:ORTH for a kind"
        " of correction; source:NAME for what an explanation names as a source; shrub>Bush for one replacement; or the"
        " id of a LanguageTool rule)"
    )


def _check_contradictions(found: Entries) -> None:
    rights: dict[str, str] = {}
    valid = set(found.prefer_words)
    for wrong, right in found.prefer:
        if rights.setdefault(wrong, right) != right:
            raise ConfigError(f"{wrong!r} has two preferred replacements, {rights[wrong]!r} and {right!r}: keep one")
        if wrong in valid:
            raise ConfigError(
                f"{wrong!r} is both a preferred word and one to replace by {right!r}: keep one of the two"
            )
