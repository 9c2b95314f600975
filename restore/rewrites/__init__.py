"""Sentences that are told in other words than in a reference: the verdict on the text, and proposals for each."""
