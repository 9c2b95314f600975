"""Several spins of one article: the union of what survived, through the whole pipeline."""

from __future__ import annotations

import pytest

import restore
from restore.errors import InputError
from restore.records import Document, Reference, Restoration
from tests.helpers.engines import restorer

pytestmark = pytest.mark.integration

CLEAN = (
    "The ferry left the island at dawn with forty passengers on board. Two hours later the engine failed, and the"
    " captain asked the coast guard for help. A tug reached the ship before noon and towed it to the nearest port."
    " Nobody was hurt, the company said, but the passengers had to wait until evening for another boat.\n"
)
SPUN = (
    "The ferry left the island at daybreak with forty passengers on board. Two hours later the motor failed, and the"
    " captain asked the coast guard for help. A tug reached the ship earlier than noon and towed it to the nearest"
    " harbor. Nobody was hurt, the company said, but the passengers had to wait until evening for every other boat.\n"
)
OTHERS = (
    CLEAN.replace("asked", "requested").replace("hurt", "harmed").replace("ferry", "boat"),
    CLEAN.replace("towed", "pulled").replace("wait", "stay up").replace("failed", "fizzled"),
    CLEAN.replace("captain", "skipper").replace("evening", "night"),
)
ELSEWHERE = "Parliament passed the budget on Friday after a debate of nine hours. The opposition voted against it.\n"


def restored(text: str, *spins: str) -> Restoration:
    return restorer().restore(text, spins=spins)


def changes(found: Restoration) -> dict[str, str]:
    return {c.original.strip(): c.replacement.strip() for c in found.corrections}


def test_what_one_spin_lost_the_others_kept() -> None:
    found = restored(SPUN, *OTHERS)
    right = {"daybreak": "dawn", "motor": "engine", "earlier than": "before", "harbor": "port"}
    assert len(right.items() & changes(found).items()) >= 3
    before = sum(c.confidence for c in restored(SPUN).corrections if right.get(c.original) == c.replacement)
    assert sum(c.confidence for c in found.corrections if right.get(c.original) == c.replacement) > before


def test_damage_of_the_other_spins_is_not_taken_over() -> None:
    assert restored(CLEAN, *OTHERS).restored == CLEAN
    taken = {"requested", "harmed", "pulled", "stay up", "fizzled", "skipper", "night"}
    assert not taken & {c.replacement for c in restored(SPUN, *OTHERS).applied}


def test_evidence_quotes_the_spins() -> None:
    found = restored(SPUN, *OTHERS)
    quoted = [e for c in found.corrections for e in c.evidence if e.kind == "spins"]
    assert {e.source for e in quoted} == {"spin 1", "spin 2", "spin 3"}
    for evidence in quoted:
        assert OTHERS[int(evidence.source[-1]) - 1][evidence.start : evidence.end] == evidence.quote


def test_restoring_again_changes_nothing_and_the_order_does_not_count() -> None:
    found = restored(SPUN, *OTHERS)
    assert restored(found.restored, *OTHERS).restored == found.restored
    assert restored(SPUN, *OTHERS[::-1]).restored == found.restored


def test_another_article_is_reported_and_ignored() -> None:
    found = restored(SPUN, ELSEWHERE)
    assert [report.accepted for report in found.spins] == [False]
    assert found.corrections == restored(SPUN).corrections


def test_the_plan_keeps_the_reports_through_json() -> None:
    found = restored(SPUN, *OTHERS, OTHERS[0])
    assert [report.accepted for report in found.spins] == [True, True, True, False]
    assert Restoration.from_json(found.to_json()) == found
    assert '"spins": []' not in restored(SPUN).to_json()


def test_documents_carry_spins_and_references() -> None:
    spins = tuple(Reference(f"spin {n}", text) for n, text in enumerate(OTHERS, 1))
    (found,) = restorer().pipe([Document(SPUN, spins=spins)])
    assert found.corrections == restored(SPUN, *OTHERS).corrections
    both = restorer().restore(SPUN, references=CLEAN, spins=OTHERS)
    assert both.references[0].accepted
    assert all(report.accepted for report in both.spins)


def test_the_function_takes_one_spin_as_a_string() -> None:
    assert len(restore.restore(SPUN, spins=OTHERS[0]).spins) == 1


def test_empty_spins_are_refused() -> None:
    with pytest.raises(InputError, match="spin 1"):
        restored(SPUN, " \n")
