"""The day on which a text or an article was published, as its date or its address gives it."""

from __future__ import annotations

import datetime
import re

from restore.text.word_lists import MONTHS

_MONTH = {month[:3]: number for number, month in enumerate(MONTHS, 1)}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAMED = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>[0-3]?\d)"
_FORMS = (
    re.compile(rf"{_YEAR}(?P<mark>[-/.])(?P<month>[01]?\d)(?P=mark){_DAY}(?!\d)"),
    re.compile(rf"{_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)(?!\d)"),
    re.compile(rf"(?:[A-Za-z]{{3,9}},? )?{_NAMED} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}(?!\d)"),
    re.compile(rf"(?:[A-Za-z]{{3,9}},? )?{_DAY}(?:st|nd|rd|th)?[ -]{_NAMED},?[ -]{_YEAR}(?!\d)"),
)
"""2018-05-04 and 2018/5/4, with a time or not; 20180504; May 4, 2018; Fri, 04 May 2018. Days and months in figures
alone, without the year before them, may stand either way and are not read."""
_IN_ADDRESS = re.compile(
    r"[/_-](?P<year>(?:19|20)\d\d)(?P<mark>[/_-]?)(?P<month>[01]\d)(?P=mark)(?P<day>[0-3]\d)(?!\d)"
)


def day_of(date: str, url: str = "") -> int | None:
    """Return the number of the day (as `datetime.date.toordinal`) that a date names, or else the path of an address.

    None where neither is a whole date: a year or a month is none.
    """
    date = date.strip()
    for form in _FORMS:
        found = form.match(date)
        day = _number(found) if found else None
        if day is not None:
            return day
    found = _IN_ADDRESS.search(url.partition("?")[0]) if url else None
    return _number(found) if found else None


def _number(found: re.Match[str]) -> int | None:
    parts = found.groupdict()
    month = int(parts["month"]) if "month" in parts else _MONTH.get(parts["name"][:3].lower(), 0)
    try:
        return datetime.date(int(parts["year"]), month, int(parts["day"])).toordinal()
    except ValueError:
        return None
