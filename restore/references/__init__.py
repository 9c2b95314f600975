"""Reference articles: loading them, and telling whether they are about the same event."""
