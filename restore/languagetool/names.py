"""Whether a server has the rules and categories that the user names: LanguageTool passes over those it has not."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections import Counter
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

from restore.errors import ConfigError
from restore.languagetool import server
from restore.languagetool.settings import OFF, LanguageToolSettings

_NUMBERED = re.compile(r"(.+)\[(\d+)\]")
_WORDS = re.compile(r".*(?:COMPOUNDS|REPLACE)(?:_[A-Z]+)?")
"""Rules that are lists of words: what they find has an id of its own, that of the rule and the word."""
_NEAR, _MOST = 0.6, 3
"""How alike (0 to 1) a name must be to be offered (difflib's usual bound), and how many are offered."""


class Names(NamedTuple):
    """What a server knows: how many parts each of its rules has, and its categories."""

    rules: Counter[str]
    categories: frozenset[str]


def check_names(settings: LanguageToolSettings, url: str) -> None:
    """Raise `ConfigError` if a rule or category of the settings is none of the server's, with the nearest ones.

    A server that does not list its rules is believed.
    """
    chosen = {
        "disabled_rules": settings.disabled_rules,
        "enabled_rules": settings.enabled_rules,
        "disabled_categories": tuple(set(settings.disabled_categories) - set(OFF)),
        "enabled_categories": settings.enabled_categories,
    }
    known = known_names(url, settings.language) if any(chosen.values()) else None
    if known is None:
        return
    for field, names in chosen.items():
        is_rule = field.endswith("rules")
        for name in sorted(names):
            fits = _is_rule(name, known.rules, field) if is_rule else name in known.categories
            if not fits:
                kind = "rule" if is_rule else "category"
                near = get_close_matches(name, list(known.rules if is_rule else known.categories), _MOST, _NEAR)
                hint = f": is it {' or '.join(near)}?" if near else ""
                raise ConfigError(
                    f"languagetool.{field}: {name!r} is no {kind} of LanguageTool for {settings.language}{hint}"
                )


def _is_rule(name: str, rules: Counter[str], field: str) -> bool:
    part = _NUMBERED.fullmatch(name)
    if part:
        return 1 <= int(part[2]) <= rules[part[1]]
    if name in rules:
        return True
    # Such an id can be switched off, but not on: then the server asks for the rule.
    return field == "disabled_rules" and any(name.startswith(f"{r}_") for r in rules if _WORDS.fullmatch(r))


@cache
def known_names(url: str, language: str) -> Names | None:
    """Ask a server for the names of its rules for a language; None if it does not tell."""
    query = urllib.parse.urlencode({"language": language})
    try:
        with server.opener().open(f"{url}/v2/configinfo?{query}", timeout=server.START_SECONDS) as answer:
            found: list[dict[str, Any]] = json.load(answer)["rules"]
            rules = Counter(str(rule["ruleId"]) for rule in found)
            categories = frozenset(str(rule["categoryId"]) for rule in found)
    except Exception:  # no such page, no JSON, nobody there: whoever checks a text next says so
        return None
    return Names(rules, categories) if rules else None
