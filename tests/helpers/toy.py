"""Tokens without spaCy: `Mayor/PROPN said/VERB` becomes two tokens; a word without a tag is a function word."""

from __future__ import annotations

from restore.text.parsing import ParsedText, Sentence, Token

_TAGS = {"NOUN": "NN", "VERB": "VBD", "ADJ": "JJ", "ADV": "RB", "PROPN": "NNP", "NUM": "CD", "ADP": "IN"}


def parse(*sentences: str) -> ParsedText:
    tokens: list[Token] = []
    found: list[Sentence] = []
    text = ""
    for number, line in enumerate(sentences):
        first = len(tokens)
        text += "\n" if number else ""
        for n, word in enumerate(line.split()):
            surface, _, rest = word.partition("/")
            pos, _, lemma = rest.partition("/")
            pos = pos or ("PUNCT" if not surface[0].isalnum() else "ADP")
            text += " " if n else ""
            tokens.append(
                Token(
                    index=len(tokens),
                    start=len(text),
                    end=len(text) + len(surface),
                    text=surface,
                    lemma=lemma or surface.lower(),
                    pos=pos,
                    tag=_TAGS.get(pos, "XX"),
                    dep="dep",
                    head=first,
                    entity="GPE" if pos == "PROPN" else "CARDINAL" if pos == "NUM" else "",
                    sentence=number,
                )
            )
            text += surface
        found.append(Sentence(number, tokens[first].start, len(text), first, len(tokens)))
    return ParsedText(text, tuple(tokens), tuple(found))
