"""What two texts say of when: weekdays, dates and years that fit or clash with the day of an article."""

from __future__ import annotations

import datetime

from restore.references.index.profile import profile
from restore.references.index.timing import TIMING, timing

FRIDAY = datetime.date(2018, 5, 4).toordinal()


def test_nothing_is_said_where_nothing_is_named() -> None:
    found = timing(profile("A bridge fell in Millbrook."), profile("A bridge fell."), FRIDAY)
    assert set(found) == set(TIMING) and not any(found.values())


def test_weekdays_are_compared_by_the_first_and_by_the_most_frequent() -> None:
    ours = profile("The court ruled on Friday. The case began on Monday, and on Monday it was heard.")
    same = timing(ours, profile("The court ruled on Friday after a hearing on Monday, the second Monday."), None)
    assert same["first_weekday_same"] == same["main_weekday_same"] == 1.0 and same["weekday_cosine"] > 0.9
    other = timing(ours, profile("The court heard the case on Tuesday."), None)
    assert other["first_weekday_clash"] == other["main_weekday_clash"] == 1.0 and not other["weekday_cosine"]


def test_the_weekday_of_the_text_fits_the_day_of_the_article_or_not() -> None:
    ours = profile("The court ruled on Thursday.")
    assert timing(ours, profile(""), FRIDAY)["published_weekday_fits"] == 1.0
    assert timing(ours, profile(""), FRIDAY + 3)["published_weekday_clash"] == 1.0


def test_dates_and_years_of_the_text_are_near_the_day_of_the_article_or_not() -> None:
    near = timing(profile("It was signed on May 3 in Oslo."), profile(""), FRIDAY)
    far = timing(profile("It was signed on February 29 and on March 20, 2019 in Oslo."), profile(""), FRIDAY)
    assert (near["date_near"], near["date_far"]) == (1.0, 0.0) and (far["date_near"], far["date_far"]) == (0.0, 1.0)
    assert far["year_later"] == 1.0
    assert timing(profile("Since 2012 it has grown, and in 1789 it began."), profile(""), FRIDAY)["year_earlier"] == 1.0
