"""Which texts and sentences are a reference's in other words."""
