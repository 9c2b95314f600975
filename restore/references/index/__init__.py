"""An index of clean articles, and finding in it the ones about the event of a damaged text."""

from restore.references.index.build import BuildReport, build_index, delete_articles
from restore.references.index.store import ArticleReader, Stored

__all__ = ["ArticleReader", "BuildReport", "Stored", "build_index", "delete_articles"]
