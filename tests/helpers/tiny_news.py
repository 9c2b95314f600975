"""A dozen short reports written for the tests, laid out as the news that the builders of training/ read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import zstandard

from training.encoder.corpus import split_of

EVENTS = (
    (
        "The council of Harbeck voted on Tuesday to close the old ferry terminal and to build a bridge in its place. "
        "Mayor Ellen Marsh said the ferry had lost money for eleven years and carried fewer than 200 people a day. "
        "Opponents say that the bridge will cost far more than the 40 million dollars that the council expects.\n"
        "The last boat is due to leave on 31 October. Fishermen who use the terminal at night were promised a new "
        "quay, but nobody could say on Tuesday when it would be ready.",
        "Harbeck will lose its ferry after a vote of the city council. By nine votes to four the members decided that "
        "a bridge should be built where the terminal now stands. Ellen Marsh, the mayor, called the decision "
        "overdue because the boats carry hardly 200 passengers a day.\n"
        "A new quay has been promised to the fishermen who use the terminal at night.",
    ),
    (
        "Two climbers were rescued from the north face of Mount Orrin early on Sunday after they had spent a night in "
        "heavy snow. A helicopter found them shortly before dawn on a narrow ledge, the mountain service reported. "
        "Both men were cold and hungry but had no serious injuries.\n"
        "The service warned that more storms are expected this week and asked people to stay away from the ridge.",
        "A helicopter crew brought two men to safety from Mount Orrin on Sunday. They had been surprised by snow on "
        "the north face and waited for help on a ledge through the night. Doctors said that neither man was badly "
        "hurt.\nMore storms are expected, and the mountain service asked climbers to keep away.",
    ),
    (
        "The central bank of Lenmark left its main interest rate at 3.5 percent on Thursday, as most economists had "
        "expected. Governor Paul Trevin told reporters that prices were rising more slowly than in spring but that it "
        "was too early to speak of a victory.\n"
        "Unions complained that high rates hurt families who want to buy a house. The bank meets again in December.",
        "Interest rates in Lenmark stay where they are. The central bank decided on Thursday to keep its main rate at "
        "3.5 percent, and Paul Trevin, its governor, said that it was too early to lower it.\n"
        "Families who want to buy a house must wait until December at least, when the bank meets again.",
    ),
    (
        "Scientists at the university of Dorne have found a large lake beneath the ice of the Selva glacier. The lake "
        "lies about 900 metres below the surface and is kept from freezing by the pressure of the ice above it. "
        "The team drilled for three weeks and will now study whether anything lives in the water.\n"
        "The work was paid for by the government and by a private foundation.",
        "There is a lake under the Selva glacier, researchers from Dorne announced. Pressure keeps the water from "
        "freezing some 900 metres below the surface. For three weeks the team drilled through the ice.\n"
        "Next they want to learn whether anything can live in the dark water.",
    ),
)
"""Four events, each told twice."""
WANTED = {"train": 4, "ranker": 5, "calibration": 4, "test": 1}
"""Events of each split: the same reports under other names, damaged anew each time."""


def write_news(data: Path) -> Path:
    """Write DATA/news with all files that the builders ask for; return DATA."""
    news = data / "news"
    news.mkdir(parents=True)
    told = [
        {"event": name, "id": f"{name}-{n}", "text": text}
        for number, name in enumerate(_names("events_other/"))
        for n, text in enumerate(EVENTS[number % len(EVENTS)])
    ]
    for name, rows in (("events_other", told), ("events_open", []), ("clean_other", []), ("clean_open", [])):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (news / f"{name}.jsonl.zst").write_bytes(zstandard.compress(lines.encode()))
    return data


def _names(corpus: str) -> Iterator[str]:
    """Yield names of events that fall into the splits as often as wanted."""
    left = dict(WANTED)
    number = 0
    while any(left.values()):
        name = f"event-{number}"
        split = split_of(f"{corpus}{name}")
        if left[split]:
            left[split] -= 1
            yield name
        number += 1
