from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256

import pytest

pytest.importorskip("jinja2", reason="pages need the extra review")

from restore.errors import ModelNotFoundError
from restore.records import Correction, Evidence, Reference, Restoration, Verdict
from restore.review.documents import ReviewDocument
from restore.review.page import SCRIPTS, render

EVIL = "</script><script>alert(1)</script><!-- & \u2028 {{ 7 }}"
PLAN = Restoration(
    f"The 🙂 chairman {EVIL}",
    (Correction(6, 14, "chairman", EVIL, "R:NOUN", 0.9, (Evidence("reference", EVIL, EVIL, 1.0),), EVIL),),
    0.5,
    Verdict(True, 0.9, 0.1),
)


def page() -> str:
    return render([ReviewDocument(EVIL, PLAN, (Reference(EVIL, EVIL, "javascript:alert(1)"),))], EVIL)


def test_page_holds_everything_and_asks_for_nothing() -> None:
    found = page()
    assert re.findall(r"<(?:link|img|iframe|script src)\b", found) == []
    assert set(re.findall(r"https?://[^\s\"'<]+", found)) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in found and "@import" not in found
    assert "innerHTML" not in found and "eval(" not in found and "fetch(" not in found


def test_every_text_is_escaped() -> None:
    found = page()
    assert "alert(1)</script>" not in found
    assert found.count("<script") == found.count("</script>") == 3
    assert "<title>&lt;/script&gt;" in found


def test_policy_names_this_very_script_and_style() -> None:
    found = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', found)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;")
    script, style = re.search(r"<script>(.*?)</script>", found, re.S), re.search(r"<style>(.*?)</style>", found, re.S)
    for part in (script, style):
        assert part is not None
        assert f"sha256-{b64encode(sha256(part[1].encode()).digest()).decode()}" in policy[1].replace("&#43;", "+")
    assert "unsafe" not in policy[1]


def test_data_comes_through_as_it_is() -> None:
    data = re.search(r'<script type="application/json" id="d0-data">(.*?)</script>', page(), re.S)
    assert data is not None and data[1].isascii()
    found = json.loads(data[1])
    assert found["plan"]["text"] == PLAN.text
    assert found["plan"]["corrections"][0]["replacement"] == EVIL
    assert found["references"] == [
        {"kind": "reference", "id": EVIL, "text": EVIL, "url": "javascript:alert(1)", "title": ""}
    ]


def test_lone_surrogates_do_not_break_the_page() -> None:
    broken = Restoration("a \ud800 chairman", (), 0.5, Verdict(False, 0.1, 0.0))
    render([ReviewDocument("a", broken)], "a").encode()


def test_same_plan_same_page() -> None:
    assert page() == page()


def test_scripts_are_plain() -> None:
    assert len(set(SCRIPTS)) == len(SCRIPTS) == 9
    assert "</script" not in page().split("<script>")[1].rsplit("</script>")[0]


def test_missing_jinja_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("restore.rendering.templates.find_spec", lambda name: None)
    with pytest.raises(ModelNotFoundError, match=r"pip install 'restore-text\[review\]'"):
        render([], "x")
