"""When do a text and an article speak of? Days and years that they name, and the day on which the article appeared.

Reports on other days of one story share names and words; they name other weekdays, and dates that do not fit the day on
which the article was published.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator

from restore.references.index.profile import Profile
from restore.text.word_lists import WEEKDAYS

TIMING = (
    "first_weekday_same",
    "first_weekday_clash",
    "main_weekday_same",
    "main_weekday_clash",
    "weekday_cosine",
    "published_weekday_fits",
    "published_weekday_clash",
    "date_near",
    "date_far",
    "year_later",
    "year_earlier",
)
"""The names of the features, 0 or 1 but for the cosine."""
_NEWS_DAYS = 2
"""A report names first, mostly, the weekday on which it appears, or one of the two before. By hand."""
_AHEAD = 6
"""The day after: of a report that says what will be. By hand."""
_NEAR, _FAR = 2, 7
"""Days between a date in the text and the day of the article that are near, and those from which on it is far. By
hand; the model of the same event is fitted to them, as to the two above."""
_YEARS = range(1990, 2100)
"""Years in which texts of today may have been written; earlier ones are history in them. By hand."""
_YEAR_DATE = 10
"""Characters of a date with its year ("2013-04-13"); without it is five ("04-13")."""


def timing(ours: Profile, other: Profile, day: int | None) -> dict[str, float]:
    """Return the features of `TIMING`; `day` is that on which the other was published, None if that is not known."""
    found = dict.fromkeys(TIMING, 0.0)
    if ours.weekdays and other.weekdays:
        firsts = next(iter(ours.weekdays)) == next(iter(other.weekdays))
        mains = ours.weekdays.most_common(1)[0][0] == other.weekdays.most_common(1)[0][0]
        for name, same in (("first", firsts), ("main", mains)):
            found[f"{name}_weekday_same"], found[f"{name}_weekday_clash"] = float(same), float(not same)
        shared = sum(times * other.weekdays[name] for name, times in ours.weekdays.items())
        norms = (sum(times**2 for times in weekdays.values()) for weekdays in (ours.weekdays, other.weekdays))
        found["weekday_cosine"] = shared / math.sqrt(math.prod(norms))
    if day is not None:
        found |= _published(ours, datetime.date.fromordinal(day))
    return found


def _published(ours: Profile, published: datetime.date) -> dict[str, float]:
    """Return whether what a text names fits the day on which an article appeared."""
    found: dict[str, float] = {}
    if ours.weekdays:
        since = (published.weekday() - WEEKDAYS.index(next(iter(ours.weekdays)))) % len(WEEKDAYS)
        found["published_weekday_fits"] = float(since <= _NEWS_DAYS)
        found["published_weekday_clash"] = float(_NEWS_DAYS < since < _AHEAD)
    away = min((abs((day - published).days) for day in _days(ours, published.year)), default=None)
    if away is not None:
        found["date_near"], found["date_far"] = float(away <= _NEAR), float(away > _FAR)
    years = [int(year) for year in ours.years if int(year) in _YEARS]
    if years:
        found["year_later"] = float(max(years) > published.year)
        found["year_earlier"] = float(max(years) < published.year)
    return found


def _days(ours: Profile, year: int) -> Iterator[datetime.date]:
    """Yield the days that a text names; those without a year in the years around the given one."""
    for named in ours.dates:
        written = [named] if len(named) == _YEAR_DATE else [f"{y}-{named}" for y in (year - 1, year, year + 1)]
        for date in written:
            try:
                yield datetime.date.fromisoformat(date)
            except ValueError:  # 29 February, or no date at all
                continue
