"""Faults of a kind that people report of tools that clean scraped text: each with inputs of our own, varied."""

from __future__ import annotations

import pytest

from restore.config import Config
from restore.records import Reference
from restore.restorer import Restorer

pytestmark = pytest.mark.integration
PAGE = "The chairman Obama told newsmen at the White House on Monday that the bank notes was to be signed."


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer(Config(second_opinion="never"))


FURNITURE = [
    "Home\nNews\nWorld\nPolitics\nSport",
    "Home-made\nHome made\nHome",
    "Photos\nPictures\nImages\nVideos",
    '{"title": "Minister leaves", "body": "He left."}',
    "- [ ] todo\n- [x] done",
    "245-6 dec.\n112-3\nDerbyshire 301 all out",
    "Final scores: 3-1, 2-2, 0-4",
    "if (state == null) return state;",
    "Share Tweet Print E-mail",
    "Jan 3 | Feb 4 | Mar 5\n1.2 | 3.4 | 5.6",
]


@pytest.mark.parametrize("furniture", FURNITURE)
@pytest.mark.parametrize("behind", [False, True])
def test_page_furniture_stays_alone_and_beside_damage(restorer: Restorer, furniture: str, behind: bool) -> None:
    assert restorer.restore(furniture).restored == furniture
    page = f"{PAGE}\n{furniture}" if behind else f"{furniture}\n{PAGE}"
    assert furniture in restorer.restore(page).restored


@pytest.mark.parametrize(
    "line",
    [
        "LEADERS MEET FOR GLOBAL SECURITY SUMMIT IN PARIS",
        "MINISTERS TO SPEAK ON GLOBAL SECURITY",
        "POLICE SAY TWO MEN WERE ARRESTED ON FRIDAY",
        "TO THE EDITOR",
    ],
)
def test_a_line_in_capitals_gets_no_small_letters(restorer: Restorer, line: str) -> None:
    restored = restorer.restore(f"{line}\n{PAGE}").restored
    assert restored.splitlines()[0].isupper()


@pytest.mark.parametrize("name", ["Trump", "Merkel", "Geneva", "Obama"])
def test_a_reference_without_capitals_takes_none_away(restorer: Restorer, name: str) -> None:
    text = f"President {name} spoke to the press on Monday about the treaty."
    reference = Reference("lower", f"president {name.lower()} spoke to the press on monday about the treaty.")
    assert restorer.restore(text, [reference]).restored == text


@pytest.mark.parametrize(
    ("text", "reference", "right"),
    [
        ("Donald Trumped spoke.", "Donald Trump spoke.", "Donald Trump spoke."),
        ("Donald Trumped left on Friday.", "Donald Trump left on Friday.", "Donald Trump left on Friday."),
    ],
)
def test_a_name_that_was_inflected_is_mended_in_a_single_sentence(
    restorer: Restorer, text: str, reference: str, right: str
) -> None:
    given = [Reference("report", reference)] if reference else []
    assert restorer.restore(text, given).restored == right


@pytest.mark.parametrize("text", ["I like it. also i like you.", "He came late. also he was tired."])
def test_a_small_letter_is_no_reason_to_take_a_word_out(restorer: Restorer, text: str) -> None:
    assert "also" in restorer.restore(text).restored.lower()


@pytest.mark.parametrize(
    ("spun", "true"),
    [
        ("the Coupled States", "the United States"),
        ("the Coupled Kingdom", "the United Kingdom"),
        ("the Coupled Nations", "the United Nations"),
        ("the Supreme Tribunal", "the Supreme Court"),
        ("the White Dwelling", "the White House"),
        ("the Globe Health Organization", "the World Health Organization"),
        ("the Dark Sea fleet", "the Black Sea fleet"),
        ("the Home Workplace", "the Home Office"),
        ("the escritoire of State", "the Secretary of State"),
        ("George Scrub", "George Bush"),
        ("Prime Pastor David Cameron", "Prime Minister David Cameron"),
    ],
)
def test_a_damaged_name_is_no_fact_beside_a_reference_that_has_it_whole(
    restorer: Restorer, spun: str, true: str
) -> None:
    sentence = "Officials of {} spoke in Geneva on 3 March."
    found = restorer.restore(sentence.format(spun), [Reference("report", sentence.format(true))])
    assert found.restored == sentence.format(true)
    assert found.conflicts == ()


def test_two_voices_for_a_name_are_both_shown(restorer: Restorer) -> None:
    text, true = "George Scrub spoke in Geneva on 3 March.", "George Bush spoke in Geneva on 3 March."
    alone = restorer.restore(text)
    assert alone.restored in {text, true}
    found = restorer.restore(text, [Reference("report", true)])
    assert found.restored == true
    (correction,) = found.corrections
    assert {"names", "reference"} <= {e.kind for e in correction.evidence}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("the Security Council", "the Security Committee"),
        ("the Senate Committee on Finance", "the Senate Commission on Finance"),
        ("North Korea", "South Korea"),
        ("Senator Harry Reed", "Senator Harry Reid"),
        ("the Defense Secretary", "the Defense Minister"),
        ("the Labor Party", "the Labour Party"),
        ("the Minority Leader", "the Majority Leader"),
    ],
)
def test_a_name_that_may_be_another_one_stays(restorer: Restorer, ours: str, theirs: str) -> None:
    sentence = "Officials of {} spoke in Geneva on 3 March."
    text = sentence.format(ours)
    assert restorer.restore(text, [Reference("report", sentence.format(theirs))]).restored == text


@pytest.mark.parametrize(("ours", "theirs"), [("Miller", "Mueller"), ("Smith", "Smyth"), ("Kiev", "Moscow")])
def test_another_name_is_a_fact_and_stays(restorer: Restorer, ours: str, theirs: str) -> None:
    text = f"Officials said that {ours} would testify in the case on Friday."
    reference = Reference("report", text.replace(ours, theirs))
    assert restorer.restore(text, [reference]).restored == text


POEM = """Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date;
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;"""


def test_a_poem_is_neither_called_damaged_nor_changed(restorer: Restorer) -> None:
    alone = restorer.restore(POEM)
    assert not alone.verdict.damaged
    assert alone.restored == POEM
    assert any("verse" in note for note in alone.notes)
    assert POEM in restorer.restore(f"{PAGE}\n\n{POEM}").restored


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        (
            "The company confirmed the report on Friday.|The company denied the report on Friday.",
            "polarity",
            "confirmed",
        ),
        (
            "Prices rose by 3 percent in March, the bank said.|Prices fell by 3 percent in March, the bank said.",
            "polarity",
            "rose",
        ),
        ("The team won the match on Sunday in Paris.|The team lost the match on Sunday in Paris.", "polarity", "won"),
        ("The senator supported the bill on Monday.|The senator opposed the bill on Monday.", "polarity", "supported"),
        ("Robert Mueller testified on Wednesday.|Robert Miller testified on Wednesday.", "name", "Mueller"),
        ("Officials said John Smith was arrested.|Officials said John Smyth was arrested.", "name", "Smith"),
    ],
)
def test_what_a_reference_says_otherwise_is_told_and_stays(restorer: Restorer, text: str, kind: str, word: str) -> None:
    ours, theirs = text.split("|")
    found = restorer.restore(ours, [Reference("report", theirs)])
    assert found.restored == ours
    assert [(c.kind, ours[c.start : c.end]) for c in found.conflicts] == [(kind, word)]


@pytest.mark.parametrize(
    "text",
    [
        "The train from Shef field was late.|The train from Sheffield was late.",
        "Dmitry Medvedev spoke on Monday.|Dmitri Medvedev spoke on Monday.",
        "The minister did not accept the offer on Monday.|The minister rejected the offer on Monday.",
        "Prices climbed by 3 percent in March.|Prices rose by 3 percent in March.",
    ],
)
def test_what_is_torn_spelt_or_put_otherwise_is_no_conflict(restorer: Restorer, text: str) -> None:
    ours, theirs = text.split("|")
    assert restorer.restore(ours, [Reference("report", theirs)]).conflicts == ()


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The crash was on Sunday.Police said so.", "The crash was on Sunday. Police said so."),
        ("Two men were hurt.The driver left the scene.", "Two men were hurt. The driver left the scene."),
        ("It began in 2008.Rates rose after that.", "It began in 2008. Rates rose after that."),
        ("They met President Obama.The talks took an hour.", "They met President Obama. The talks took an hour."),
        ("Who paid for it?Nobody could say.", "Who paid for it? Nobody could say."),
    ],
)
def test_a_blank_that_was_lost_behind_a_stop_comes_back(restorer: Restorer, text: str, right: str) -> None:
    assert restorer.restore(text).restored == right


@pytest.mark.parametrize(
    "text",
    [
        "The program calls System.Exit when it ends.",
        "A value of time.Duration is printed, and time.Duration has a unit.",
        "Call math.Floor(3) first.",
        "Write to info@police.Paris for help.",
        "He bought it from Amazon.Com last year.",
        "The file notes.Txt was lost.",
        "J.Smith and P.Jones won.",
        "St.Louis won on Sunday.",
    ],
)
def test_names_of_programs_and_addresses_keep_their_stops(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text).restored == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The company closed its fac tory in Ohio last year.", "The company closed its factory in Ohio last year."),
        ("The train from Shef field was late.", "The train from Sheffield was late."),
        (
            "The train from Shef field was late.|The train from Sheffield was late.",
            "The train from Sheffield was late.",
        ),
        ("Ministers praised the com mit tee for its work.", "Ministers praised the committee for its work."),
        ("He was born in Bir mingham in 1950.", "He was born in Birmingham in 1950."),
        ("THE GOVERN MENT WILL PAY, MINISTERS SAID", "THE GOVERNMENT WILL PAY, MINISTERS SAID"),
        ('"We need more infor mation," she said.', '"We need more information," she said.'),
        ("The depart ment (once a ministry) is closed.", "The department (once a ministry) is closed."),
        ("It was a great oppor tunity: nobody took it.", "It was a great opportunity: nobody took it."),
        ("The talks were about cli mate and ener gy.", "The talks were about climate and energy."),
        ("Secre tary Clinton spoke to the press.", "Secretary Clinton spoke to the press."),
        ("The a ff ected people were paid.", "The affected people were paid."),
    ],
)
def test_a_word_that_a_blank_tore_apart_is_joined(restorer: Restorer, text: str, right: str) -> None:
    given, _, reference = text.partition("|")
    assert restorer.restore(given, [Reference("report", reference)] if reference else []).restored == right


@pytest.mark.parametrize(
    "text",
    [
        "He went in to the house, and they may be there some time.",
        "She can not stay, any one of them said every day.",
        "The work force and the health care bill were on to a good start.",
        "Barr on Monday directed the office, and Sanders on Tuesday agreed.",
        "A con man and his body guard hired a taxi cab.",
        "The key way in which they paid was by credit card.",
        "They had trouble making their fair ground pay.",
        "The old head count was out of date, as was hers.",
    ],
)
def test_two_good_words_are_not_joined(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text).restored == text


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Donald trumped said on Friday that he would not pay.", "Donald Trump said on Friday that he would not pay."),
        ("Donald Trumped said on Friday that he would not pay.", "Donald Trump said on Friday that he would not pay."),
        ("hilary clintons said on Friday that she would run.", "Hilary Clinton said on Friday that she would run."),
        ("Angela merkeled arrived in Berlin on Monday.", "Angela Merkel arrived in Berlin on Monday."),
        ("He met Angela merkeled in Berlin on Monday.", "He met Angela Merkel in Berlin on Monday."),
        ("Barack obamas said he was ready.", "Barack Obama said he was ready."),
        ("George bushes said he was ready.", "George Bush said he was ready."),
        ("Tim cooks said the phone would be sold in June.", "Tim Cook said the phone would be sold in June."),
        ("Gordon browned also said the banks were safe.", "Gordon Brown also said the banks were safe."),
        ("President George bush was in Texas on Monday.", "President George Bush was in Texas on Monday."),
    ],
)
def test_a_surname_that_was_inflected_is_mended_without_any_reference(
    restorer: Restorer, text: str, right: str
) -> None:
    assert restorer.restore(text).restored == right


@pytest.mark.parametrize(
    "text",
    [
        "Donald trumped his rivals.",
        "Donald trumped his rivals, and said he would not pay.",
        "The rival whom Donald trumped said he was sorry.",
        "What Tim cooks was eaten at once.",
        "Tim cooks for his family every day.",
        "Mark walks to work on Fridays.",
        "Gordon browned the meat.",
        "Bernie sanded the floor.",
        "Theresa may say that she would leave.",
        "The two Hillary Clintons on the list were not related.",
        "The West Indians said they would play.",
        "David Bunning said he was ready.",
    ],
)
def test_a_verb_behind_a_first_name_is_no_surname(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text).restored == text
