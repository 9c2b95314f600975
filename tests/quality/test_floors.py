from __future__ import annotations

import pytest
from floors import moved
from jobs import SUBSET, WHOLE, fallen, load_floors


def test_a_fall_is_named_with_its_size() -> None:
    assert fallen("job", {"removed": 0.4, "edits": 1.0}, {"removed": 0.4, "edits": 1.0}) == []
    said = fallen("job", {"removed": 0.35, "edits": 3.0}, {"removed": 0.4, "edits": 1.0})
    assert said == [
        "job: 'edits' is 3, at most 1 is asked: worse by 2",
        "job: 'removed' is 0.35, at least 0.4 is asked: worse by 0.05",
    ]


@pytest.mark.parametrize("lower", [False, True])
def test_floors_rise_and_hold_inside_the_margin(lower: bool) -> None:
    assert moved("job", {"removed": 0.5, "edits": 0.0}, {"removed": 0.4, "edits": 3.0}, lower) == (
        {"removed": 0.47, "edits": 1.0},
        [],
    )
    assert moved("job", {"removed": 0.42}, {"removed": 0.4}, lower) == ({"removed": 0.4}, [])


def test_floors_fall_only_when_told_to() -> None:
    kept, refused = moved("job", {"removed": 0.3, "edits": 5.0}, {"removed": 0.4, "edits": 1.0}, lower=False)
    assert kept == {"removed": 0.4, "edits": 1.0}
    assert refused == ["job: 'removed' fell from the floor 0.4 to 0.3", "job: 'edits' fell from the floor 1 to 5"]
    lowered, refused = moved("job", {"removed": 0.3, "edits": 5.0}, {"removed": 0.4, "edits": 1.0}, lower=True)
    assert lowered == {"removed": 0.27, "edits": 6.0}
    assert not refused


def test_every_job_has_floors() -> None:
    assert {job.name for job in (*SUBSET, *WHOLE)} == set(load_floors()["jobs"])
