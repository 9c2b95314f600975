from __future__ import annotations

import numpy as np

from restore.alignment.pair_features import Pair, Side
from restore.channel.model import SpinnerChannel
from restore.channel.tables import ChannelRow
from restore.text.parsing import ParsedText
from tests.helpers.toy import parse


def described(ours: ParsedText, theirs: ParsedText, channel: SpinnerChannel | None = None) -> Pair:
    return Pair(Side(ours.tokens), Side(theirs.tokens), channel)


def test_forms_figures_and_senses() -> None:
    ours = parse("boats/NOUN/boat bought/VERB/buy two/NUM 340/NUM Dmitri/PROPN")
    theirs = parse("boat/NOUN/boat purchased/VERB/purchase 2/NUM 217/NUM Dmitry/PROPN")
    columns = described(ours, theirs).columns
    assert columns["form.lower"][0, 0] == 0
    assert columns["form.lemma"][0, 0] == 1
    assert columns["form.figure"][2, 2] == 1
    assert columns["form.conflict"][3, 3] == 1
    assert columns["sense.kin"][1, 1] == 1
    assert columns["form.ratio"][4, 4] > 0.8
    assert columns["sense.like"][3, 3] == 0


def test_phrases_of_wordnet_are_kin_to_words() -> None:
    pair = described(parse("they/PRON give/VERB up/ADP"), parse("they/PRON relinquish/VERB it/PRON"))
    assert pair.columns["sense.phrase"][1:, 1].min() > 0
    turned = described(parse("they/PRON relinquish/VERB it/PRON"), parse("they/PRON give/VERB up/ADP"))
    assert turned.columns["sense.phrase"][1, 1:].min() > 0


def test_the_channel_speaks_from_spun_to_original_only() -> None:
    channel = SpinnerChannel([ChannelRow("come", "to", 5, 5, (("A", 5),), True)], {}, {})
    spun, clean = parse("come/VERB sea/NOUN"), parse("to sea/NOUN")
    assert described(spun, clean, channel).columns["sense.channel"][0, 0] > 0.5
    assert described(clean, spun, channel).columns["sense.channel"][0, 0] == 0


def test_rows_of_the_array_are_in_the_order_of_the_flattened_matrix() -> None:
    pair = described(parse("the boat/NOUN sank/VERB"), parse("a boat/NOUN"))
    rows = pair.array()
    assert rows.shape == (6, len(pair.columns))
    where = list(pair.columns).index("form.lower")
    assert rows[:, where].reshape(3, 2).tolist() == pair.columns["form.lower"].tolist()
    assert pair.array(np.array([3])).tolist() == [rows[3].tolist()]


def test_the_tree_leads_from_head_to_head() -> None:
    ours, theirs = parse("sank/VERB quickly/ADV"), parse("sank/VERB slowly/ADV")
    columns = described(ours, theirs).columns
    assert columns["tree.heads"][1, 1] == 1
    assert columns["tree.heads"][0, 0] == 0
