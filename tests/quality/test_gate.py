"""The gate: on pinned data the figures must not fall below their floors (tests/quality/floors.json).

`make test` runs the jobs of the subset, `make quality` all of them; `python tests/quality/floors.py` moves floors.
"""

from __future__ import annotations

import pytest
from jobs import SUBSET, WHOLE, Job, data_hashes, fallen, load_floors

from restore.language_model.weights import weights_fingerprint

JOBS = [
    *(pytest.param(job, id=job.name) for job in SUBSET),
    *(pytest.param(job, id=job.name, marks=pytest.mark.whole) for job in WHOLE),
]


def test_the_data_are_those_the_floors_were_measured_on() -> None:
    stored, now = load_floors()["data"], data_hashes()
    changed = sorted(path for path in {*stored, *now} if stored.get(path) != now.get(path))
    assert not changed, (
        f"{', '.join(changed)} changed: measure the floors anew (python tests/quality/floors.py --lower)"
    )


@pytest.mark.integration
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("job", JOBS)
def test_nothing_fell_below_its_floor(job: Job) -> None:
    if job.asks and not weights_fingerprint():
        pytest.skip("the causal model is not there: restore models pull")
    worse = fallen(job.name, job.measure(), load_floors()["jobs"][job.name])
    assert not worse, "; ".join(worse)
