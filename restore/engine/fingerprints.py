"""What names a setting by all that it stands for: settings, tables, an index, weights and versions."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from restore.config import Config, DictionarySettings
from restore.errors import ConfigError
from restore.languagetool.settings import LanguageToolSettings

_NO_RESULT = frozenset({"threads", "preset", "dictionary"})
"""Fields that change no result, or that others stand for."""
_OF_AN_INDEX = frozenset({"index", "same_event_min", "same_day_min", "same_event_days", "index_references"})


def config_fingerprint(config: Config) -> str:
    """Return twelve hexadecimal digits that name every setting that can change a result.

    Of `channels`, `index` and the files of the dictionary the content counts, not the names, of LanguageTool its
    version, of other packages' sources package and version; raises `ModelNotFoundError` if a table or the server is
    missing, `InputError` if the index is, `ConfigError` if a dictionary or the package of a source is.
    """
    from restore.language_model.weights import weights_fingerprint

    left_out = _NO_RESULT if config.index else _NO_RESULT | _OF_AN_INDEX
    fields = {k: v for k, v in msgspec.to_builtins(config).items() if k not in left_out}
    fields["min_confidence"] = config.threshold
    fields["sources"] = config.active_sources
    del fields["other_sources"]
    if config.other_sources:
        from restore.candidates.others import told_others

        fields["other_sources"] = told_others(config.other_sources)
    fields["second_opinion"] = weights_fingerprint() if config.second_opinion != "never" else ""
    fields["languagetool"] = _languagetool(config.languagetool) if "grammar" in config.active_sources else None
    if config.dictionary != DictionarySettings():
        fields["dictionary"] = _dictionary(config.dictionary)
    if config.index:
        from restore.references.index.store import index_fingerprint

        fields["index"] = index_fingerprint(config.index)
    if config.channels:
        from restore.channel.tables import table_sha256

        fields["channels"] = sorted({table_sha256(path) for path in config.channels})
    return sha256(msgspec.json.encode(fields, order="sorted")).hexdigest()[:12]


def _dictionary(settings: DictionarySettings) -> dict[str, Any]:
    """Return everything that can change a result, files by content; raises `ConfigError` for a missing one."""
    fields: dict[str, Any] = msgspec.to_builtins(settings)
    try:
        fields["files"] = [sha256(Path(path).read_bytes()).hexdigest() for path in settings.files]
    except OSError as error:
        raise ConfigError(f"cannot read the dictionary {error.filename}: {error.strerror}") from error
    return fields


def _languagetool(settings: LanguageToolSettings) -> dict[str, Any]:
    """Return every setting that can change a result, and the version of the server; it is asked for it."""
    from restore.languagetool.server import server_version

    fields = {k: v for k, v in msgspec.to_builtins(settings).items() if k not in {"url", "memory_mb", "enabled"}}
    for name in ("disabled_rules", "disabled_categories", "enabled_rules", "enabled_categories"):
        fields[name] = sorted(fields[name])
    return fields | {"version": server_version(settings)}


def on_this_machine(config: Config) -> Config:
    """Return a config in which `second_opinion` says what `auto` comes to on this machine, for work on others."""
    if config.second_opinion != "auto":
        return config
    from restore.language_model.weights import weights_fingerprint

    return config.replace(second_opinion="always" if weights_fingerprint() else "never")
