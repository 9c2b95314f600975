"""Gold markup, scores and the spinner simulator."""

from typing import Literal

Unit = Literal["line", "paragraphs"]
"""What one document is in a file of clean plain text."""
