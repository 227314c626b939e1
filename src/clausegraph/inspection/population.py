"""A population in words and tables: what it consists of, what is exceptional, what rules say.

Input: the population and the findings about it. Output: one document of plain values, and the
same as text. No subject is named: examples are given by SHA-256 and place in the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.population.revocations import counted_words
from clausegraph.tabular import as_csv

if TYPE_CHECKING:
    from clausegraph.artefacts.population import Population
    from clausegraph.artefacts.population.profile import ClassCount

_MOST = 20
_EXAMPLES = 3
_STATEMENTS = {
    "0.4.0.1862.1.1": "QcCompliance", "0.4.0.1862.1.2": "QcLimitValue",
    "0.4.0.1862.1.3": "QcRetentionPeriod", "0.4.0.1862.1.4": "QcSSCD", "0.4.0.1862.1.5": "QcPDS",
    "0.4.0.1862.1.6": "QcType", "0.4.0.1862.1.7": "QcCClegislation",
    "0.4.0.19495.2": "PSD2", "1.3.6.1.5.5.7.11.2": "semantics identifier",
}  # fmt: skip
_POLICIES = {
    f"0.4.0.194112.1.{number}": name
    for number, name in enumerate(
        ("QCP-n", "QCP-l", "QCP-n-qscd", "QCP-l-qscd", "QEVCP-w", "QNCP-w", "QNCP-w-gen")
    )
}
_ORDER = (
    "policy", "statement", "type", "key", "signature algorithm", "validity", "year of issue",
    "issuing CA", "key usage", "extended key usage", "conclusion",
    "revocation",
)  # fmt: skip
CLASS_COLUMNS = (
    "id", "count", "policies", "statements", "qc_types", "key_type", "key_size",
    "signature_algorithm", "issuer", "validity", "key_usage", "extended_key_usage", "ocsp_urls",
    "crl_urls", "is_ca", "strict", "conclusion", "earliest", "latest", "example",
    "revocation",
)  # fmt: skip


def document(
    found: Population, source: str, findings: Sequence[Mapping[str, object]]
) -> dict[str, Any]:
    """The population as plain values, in an order of its own.

    Args:
        found: the population.
        source: what the source is called.
        findings: rows of the view ``findings``.
    """
    profile = found.profile
    return {
        "source": source,
        "rows": profile.rows,
        "certificates": found.distinct,
        "repeated": found.repeated,
        "issuer_certificates": list(found.authorities),
        "signatures_verified": found.verified,
        "revocation_lists": list(found.lists),
        "dimensions": {
            name: dict(_largest(profile.dimensions[name])) for name in _ORDER
            if name in profile.dimensions
        },
        "not_shown": dict(sorted(profile.other_values.items())),
        "classes": class_rows(found),
        "other_classes": profile.other_classes,
        "exceptions": [
            {
                "kind": kind,
                "count": exception.count,
                "examples": [
                    {"place": e.locator, "sha256": e.digest, "note": e.note}
                    for e in exception.examples
                ],
            }
            for kind, exception in sorted(profile.exceptions.items())
        ],
        "findings": [
            {key: row[key] for key in ("severity", "stop", "code", "message", "focus_label")}
            for row in findings
        ],
    }  # fmt: skip


def class_rows(found: Population) -> list[dict[str, object]]:
    """One row per class, the largest first."""
    classes = sorted(found.profile.classes.items(), key=lambda item: (-item[1].count, item[0]))
    return [_class(key, count) for key, count in classes]


def _class(key: str, count: ClassCount) -> dict[str, object]:
    features = count.features
    row: dict[str, object] = {"id": key, "count": count.count}
    for name in CLASS_COLUMNS[2:-4]:
        value = getattr(features, name)
        row[name] = " ".join(value) if isinstance(value, tuple) else value
    for name, exemplar in (("earliest", count.first), ("latest", count.last_expiring)):
        row[name] = exemplar.when if exemplar is not None else None
    row["example"] = count.first.sha256 if count.first is not None else ""
    row["revocation"] = counted_words(count.revocation)
    return row


def classes_csv(found: Population) -> str:
    """The classes as CSV."""
    return as_csv(class_rows(found), CLASS_COLUMNS)


def text(content: Mapping[str, Any]) -> str:
    """The document as lines of text."""
    return "\n".join(_lines(content)) + "\n"


def _lines(content: Mapping[str, Any]) -> Iterator[str]:
    total = content["certificates"]
    yield f"Population {content['source']}"
    rows = f"{content['rows']} rows, {content['repeated']} of them repeated"
    yield f"  {total} certificates in {rows}"
    yield f"  {len(content['classes'])} classes that rules tell apart"
    if content["other_classes"]:
        yield f"  {content['other_classes']} certificates of further classes, not judged"
    for name, values in content["dimensions"].items():
        yield ""
        yield f"By {name}"
        shown = list(values.items())[:_MOST]
        for value, count in shown:
            yield f"  {count:>10}  {_name(name, value)}"
        rest = sum(values.values()) - sum(count for _, count in shown)
        rest += content["not_shown"].get(name, 0)
        if rest:
            yield f"  {rest:>10}  others"
    yield ""
    yield "Exceptions" if content["exceptions"] else "No exceptions."
    for exception in content["exceptions"]:
        yield f"  {exception['count']:>10}  {exception['kind']}"
        for example in exception["examples"][:_EXAMPLES]:
            yield f"              {example['place']}  {example['sha256'][:16]}  {example['note']}"
    yield ""
    yield f"Findings ({len(content['findings'])})" if content["findings"] else "No findings."
    for row in content["findings"]:
        stop = ", stop" if row["stop"] else ""
        yield f"  {row['severity']}{stop}  {row['code']}"
        about = f" ({row['focus_label']})" if row["focus_label"] else ""
        yield f"    {row['message']}{about}"


def _largest(values: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(values.items(), key=lambda item: (-item[1], item[0]))


def _name(dimension: str, value: str) -> str:
    names = {"policy": _POLICIES, "statement": _STATEMENTS}.get(dimension, {})
    return f"{value} ({names[value]})" if value in names else value
