"""LanguageTool, a grammar checker that runs as a server of its own: its set-up, its life, and what it says of a text.

`settings` is its part of the config, `install` puts the pinned jars into the user's cache, `server` keeps one server
per process tree alive, `client` asks it. It needs Java 17 and the extra `languagetool` (language-tool-python, GPL-3.0),
which is imported only when a text is checked.
"""
