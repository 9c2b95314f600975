"""Reading documents from folders, JSON lines, Parquet and HTML, compressed or not: one place for all commands."""

from restore.reading.articles import Article, read_articles
from restore.reading.rows import Fields, Row, Unread, read_rows

__all__ = ["Article", "Fields", "Row", "Unread", "read_articles", "read_rows"]
