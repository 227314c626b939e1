"""The report as one self-contained HTML file.

Input: a ``ReportModel``. Output: HTML with inline style and script, allowed by hash in a
Content-Security-Policy, and nothing loaded from elsewhere. It reads and prints without the script:
chains are ``details``, filters appear only when they work. Every value is escaped by the template
engine. Same model, same bytes. Source: WCAG 2.2 level AA for contrast, focus and names.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from clausegraph.report import ReportModel
from clausegraph.report.certificates import tone
from clausegraph.report.holdings import what_was_found
from clausegraph.report.messages import named
from clausegraph.report.sections import sections
from clausegraph.report.words import (
    capital,
    date,
    day,
    deadline,
    distance,
    duration,
    listed,
    local,
    plural,
    roles,
    said_once,
    spaced,
    words,
)

_CODE = re.compile(r"`([^`]+)`")
_BETWEEN = re.compile(r"\n\s*")


def render_html(model: ReportModel) -> str:
    """One HTML file that shows everything the model holds."""
    environment = _environment()
    content = sections(model)
    style = _style(content)
    script = _templates()["script.js"]
    page = environment.get_template("report.html").render(
        **content,
        style=Markup(style),  # noqa: S704 - our own file; values in it are hex-escaped
        script=Markup(script),  # noqa: S704 - our own file, no value in it
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return page.strip() + "\n"


@cache
def _templates() -> dict[str, str]:
    folder = resources.files("clausegraph.report") / "templates"
    return {
        entry.name: _tight(entry.name, entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".html", ".css", ".js"))
    }


def _tight(name: str, text: str) -> str:
    """Without line ends and indentation: hundreds of rows repeat what a template says once."""
    return text if name.endswith(".js") else _BETWEEN.sub("\n", text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader(_templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(
        capital=capital,
        code=_code,
        date=date,
        day=day,
        deadline=deadline,
        distance=distance,
        duration=duration,
        listed=listed,
        local=local,
        named=named,
        plural=plural,
        roles=roles,
        said_once=said_once,
        spaced=spaced,
        tone=tone,
        what_was_found=what_was_found,
        words=words,
    )
    return environment


def _shown(value: Any) -> Any:
    return "" if value is None else value


def _code(text: object) -> Markup:
    """Escaped text in which `` `key:` `` becomes a code element."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(str(text or "")))))  # noqa: S704


def _style(content: dict[str, Any]) -> str:
    """The style sheet with both uses of the dark colours and the running title of print."""
    parts = _templates()
    title = content["verdict"].get("service") or content["verdict"].get("title") or ""
    as_of = day(content["verdict"].get("as_of"))
    verdict = content["verdict_words"][0]
    return parts["style.css"].replace("/*dark*/", parts["dark.css"]) + parts["print.css"].replace(
        "/*running-title*/", f'"{_css_text(str(title))}"'
    ).replace("/*running-state*/", f'"{_css_text(f"{verdict} · as of {as_of}")}"')


def _css_text(text: str) -> str:
    """Text inside a CSS string: whatever is no plain letter, digit or blank as hex escape."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):06x}" for c in text
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
