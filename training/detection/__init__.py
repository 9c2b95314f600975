"""The verdict: which words look damaged, what that says of a text, and what the encoder adds."""
