"""A text as tokens and sentences, word forms, casing, and what is mended before it is parsed."""
