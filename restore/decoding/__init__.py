"""Lattice, channel, beam search and confidence."""
