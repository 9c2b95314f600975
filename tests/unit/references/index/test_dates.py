"""The day of a text: of every usual way to write a date, or of its address; never a guess."""

from __future__ import annotations

import datetime

import pytest

from restore.references.index.dates import day_of

DAY = datetime.date(2018, 5, 4).toordinal()


@pytest.mark.parametrize(
    "date",
    [
        "2018-05-04",
        "2018-05-04T23:10:00Z",
        "2018/5/4",
        "2018.05.04 10:00",
        "20180504",
        "May 4, 2018",
        "Friday, May 4th, 2018",
        "4 May 2018",
        "Fri, 04 May 2018 10:00:00 GMT",
        "4-May-2018",
    ],
)
def test_dates_as_they_are_written(date: str) -> None:
    assert day_of(date) == DAY


@pytest.mark.parametrize(
    "date", ["", "2018", "2018-05", "05/04/2018", "4.5.2018", "2018-13-45", "yesterday", "20180504123"]
)
def test_what_is_no_whole_date_or_may_be_two_is_none(date: str) -> None:
    assert day_of(date) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://x.org/2018/05/04/a-vote",
        "https://x.org/news/2018-05-04-a-vote",
        "https://x.org/a_20180504.html",
    ],
)
def test_the_address_counts_where_there_is_no_date(url: str) -> None:
    assert day_of("", url) == DAY
    assert day_of("2018-05-06", url) == DAY + 2


@pytest.mark.parametrize(
    "url", ["", "https://x.org/2018/05/a-vote", "https://x.org/a?d=/2018/05/04/", "https://x.org/201805041234", "//["]
)
def test_addresses_without_a_day(url: str) -> None:
    assert day_of("", url) is None
