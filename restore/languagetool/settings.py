"""The part of the config that is about LanguageTool."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from restore.errors import ConfigError, check_range
from restore.text.languages import ENGLISH

_RANGES = {"replacements": (1, 10), "memory_mb": (256, 16_384), "seconds": (1, 600)}
"""By hand."""
OFF = ("TYPOGRAPHY", "PUNCTUATION", "STYLE", "REDUNDANCY", "PLAIN_ENGLISH")
"""The categories that are off unless the config says otherwise."""
_NAME = re.compile(r"(?=.*[A-Z])[A-Za-z0-9_-]+(?:\[\d+\])?")
"""What an id of LanguageTool looks like; one without any capital is none."""


class LanguageToolSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How LanguageTool is asked; raises `ConfigError` for values out of range.

    Rule ids and categories are LanguageTool's own, as the explanation of a correction shows them.
    """

    enabled: bool = False
    """Whether it is asked at all: it needs Java and an extra."""
    url: str = ""
    """A server that runs elsewhere, such as http://localhost:8081; empty: RESTORE_LANGUAGETOOL_URL, or our own."""
    language: str = ENGLISH.grammar
    """The variety of English; plain "en" knows no spelling."""
    disabled_rules: tuple[str, ...] = ()
    disabled_categories: tuple[str, ...] = OFF
    """Matters of taste and commas are off: no spinner damages them, and clean text breaks their rules as often."""
    enabled_rules: tuple[str, ...] = ()
    """Rules that are off by default, or with `enabled_only` those to ask."""
    enabled_categories: tuple[str, ...] = ()
    enabled_only: bool = False
    """Ask only the enabled rules and categories; the disabled ones are not looked at."""
    picky: bool = False
    """Also the rules that LanguageTool calls picky."""
    replacements: Annotated[int, msgspec.Meta(ge=1, le=10)] = 3
    """The most replacements of one match that become candidates."""
    memory_mb: Annotated[int, msgspec.Meta(ge=256, le=16_384)] = 768
    """Memory of our own server (-Xmx); below 512 long texts fail."""
    seconds: Annotated[float, msgspec.Meta(ge=1, le=600)] = 20.0
    """A paragraph that takes longer gives no matches, and a note."""

    def __post_init__(self) -> None:
        """Check what no file was read for, and what belongs together; raises `ConfigError`."""
        for name, (least, most) in _RANGES.items():
            check_range(f"languagetool.{name}", getattr(self, name), least, most)
        if self.enabled_only and not (self.enabled_rules or self.enabled_categories):
            raise ConfigError("languagetool.enabled_only needs enabled_rules or enabled_categories")
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ConfigError(f"languagetool.url must begin with http:// or https://, not {self.url!r}")
        for field in ("disabled_rules", "enabled_rules", "disabled_categories", "enabled_categories"):
            _check_names(field, getattr(self, field))


def _check_names(field: str, names: tuple[str, ...]) -> None:
    """Raise `ConfigError` for what no id can be; whether there is such a one the server says (`names.check_names`)."""
    for name in names:
        if not _NAME.fullmatch(name):
            meant = name.strip().upper().replace(" ", "_")
            hint = f": is it {meant}?" if _NAME.fullmatch(meant) else ""
            raise ConfigError(
                f"languagetool.{field}: {name!r} is no id of LanguageTool{hint} (ids are capitals, one a string)"
            )
