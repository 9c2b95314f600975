"""LanguageTool: its pinned files, and how much its rules say of damage."""
