"""The index on disk: a tantivy index and a small file that says what made it.

A commit of tantivy replaces one file by a rename, so a killed build leaves what was committed, and the lock of a dead
process is free again. Readers see the state of the last commit when they open the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from restore.errors import InputError, OutputError
from restore.reading.articles import Article
from restore.reading.extras import needs
from restore.references.index.engine_errors import damaged, read_errors, write_errors
from restore.references.index.profile import index_keys, slug_words
from restore.runtime.atomic import write_bytes
from restore.runtime.decoding import from_json

if TYPE_CHECKING:
    import tantivy

FORMAT = 1
"""Raised when the fields or what is written to them change: older indexes are then refused."""
_NOTE = "restore-index.json"
_HEAP = 64_000_000
"""Bytes that tantivy may use before it writes a part. Chosen by hand: enough for one thread, and small beside the rest
of the program; more makes fewer and larger parts."""
_LEAST_HEAP = 15_000_000
"""Tantivy's own limit, for each thread: it refuses less."""
_LONGEST_TERM = 40
"""Characters of a word that is indexed, as in tantivy's default analyser: longer ones are addresses and the like. A key
of two names may have twice as many."""

Outcome = Literal["added", "updated", "unchanged", "deleted", "absent"]


class _Note(msgspec.Struct, frozen=True):
    format: int
    what: str = "index of clean articles made by `restore index build`"


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as the index holds it."""

    id: str
    text: str
    url: str
    title: str
    date: str


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """Articles, parts and bytes of an index."""

    articles: int
    segments: int
    bytes: int


def content_hash(article: Article) -> str:
    """Fingerprint all that the index keeps of an article."""
    parts = (article.text, article.url, article.title, article.date)
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def is_index(folder: Path) -> bool:
    """Return whether a folder holds an index of this program."""
    return (folder / _NOTE).is_file()


def index_fingerprint(folder: str | Path) -> str:
    """Name the state of an index by its last commit; raises `InputError` if there is none."""
    path = Path(folder) / "meta.json"
    try:
        return sha256(path.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise _no_index(folder) from error


def _no_index(folder: str | Path) -> InputError:
    if Path(folder).is_file():
        return InputError(f"{folder} is a file, no index: name a folder that `restore index build CLEAN -o DIR` made")
    return InputError(f"{folder} is no index: make one with `restore index build CLEAN -o {folder}`")


def _tantivy() -> Any:
    return needs("tantivy", "indexes of clean articles")


def _schema() -> tantivy.Schema:
    engine = _tantivy()
    build = engine.SchemaBuilder()
    build.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("version", tokenizer_name="raw", index_option="basic")
    for name in ("url", "date"):
        build.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    build.add_text_field("title", stored=True, tokenizer_name="words", index_option="freq")
    build.add_text_field("slug", tokenizer_name="words", index_option="basic")
    build.add_text_field("keys", tokenizer_name="keys", index_option="basic")
    build.add_text_field("text", stored=True, tokenizer_name="words", index_option="freq")
    schema: tantivy.Schema = build.build()
    return schema


def _words_analyser() -> tantivy.TextAnalyzer:
    engine = _tantivy()
    build = engine.TextAnalyzerBuilder(engine.Tokenizer.simple())
    for step in (
        engine.Filter.remove_long(_LONGEST_TERM),
        engine.Filter.lowercase(),
        engine.Filter.ascii_fold(),
        engine.Filter.stopword("english"),
        engine.Filter.stemmer("english"),
    ):
        build = build.filter(step)
    analyser: tantivy.TextAnalyzer = build.build()
    return analyser


def _open(folder: Path, create: bool) -> tantivy.Index:
    engine = _tantivy()
    with read_errors(folder):
        opened = engine.Index(_schema(), path=str(folder), reuse=True) if create else engine.Index.open(str(folder))
        fits = opened.schema == _schema()
    if not fits:
        raise damaged(folder, "its columns are not those of this program")
    index: tantivy.Index = opened
    index.register_tokenizer("words", _words_analyser())
    keys = engine.TextAnalyzerBuilder(engine.Tokenizer.whitespace()).filter(
        engine.Filter.remove_long(2 * _LONGEST_TERM)
    )
    index.register_tokenizer("keys", keys.build())
    return index


def _check_note(folder: Path) -> None:
    try:
        note = from_json((folder / _NOTE).read_bytes(), _Note)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_index(folder) from error
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"the index {folder} cannot be read ({error}): build it anew in an empty folder") from error
    if note.format != FORMAT:
        raise InputError(
            f"the index {folder} has the form {note.format}, this program reads {FORMAT}: build it anew in an empty"
            " folder"
        )


class ArticleReader:
    """An index opened for reading: the state of its last commit at that moment, also while a build goes on."""

    def __init__(self, folder: str | Path) -> None:
        """Open it; raises `InputError` if the folder holds no index, or one of another form, or tantivy is missing."""
        self.folder = Path(folder)
        _check_note(self.folder)
        if not (self.folder / "meta.json").is_file():
            raise InputError(f"the index {folder} is empty: its build was stopped before it began; run it again")
        self._index = _open(self.folder, create=False)
        with read_errors(self.folder):
            self._index.config_reader("manual")
            self._index.reload()
            self.searcher: tantivy.Searcher = self._index.searcher()
            self.schema: tantivy.Schema = self._index.schema
        self._analyser = _words_analyser()
        self.stem = lru_cache(maxsize=100_000)(self._stem)
        self.document_frequency = lru_cache(maxsize=500_000)(self._document_frequency)

    def __len__(self) -> int:
        return self.searcher.num_docs

    def _stem(self, word: str) -> str:
        """Return the term that a word has in the text of the index, "" if it has none (or several)."""
        terms = self._analyser.analyze(word)
        return terms[0] if len(terms) == 1 else ""

    def stems(self, text: str) -> list[str]:
        """Return the terms of a text as the index has them."""
        return self._analyser.analyze(text)

    def _document_frequency(self, field: str, term: str) -> int:
        """Count the articles with a term; deleted ones count until their part of the index is merged."""
        with read_errors(self.folder):
            return self.searcher.doc_freq(field, term)

    def search(self, query: Any, limit: int) -> list[tuple[Stored, float]]:
        """Return the best articles for a query of the engine, with scores; raises `InputError` if files are damaged."""
        with read_errors(self.folder):
            hits = self.searcher.search(query, limit, count=False).hits
            return [(self.load(address), score) for score, address in hits]

    def load(self, address: tantivy.DocAddress) -> Stored:
        """Return an article by its place in the index."""
        found = self.searcher.doc(address)
        return Stored(*(found.get_first(name) or "" for name in ("id", "text", "url", "title", "date")))

    def get(self, id: str) -> Stored | None:
        """Return an article by its id, None if it is not there."""
        query = _tantivy().Query.term_query(self.schema, "id", id, index_option="basic")
        hits = self.search(query, 1)
        return hits[0][0] if hits else None

    def ids(self) -> Iterator[str]:
        """Yield the ids of all articles, in no order; reads the whole index."""
        query = _tantivy().Query.all_query()
        with read_errors(self.folder):
            hits = self.searcher.search(query, max(1, len(self)), count=False).hits
        for _, address in hits:
            with read_errors(self.folder):
                id = str(self.searcher.doc(address).get_first("id"))
            yield id

    @property
    def facts(self) -> IndexFacts:
        """Count articles, parts and bytes."""
        size = 0
        with read_errors(self.folder):
            for path in self.folder.iterdir():
                with suppress(FileNotFoundError):  # a build beside us has just merged it away
                    size += path.stat().st_size
            return IndexFacts(len(self), self.searcher.num_segments, size)


class ArticleWriter:
    """An index opened for writing, by one process at a time; nothing counts before `commit`.

    `put`, `delete` and `commit` raise `OutputError` if the disk is full, the first two `InputError` if files of the
    index are damaged.
    """

    def __init__(self, folder: Path, index: tantivy.Index, memory: int, threads: int) -> None:
        self._folder = folder
        self._index = index
        self._engine = _tantivy()
        self._schema = index.schema
        self._writer = index.writer(max(_LEAST_HEAP * threads, memory), threads)
        self._pending: dict[str, str] = {}
        self._refresh()

    def _refresh(self) -> None:
        with read_errors(self._folder):
            self._index.reload()
            self._searcher = self._index.searcher()
            self._empty = self._searcher.num_docs == 0

    def __len__(self) -> int:
        return self._searcher.num_docs

    def put(self, article: Article) -> Outcome:
        """Add, update or delete an article by its id; one that is there with the same content stays as it is."""
        if article.deleted:
            return self.delete(article.id)
        version = f"{content_hash(article)} {article.id}"
        known = self._state(article.id, version)
        if known == "same":
            return "unchanged"
        if known == "other":
            self._take_out(article.id)
        document = self._engine.Document(
            id=article.id,
            version=version,
            url=article.url,
            date=article.date,
            title=article.title,
            slug=" ".join(slug_words(article.url)),
            keys=index_keys(article.text),
            text=article.text,
        )
        with write_errors(self._folder):
            self._writer.add_document(document)
        self._pending[article.id] = version
        return "added" if known == "absent" else "updated"

    def delete(self, id: str) -> Outcome:
        """Take an article out."""
        if self._state(id, "") == "absent":
            return "absent"
        self._take_out(id)
        self._pending[id] = ""
        return "deleted"

    def _take_out(self, id: str) -> None:
        with write_errors(self._folder):
            self._writer.delete_documents_by_term("id", id)

    def _state(self, id: str, version: str) -> Literal["absent", "same", "other"]:
        """Return whether an article is there, committed or not, and whether in this version."""
        pending = self._pending.get(id)
        if pending is not None:
            return "absent" if not pending else "same" if pending == version else "other"
        if self._empty:
            return "absent"
        if version and self._holds("version", version):
            return "same"
        return "other" if self._holds("id", id) else "absent"

    def _holds(self, field: str, term: str) -> bool:
        with read_errors(self._folder, quiet=False):
            if not self._searcher.doc_freq(field, term):
                return False
            query = self._engine.Query.term_query(self._schema, field, term, index_option="basic")
            return bool(self._searcher.search(query, 1, count=False).hits)

    def commit(self) -> None:
        """Make all that was put durable and visible to those who open the index from now on."""
        with write_errors(self._folder):
            self._writer.commit()
        self._pending.clear()
        self._refresh()

    def finish(self) -> None:
        """Wait for merges that are under way; the writer is of no use afterwards.

        Raises `OutputError` if the disk is full.
        """
        with write_errors(self._folder):
            self._writer.wait_merging_threads()


@contextmanager
def writing_index(folder: str | Path, memory: int = _HEAP, threads: int = 1) -> Iterator[ArticleWriter]:
    """Open an index for writing, made if there is none; the caller commits, what is not committed at the end is lost.

    `memory` bounds the bytes of the buffers. Raises `InputError` if the folder holds something else or another process
    writes to it, `OutputError` if it cannot be made.
    """
    folder = Path(folder)
    _prepare(folder)
    index = _open(folder, create=True)
    with read_errors(folder):
        try:
            writer = ArticleWriter(folder, index, memory, threads)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise InputError(f"another process writes to the index {folder}: wait until it has ended") from error
            raise
    try:
        yield writer
    except BaseException:
        with suppress(OutputError, InputError):  # what went wrong first is what is to be told
            writer.finish()
        raise
    writer.finish()


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not is_index(folder):
            foreign = [p.name for p in folder.iterdir() if not re.match(r"\.restore-index\.json\..*\.tmp$", p.name)]
            if foreign:
                raise InputError(f"{folder} holds other files ({foreign[0]}, ...): name an empty or a new folder")
            write_bytes(folder / _NOTE, msgspec.json.encode(_Note(FORMAT)) + b"\n")
    except FileExistsError as error:
        raise OutputError(f"cannot make the index {folder}: it is a file") from error
    except OSError as error:
        raise OutputError(f"cannot make the index {folder}: {error.strerror or error}") from error
    _check_note(folder)
