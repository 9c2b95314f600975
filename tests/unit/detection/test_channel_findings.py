from __future__ import annotations

import pytest

from restore.channel.model import ChannelRow, SpinnerChannel
from restore.detection.channel import find
from restore.text.parsing import Parser


@pytest.mark.parametrize(
    ("original", "told"),
    [("near", "spinners write 'xalong' for 'near' (90 times seen)"), ("", "spinners put 'xalong' in (90 times seen)")],
)
def test_what_spinners_do_is_told_in_words(original: str, told: str) -> None:
    channel = SpinnerChannel((ChannelRow("xalong", original, 90, 9, (("A", 90),), True),), {}, {})
    (finding,) = find(Parser().parse("They walked xalong the road."), channel)
    assert (finding.text, finding.explanation) == ("xalong", told)
