"""Tables made of dictionaries, thesauri, word vectors and lists of names."""
