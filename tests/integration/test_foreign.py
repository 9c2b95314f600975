"""What is not English is left alone, quotation by quotation and sentence by sentence, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from restore.config import Config
from restore.detection.foreign import foreign_passages
from restore.restorer import Restorer
from restore.text.parsing import Parser

pytestmark = pytest.mark.integration
GOLD = Path(__file__).parents[2] / "data" / "gold"
QUOTED = [
    ("mucha gente para todo", "es"),
    ("Das war also alles getan", "de"),
    ("Je ne sais pas quoi faire avec tout ça", "fr"),
    ("Maraming salamat po sa inyong lahat", "tl"),
    ("Questo è il nostro paese e lo difenderemo", "it"),
    ("isto não é o que nós queremos para todos", "pt"),
    ("O povo unido jamais será vencido", "pt"),
    ("La lucha continúa hasta el final", "es"),
    ("Es gibt keine Alternative dazu", "de"),
    ("wij gaan allemaal samen naar huis", "nl"),
]


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(Config(second_opinion="never"))


@pytest.mark.parametrize(("words", "language"), QUOTED)
def test_nothing_is_even_proposed_in_a_foreign_quotation(restorer: Restorer, words: str, language: str) -> None:
    text = f'The minister told newsmen: "{words}". He left the room on Monday.'
    found = restorer.restore(text)
    start, end = text.index(words), text.index(words) + len(words)
    assert not [c for c in found.corrections if c.start < end and start < c.end]
    (note,) = [n for n in found.notes if n.startswith("not English")]
    assert f"({language})" in note
    assert words.split()[0] in note


@pytest.mark.parametrize(("words", "language"), QUOTED)
def test_a_foreign_sentence_is_found_without_marks_too(words: str, language: str) -> None:
    text = f"He left the room on Monday.\n{words}.\nThe police came at once."
    (found,) = foreign_passages(Parser().parse(text))
    assert found.text.startswith(words)


@pytest.mark.parametrize(
    "text",
    [
        'The minister said "we space going to achieve a breakthrough" on Monday.',
        "Angela Merkel, Olaf Scholz und Co. met in Berlin.",
        "Jose Maria Gutierrez Hernandez and Luis de la Fuente met in San Sebastian.",
        "He is the new chef de cuisine of the Hotel Sacher.",
        "ok",
        "",
    ],
)
def test_english_with_foreign_names_and_damage_is_english(text: str) -> None:
    assert foreign_passages(Parser().parse(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Le maire a déclaré mardi que la piscine resterait fermée pendant les travaux, qui dureront trois mois.",
        "El alcalde dijo el jueves que la biblioteca abrirá de nuevo en otoño y que no habrá más retrasos.",
        "Die Stadtwerke haben am Montag mitgeteilt, dass die Brücke gesperrt bleibt. Das ärgert die Bürger der Stadt.",
    ],
)
def test_a_text_of_another_language_is_not_called_damaged(restorer: Restorer, text: str) -> None:
    """The habits of English say nothing about it; a single foreign sentence acquits no text."""
    for whole in (text, " ".join([text] * 4)):
        verdict = restorer.check(whole)
        assert (verdict.damaged, verdict.family, verdict.part) == (False, "", None)
        assert verdict.probability < 0.5 and verdict.damaged_share <= verdict.probability
    spun = (GOLD / "berlin_wall" / "spun.txt").read_text("utf-8")
    assert restorer.check(f"{text}\n{spun}").damaged


def test_english_texts_have_no_note(restorer: Restorer) -> None:
    assert restorer.restore("The minister told newsmen on Monday that he would leave.").notes == ()
