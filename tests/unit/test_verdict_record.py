from __future__ import annotations

import json

import msgspec

from restore.records import Finding, Restoration, Verdict


def test_evidence_is_the_ten_strongest_strongest_first() -> None:
    findings = tuple(Finding(n, n + 1, "x", "substitution", (n * 7 % 13) / 13, "why") for n in range(13))
    evidence = Verdict(True, 0.9, 0.2, findings).evidence
    assert [f.score for f in evidence] == sorted((f.score for f in findings), reverse=True)[:10]


def test_equal_findings_keep_the_order_of_the_text() -> None:
    findings = tuple(Finding(n, n + 1, "x", "substitution", 0.5, "why") for n in (4, 2, 9))
    assert [f.start for f in Verdict(True, 0.9, 0.2, findings).evidence] == [2, 4, 9]


def test_older_json_has_no_family() -> None:
    old = b'{"damaged": true, "probability": 0.9, "damaged_share": 0.2, "findings": []}'
    assert msgspec.json.decode(old, type=Verdict) == Verdict(True, 0.9, 0.2)


def test_plans_carry_the_family_and_old_plans_are_still_read() -> None:
    restoration = Restoration("a text", (), 0.9, Verdict(True, 0.9, 0.2, (), "G", 0.8))
    written = restoration.to_json()
    assert Restoration.from_json(written) == restoration
    fields = json.loads(written)
    del fields["verdict"]["family"], fields["verdict"]["family_share"]
    assert Restoration.from_json(json.dumps(fields)).verdict.family == ""
