"""One text, one call: `restore`, and `restore_async`, which does not block an event loop."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from restore.config import Config
from restore.records import Reference, Restoration
from restore.restorer import Restorer

if TYPE_CHECKING:
    from concurrent.futures import Executor

_KEPT = 2
"""Configs whose restorers stay loaded between calls of `restore_async`: some 300 MB each. By hand."""


def restore(
    text: str,
    references: str | Sequence[str | Reference] = (),
    config: Config | None = None,
    *,
    spins: str | Sequence[str | Reference] = (),
    url: str = "",
    date: str = "",
    **settings: Any,
) -> Restoration:
    """Restore one text: `restore(spun, references=[clean], min_confidence=0.8)`.

    `spins` are other damaged versions of the same article, `url` is where the text was scraped from, `date` when it was
    published, `settings` are fields of `Config`. Raises `InputError`, `ConfigError` or `ModelNotFoundError`. For many
    texts, make one `Restorer` and keep it: this function loads the models anew at each call.
    """
    return Restorer(_config(config, settings)).restore(text, references, spins, url=url, date=date)


async def restore_async(
    text: str,
    references: str | Sequence[str | Reference] = (),
    config: Config | None = None,
    *,
    spins: str | Sequence[str | Reference] = (),
    url: str = "",
    date: str = "",
    **settings: Any,
) -> Restoration:
    """Restore one text in a thread, while the event loop goes on; arguments and errors are those of `restore`.

    The models of a config stay loaded for later calls. Texts of one config are restored one after the other, in the
    order of the calls, so awaiting several at once needs no limit but that of memory. A text that is being restored
    when its task is cancelled is finished and thrown away; one that still waits is not begun.
    """
    import asyncio

    thread, restorer = _aside(_config(config, settings), os.getpid())
    return await asyncio.wrap_future(thread.submit(restorer.restore, text, references, spins, url=url, date=date))


def _config(config: Config | None, settings: dict[str, Any]) -> Config:
    chosen = config or Config()
    return chosen.replace(**settings) if settings else chosen


@lru_cache(maxsize=_KEPT)
def _aside(config: Config, process: int) -> tuple[Executor, Restorer]:
    """Return a thread of its own for a config, and the restorer that lives in it; threads do not survive a fork."""
    del process
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(1, thread_name_prefix="restore"), Restorer(config)
