"""Which articles of an index tell of the same event."""
