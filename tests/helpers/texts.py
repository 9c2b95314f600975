"""Strategies for texts: everything that breaks offsets, and English damaged by the simulator."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from restore.channel.model import load_channel
from restore.simulation.simulator import spin
from restore.text.parsing import Parser

NAMES = ("Marta Lindqvist", "Ostrava", "Henrik Adeyemi", "Lake Tovel", "Norwick Steel", "Portugal")
SENTENCES = (
    "Marta Lindqvist opened the new library in Ostrava on 14 May 2009.",
    "The council had voted for the plan by 23 votes to 9, and nobody was surprised.",
    '"We are going to build 300 homes near the river," Henrik Adeyemi told reporters.',
    "A large crowd of people waited outside the gates until the doors were closed.",
    "The price of bread rose by 4.5 per cent in March because of the drought.",
    "Henrik Adeyemi, who had been the director of the company for six years, said that he was sorry.",
    "Fishermen from Lake Tovel say the water is too warm for trout.",
    "Norwick Steel will pay $2.75 million to the families of the workers.",
    "It was the first time that the team had won away from home since 1998.",
    "The minister said the government would not change its mind about the road.",
    "Police found 17 stolen bicycles in a garage behind the old station.",
    "Portugal sent two planes to help put out the fires.",
    "The bridge, which is used by thousands of drivers every day, must be repaired before winter.",
    "Doctors at the hospital asked the public to stay at home and keep calm.",
)
_ODD = [
    "😀",
    "𝔘𝔫𝔦",
    "\r\n",
    "\n\n",
    "\u00a0",
    "\u2028",
    "\t",
    "\0",
    "\ud800",
    "\udfff",
    "שלום עולם",
    "مرحبا",
    "e\u0301",
    "\u200b",
    "\ufeff",
    "“",
    "”",
    "’s",
    '"',
    "...",
    "!?",
    "~",
    "{}",
    "the the",
    "a an",
    "U.S. Insists",
    "3,000.50",
    "£4m",
    "2016-11-08",
    "https://example.org/a?b=c",
    "@someone",
    "chairman",
    "white House",
    "i m sorry",
    "re-opened",
    "DON'T",
    "co-operate’s",
]


@cache
def _parser() -> Parser:
    return Parser()


@cache
def damage(text: str, seed: int, rate: float) -> str:
    """Damage a clean text as a spinner would."""
    return spin(_parser().parse(text), load_channel(), seed, rate).text


def clean_english() -> st.SearchStrategy[str]:
    """One to four invented sentences, as one paragraph or several."""
    return st.builds(
        lambda sentences, joint: joint.join(sentences),
        st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
        st.sampled_from([" ", " ", "\n\n", "\r\n"]),
    )


def damaged_english() -> st.SearchStrategy[str]:
    """Clean English with 10 to 30 % of its words damaged."""
    return st.builds(damage, clean_english(), st.integers(0, 5000), st.sampled_from([0.1, 0.2, 0.3]))


def odd_texts() -> st.SearchStrategy[str]:
    """Arbitrary characters, odd pieces between words, punctuation only, and long lines; never blank."""
    words = st.sampled_from([word for sentence in SENTENCES for word in sentence.split()])
    pieces = st.lists(st.one_of(words, st.sampled_from(_ODD), st.text(max_size=6)), min_size=1, max_size=25)
    mixed = st.builds(lambda parts, joint: joint.join(parts), pieces, st.sampled_from([" ", " ", "  ", "", "\u00a0"]))
    characters = st.text(st.characters(exclude_categories=()), min_size=1, max_size=60)
    punctuation = st.text(".,;:!?-–—'\"“”‘’()[]{}~*/\\|<>=#@&%$", min_size=1, max_size=40)
    return st.one_of(mixed, characters, punctuation).filter(lambda text: bool(text.strip()))


def any_text() -> st.SearchStrategy[str]:
    """Odd texts, damaged English, and damaged English with odd pieces in it."""
    inserted = st.builds(
        lambda text, piece, share: text[: int(share * len(text))] + piece + text[int(share * len(text)) :],
        damaged_english(),
        st.sampled_from(_ODD),
        st.floats(0, 1),
    )
    return st.one_of(odd_texts(), damaged_english(), inserted)
