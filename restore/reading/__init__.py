"""Reading documents, one place for all commands: folders, JSON lines, CSV, Parquet, web archives, HTML.

Compressed or not, by path or by URL.
"""

from restore.reading.articles import Article, read_articles
from restore.reading.rows import Fields, Row, Unread, read_rows

__all__ = ["Article", "Fields", "Row", "Unread", "read_articles", "read_rows"]
