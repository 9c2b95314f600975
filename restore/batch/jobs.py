"""One document of a batch restored or checked: whatever is wrong with it makes an outcome, never an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from restore.batch.outcomes import Job, Outcome, clean
from restore.batch.settings import BatchSettings
from restore.errors import InputError, RestoreError

if TYPE_CHECKING:
    from restore.restorer import Restorer


def restore_job(job: Job, restorer: Restorer, settings: BatchSettings) -> Outcome:
    """Restore one document: the verdict first, and only what it calls damaged or has references is restored.

    Whatever is wrong with the document makes an outcome with an `error`. Raises `ModelNotFoundError`, `ConfigError` and
    the like, for which no document is to blame, and `MemoryError`.
    """
    return _settled(job, lambda: _restore(job, restorer, settings))


def check_job(job: Job, restorer: Restorer) -> Outcome:
    """Return the verdict on a document, and leave it as it is; errors are those of `restore_job`."""
    return _settled(job, lambda: Outcome(verdict=restorer.check(job.text), same=True))


def _settled(job: Job, work: Callable[[], Outcome]) -> Outcome:
    if job.error:
        return Outcome(error=job.error)
    try:
        return work()
    except InputError as error:
        return Outcome(error=_plain(str(error)))
    except (RestoreError, MemoryError):
        raise
    except Exception as error:
        return Outcome(error=_plain(f"internal error: {type(error).__name__}: {error}"))


def _restore(job: Job, restorer: Restorer, settings: BatchSettings) -> Outcome:
    name = job.where or job.id or "the row"
    if not job.text.strip() and job.html:
        from restore.reading.html import extract

        page = extract(job.html, name, job.url)
        inner = msgspec.structs.replace(
            job, text=clean(page.text), html="", url=clean(page.url), date=job.date or clean(page.date)
        )
        found = _restore(inner, restorer, settings)
        return msgspec.structs.replace(found, extracted=inner.text, title=clean(page.title), date=clean(page.date))
    if not job.text.strip():
        raise InputError(f"{name} holds no text" + f": {job.missing}" * bool(job.missing))
    references = job.references
    if settings.reference_folder:
        from restore.batch.references import folder_references

        references += folder_references(settings.reference_folder, job.id, settings.config.max_characters)
    # Whoever gives a reference wants it used, and it tells more than the verdict can know.
    if not references and not _has_wishes(job.text, restorer, settings):
        verdict, cascade = restorer.triage(job.text), settings.config.cascade
        clean_enough = verdict.probability < cascade.min_probability or verdict.damaged_share < cascade.min_share
        if clean_enough and not _is_indexed(job, restorer, settings):
            return Outcome(verdict=verdict, same=True)
    given = {name: value for name, value in (("url", job.url), ("date", job.date)) if value}
    done = restorer.restore(job.text, references=references, **given)
    if done.restored == job.text:
        return Outcome(None, done.corrections, done.verdict, same=True)
    return Outcome(done.restored, done.corrections, done.verdict)


def _is_indexed(job: Job, restorer: Restorer, settings: BatchSettings) -> bool:
    """Return whether the index that the user names has a reference for a document."""
    return bool(settings.config.index) and bool(restorer.find_references(job.text, job.url, date=job.date))


def _has_wishes(text: str, restorer: Restorer, settings: BatchSettings) -> bool:
    """Return whether the user asks for changes that no verdict on the wording can foresee."""
    if settings.config.repair_encoding:
        from restore.text.encoding_repair import encoding_repairs

        if encoding_repairs(text):
            return True
    dictionary = getattr(restorer, "dictionary", None)  # engines of tests have none
    return dictionary is not None and bool(dictionary) and bool(dictionary.preferred(text))


def _plain(message: str) -> str:
    return message.encode("utf-8", "backslashreplace").decode()
