"""What decides between the candidates of a text that the encoder has read."""
