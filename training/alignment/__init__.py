"""The aligners of words and of sentences."""
