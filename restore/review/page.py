"""The review page as one self-contained HTML file: nothing is fetched, and no text in it can run. Needs Jinja2."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from typing import Any

from restore.rendering.templates import environment, require_jinja
from restore.review.documents import ReviewDocument, by_need, entry, payload

SCRIPTS = (
    "text.js",
    "state.js",
    "plots.js",
    "text_view.js",
    "compared.js",
    "panel.js",
    "index.js",
    "keys.js",
    "app.js",
)
"""In the order in which the page runs them, as one script."""


def require() -> None:
    """Raise `ModelNotFoundError`, with the remedy, unless Jinja2 is installed."""
    require_jinja("review", "use --format json")


def render(documents: Sequence[ReviewDocument], title: str, left_out: int = 0) -> str:
    """Write the page, the documents that need a look most first; `left_out` is how many there are beside them.

    Raises `ModelNotFoundError` if Jinja2 is not installed.
    """
    require()
    from markupsafe import Markup

    script = "".join(["(() => {\n'use strict';\n", *map(_asset, SCRIPTS), "})();\n"])
    style = _asset("page.css")
    ordered = by_need(documents)
    index = {"documents": [entry(d) for d in ordered], "left_out": left_out}
    return environment("restore.review").get_template("page.html.j2").render(
        title=title,
        single=len(ordered) == 1 and not left_out,
        policy=_policy(script, style),
        script=Markup(script),
        style=Markup(style),
        index=Markup(_embedded(index)),
        payloads=[Markup(_embedded(payload(d))) if d.restoration else None for d in ordered],
    )  # fmt: skip


def _asset(name: str) -> str:
    return files("restore.review").joinpath(name).read_text("utf-8")


def _policy(script: str, style: str) -> str:
    """Return the content security policy: this very script and style run, and nothing else, whatever a text holds."""
    return (
        f"default-src 'none'; script-src 'sha256-{_digest(script)}'; style-src 'sha256-{_digest(style)}';"
        " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _embedded(value: Any) -> str:
    """Return JSON for a script element: ASCII alone, lone surrogates as escapes, and no character of markup."""
    plain = json.dumps(value, separators=(",", ":"))
    return plain.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
