"""What judges fluency: bigram counts, or a neural language model."""
