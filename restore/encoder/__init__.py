"""The encoder that reads a text and its reference, and says what is damaged, and what stood there."""
