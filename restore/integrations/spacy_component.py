"""A component of spaCy, found by its entry point: `nlp.add_pipe("restore", config={"preset": "balanced"})`.

What it sets travels with the doc (`Doc.to_bytes`, `DocBin`, `nlp.pipe` over several processes): the restoration and the
references are kept as JSON and plain values in `Doc.user_data`, and made records again where they are asked for.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
from spacy.language import Language
from spacy.tokens import Doc, Span

from restore.config import Config
from restore.errors import ConfigError
from restore.records import Alternative, Correction, Document, Reference, Restoration
from restore.restorer import Restorer
from restore.runtime.decoding import from_json
from restore.text.languages import LANGUAGES
from restore.text.parsing import parsed_doc

KEY = "restore"
"""The name of the factory and of the group in `doc.spans`."""
_RESTORATION, _REFERENCES = "restore.restoration", "restore.references"
_DISTRIBUTION = "restore-text"
_NEEDED = ("TAG", "POS", "LEMMA", "DEP", "ENT_IOB")
_LANGUAGES = (*LANGUAGES, "xx")
_SETTINGS = "config.json"


class RestoreComponent:
    """Restores the text of each doc; the doc keeps its text, and gets the restoration beside it."""

    def __init__(self, nlp: Language | None, config: Config) -> None:
        self.config = config
        self._nlp = nlp
        self._restorer: Restorer | None = None
        self._process = 0
        self._serves: bool | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Restore one doc; what is wrong with its text or a reference becomes the `error` of the restoration.

        Raises `ModelNotFoundError` for a missing model or table, `ConfigError` for a wrong dictionary.
        """
        restorer = self._ready()
        parsed = parsed_doc(doc) if self._is_parse(doc, restorer) else None
        if parsed is not None:
            restorer.keep_parse(parsed)
        given = doc._.references or ()
        references = [given] if isinstance(given, str | Reference) else given
        named = tuple(Reference(f"reference {n}", r) if isinstance(r, str) else r for n, r in enumerate(references, 1))
        (restoration,) = restorer.pipe([Document(doc.text, named)])
        doc._.restoration = restoration
        spans = (_span(doc, c) for c in restoration.corrections)
        doc.spans[KEY] = [span for span in spans if span is not None]
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = 1) -> Iterator[Doc]:
        """Restore docs one after the other, as they come; `batch_size` changes nothing."""
        del batch_size
        yield from map(self, stream)

    def _ready(self) -> Restorer:
        """Return the restorer of this process: the models' threads do not survive a fork."""
        if self._restorer is None or self._process != os.getpid():
            self._restorer, self._process = Restorer(self.config), os.getpid()
        return self._restorer

    def _is_parse(self, doc: Doc, restorer: Restorer) -> bool:
        """Return whether a doc comes out of the pipeline that parses for `restore`, with what it sets and no more."""
        if self._serves is None:
            self._serves = self._nlp is not None and _same_models(self._nlp, restorer.parser.language)
        if not self._serves or self._nlp is None:
            return False
        ours = restorer.parser.language
        components = self._nlp.pipeline
        place = next((n for n, (_, made) in enumerate(components) if made is self), 0)
        return (
            self._nlp.pipe_names[:place] == ours.pipe_names
            and doc.tensor.size > 0  # `nlp.pipe(disable=["tok2vec"])` is seen by nothing else
            and all(doc.has_annotation(name) for name in _NEEDED)
            and [(t.text, t.whitespace_) for t in doc] == [(t.text, t.whitespace_) for t in ours.make_doc(doc.text)]
        )

    def to_bytes(self, *, exclude: Sequence[str] = ()) -> bytes:
        """Return the settings; of tables and dictionaries the paths."""
        del exclude
        return msgspec.json.encode(self.config)

    def from_bytes(self, data: bytes, *, exclude: Sequence[str] = ()) -> RestoreComponent:
        """Take over what `to_bytes` gave. Raises `ConfigError` if it is no such thing."""
        del exclude
        return self._take(data, "the bytes")

    def to_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> None:
        """Write a folder with the settings and copies of the substitution tables and dictionaries that they name.

        So the folder can be moved; an index of clean articles stays where it is. Raises `ConfigError` for a missing
        file.
        """
        del exclude
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        channels = _copied(self.config.channels, folder / "channels")
        files = _copied(self.config.dictionary.files, folder / "dictionaries")
        dictionary = {**msgspec.to_builtins(self.config.dictionary), "files": files}
        moved = self.config.replace(channels=channels, dictionary=dictionary)
        (folder / _SETTINGS).write_bytes(msgspec.json.encode(moved))

    def from_disk(self, path: str | Path, *, exclude: Sequence[str] = ()) -> RestoreComponent:
        """Take over what `to_disk` wrote. Raises `ConfigError` if it is no such folder."""
        del exclude
        file = Path(path) / _SETTINGS
        try:
            self._take(file.read_bytes(), str(file))
        except OSError as error:
            raise ConfigError(f"cannot read {file}: {error.strerror}; save the pipeline again") from error
        dictionary = msgspec.to_builtins(self.config.dictionary)
        dictionary["files"] = [str(Path(path) / name) for name in self.config.dictionary.files]
        channels = [str(Path(path) / name) for name in self.config.channels]
        self.config = self.config.replace(channels=channels, dictionary=dictionary)
        return self

    def _take(self, data: bytes, name: str) -> RestoreComponent:
        try:
            self.config = from_json(data, Config)
        except (msgspec.MsgspecError, ValueError) as error:
            raise ConfigError(f"{name} hold no settings of restore: {error}; save the pipeline again") from error
        self._restorer = self._serves = None
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process as settings: it loads the models itself, and parses itself."""
        return RestoreComponent, (None, self.config)


def _same_models(theirs: Language, ours: Language) -> bool:
    """Return whether the components of our pipeline stand in another with the same content, whatever its name is.

    Name and version do not tell: a pipeline that was trained on keeps both.
    """
    if not set(ours.pipe_names) <= set(theirs.pipe_names):
        return False
    if theirs.vocab.lookups.to_bytes() != ours.vocab.lookups.to_bytes():
        return False
    return all(_content(theirs, name) == _content(ours, name) for name in ours.pipe_names)


def _content(nlp: Language, name: str) -> tuple[type, bytes]:
    made: Any = nlp.get_pipe(name)
    return type(made), made.to_bytes(exclude=["vocab"]) if hasattr(made, "to_bytes") else b""


def _copied(paths: Sequence[str], folder: Path) -> list[str]:
    """Copy files into a folder; return their names beneath its parent. Raises `ConfigError` for a missing one.

    All are read before one is written: they may be the copies of another save.
    """
    try:
        contents = [Path(path).read_bytes() for path in paths]
    except OSError as error:
        raise ConfigError(f"cannot copy {error.filename} into {folder}: {error.strerror}") from error
    names = []
    for number, (path, content) in enumerate(zip(paths, contents, strict=True)):
        target = folder / str(number) / Path(path).name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        names.append(target.relative_to(folder.parent).as_posix())
    return names


def _span(doc: Doc, correction: Correction) -> Span | None:
    """Return the tokens that a correction touches; of one that only puts something in, the token before it."""
    start, end = correction.start, correction.end
    if start == end:
        start, end = (start - 1, end) if start else (start, end + 1)
    return doc.char_span(start, end, label=correction.kind, alignment_mode="expand")


def _get_restoration(doc: Doc) -> Restoration | None:
    found = doc.user_data.get(_RESTORATION)
    return None if found is None else Restoration.from_json(found)


def _set_restoration(doc: Doc, restoration: Restoration) -> None:
    doc.user_data[_RESTORATION] = restoration.to_json()


def _get_references(doc: Doc) -> tuple[str | Reference, ...]:
    kept = doc.user_data.get(_REFERENCES, ())
    return tuple(r if isinstance(r, str) else msgspec.convert(r, type=Reference) for r in kept)


def _set_references(doc: Doc, references: str | Reference | Sequence[str | Reference]) -> None:
    given = [references] if isinstance(references, str | Reference) else references
    doc.user_data[_REFERENCES] = [r if isinstance(r, str) else msgspec.to_builtins(r) for r in given]


def _get_candidates(span: Span) -> tuple[Alternative, ...]:
    """Return what could stand in the places that a span touches, surest first."""
    restoration = _get_restoration(span.doc)
    found: list[Alternative] = []
    for c in restoration.corrections if restoration is not None else ():
        own = _span(span.doc, c)
        if own is not None and own.start < span.end and span.start < own.end:
            found += [Alternative(c.replacement, c.kind, c.confidence, c.evidence), *c.alternatives]
    return tuple(sorted(found, key=lambda a: -a.confidence))


def _register() -> None:
    """Add what docs and spans get; an extension `references` that somebody else made is read as it is."""
    if not Doc.has_extension("references"):
        Doc.set_extension("references", getter=_get_references, setter=_set_references)
    Doc.set_extension("restoration", getter=_get_restoration, setter=_set_restoration, force=True)
    Span.set_extension("candidates", getter=_get_candidates, force=True)


def make_restore(nlp: Language, name: str, **settings: Any) -> RestoreComponent:
    """Make the component; `settings` are fields of `Config`. Raises `ConfigError` for a wrong one."""
    if nlp.lang not in _LANGUAGES:
        raise ConfigError(f"the pipeline's language is {nlp.lang!r}: restore ({name}) repairs English only")
    listed = nlp.meta.setdefault("requirements", [])  # what `spacy package` makes the pipeline depend on
    if not any(given.startswith(_DISTRIBUTION) for given in listed):
        listed.append(f"{_DISTRIBUTION}>={version(_DISTRIBUTION)}")
    return RestoreComponent(nlp, Config().replace(**settings))


def _with_settings(of: type[Config]) -> inspect.Signature:
    """Return the signature of the factory: spaCy takes no setting that it does not name."""
    kind, given = inspect.Parameter.KEYWORD_ONLY, inspect.signature(make_restore).parameters
    defaults = msgspec.to_builtins(of())
    fields = [inspect.Parameter(n, kind, default=defaults[n], annotation=Any) for n in of.__struct_fields__]
    return inspect.Signature(
        [given["nlp"].replace(annotation=Language), given["name"].replace(annotation=str), *fields]
    )


make_restore.__signature__ = _with_settings(Config)  # type: ignore[attr-defined]
_register()
Language.factory(KEY, assigns=["doc._.restoration", "doc.spans", "span._.candidates"], func=make_restore)
