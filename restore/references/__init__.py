"""Reference articles: loading them, and telling whether they are about the same event."""

from restore.references.match import assess

__all__ = ["assess"]
