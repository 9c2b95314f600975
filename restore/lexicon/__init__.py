"""What is known of words: WordNet, Moby, shared translations, vectors, frequencies, names, spelling."""
