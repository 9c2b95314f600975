"""Small closed lists of English words that several stages look at: months, weekdays, number words, negations."""

from __future__ import annotations

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
"""The words for 0 to 19, in order."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""The words for 20, 30, ... 90, in order."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
"""The words for the first to the tenth, in order."""
NEGATIONS = frozenset({"not", "no", "never", "nor", "neither", "none", "nobody", "nothing"})
"""Words that turn a statement round, contractions ("n't") left out."""
OPEN_CLASS = frozenset({"NOUN", "VERB", "ADJ", "ADV"})
"""Parts of speech, as spaCy names them, of words that a spinner has synonyms for."""
CONTENT_POS = OPEN_CLASS | {"PROPN"}
"""Parts of speech of words that say what a text is about: those of `OPEN_CLASS`, and names."""
