"""Everything a batch run is told; plain JSON on the wire to worker processes, Ray actors and Spark executors."""

from __future__ import annotations

from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from restore.config import Config
from restore.engine.fingerprints import config_fingerprint
from restore.errors import ConfigError
from restore.reading.records import Fields
from restore.runtime.decoding import from_json
from restore.runtime.tables import engine_fingerprint

if TYPE_CHECKING:
    from restore.restorer import Restorer

ENGINE = "restore.restorer:Restorer"
WORDS_PER_TIMEOUT = 1_000
"""Words of a document for which the setting `timeout` holds; a longer one has more time in proportion. By hand: few
news articles are longer."""
OutputForm = Literal["rows", "sidecar"]
Format = Literal["auto", "jsonl", "jsonl.gz", "jsonl.zst", "parquet", "csv"]
FORMATS: tuple[Format, ...] = ("auto", "jsonl", "jsonl.gz", "jsonl.zst", "parquet", "csv")
# Which rows a shard holds, its name and its fingerprint of them say; the others change no result.
_NO_RESULT = ("timeout", "memory_mb", "attempts", "recycle", "limit", "sample", "shard_rows", "format")


class BatchSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to restore rows; `to_json` and `from_json` carry it anywhere."""

    config: Config = Config()
    """The settings of the engine; its `cascade` says which documents are passed through."""
    fields: Fields = Fields()
    """Under which names the columns of a row are looked for."""
    output: OutputForm = "rows"
    """`rows`: every input column and the new ones; `sidecar`: the id and the plan of each row, without texts."""
    format: Format = "auto"
    """How shards are written; `auto` takes the form of the input."""
    reference_folder: str = ""
    """A folder that holds the references of each document under its id; see `restore.batch.references`."""
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 600.0
    """Seconds for a document of up to 1,000 words; a longer one has more in proportion."""
    memory_mb: Annotated[int, msgspec.Meta(ge=0)] = 0
    """The most memory (MB) that a worker process may take; 0 is its share of the machine's."""
    attempts: Annotated[int, msgspec.Meta(ge=1)] = 3
    """A document whose worker has died so often is quarantined."""
    recycle: Annotated[int, msgspec.Meta(ge=0)] = 2_000
    """A worker process is replaced after so many documents, so that its memory cannot grow for ever; 0 is never."""
    shard_rows: Annotated[int, msgspec.Meta(ge=1)] = 1_000
    """Rows of a shard, at most."""
    limit: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Only the first rows; 0 is all."""
    sample: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Only this share of the rows, chosen by their content: the same ones each time."""
    engine: str = ENGINE
    """`module:factory` of what makes a restorer out of the config; tests put another one here."""

    def to_json(self) -> bytes:
        """Return the settings as one JSON object."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, data: str | bytes) -> BatchSettings:
        """Read what `to_json` wrote; raises `ConfigError` if it is no such thing."""
        try:
            return from_json(data, cls)
        except (msgspec.MsgspecError, ValueError) as error:
            raise ConfigError(f"these are no batch settings: {error}") from error

    def replace(self, **changes: Any) -> BatchSettings:
        """Return a copy with some fields changed; raises `ConfigError` for an unknown field or a bad value."""
        try:
            return msgspec.convert({**msgspec.to_builtins(self), **msgspec.to_builtins(changes)}, type=BatchSettings)
        except msgspec.ValidationError as error:
            raise ConfigError(f"bad batch setting: {error}") from error

    def make_restorer(self) -> Restorer:
        """Make the engine; raises `ConfigError` if its factory cannot be imported."""
        module, _, name = self.engine.partition(":")
        try:
            factory = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise ConfigError(f"the engine {self.engine} cannot be loaded: {error}") from error
        config = self.config if self.config.threads else self.config.replace(threads=1)  # a worker is a core's
        made: Restorer = factory(config)
        return made

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that name every setting that can change what is written for a row.

        Raises `ModelNotFoundError` or `InputError` like `config_fingerprint`, `InputError` for a missing folder of
        references.
        """
        fields = {k: v for k, v in msgspec.to_builtins(self).items() if k not in _NO_RESULT}
        fields["config"] = config_fingerprint(self.config)
        if self.reference_folder:
            from restore.batch.references import folder_fingerprint

            fields["reference_folder"] = folder_fingerprint(self.reference_folder)
        return sha256(msgspec.json.encode(fields, order="sorted")).hexdigest()[:12]

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that name the tables, the weights and the versions a result depends on."""
        return engine_fingerprint("", self.config.spacy_pipeline)

    def seconds(self, characters: int) -> float:
        """Return the time-out (seconds) of a document of so many characters, at five or six a word."""
        return self.timeout * max(1.0, characters / (6 * WORDS_PER_TIMEOUT))
