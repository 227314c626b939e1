"""OSCAL profiles: what applies to the service, and what applies under each certificate policy.

Input: the view ``outcomes`` of the pack, and the view ``inheritance`` of each of the seven policies
of EN 319 411-2 as the graph derives it (conditions undecided, so that all their requirements are
there). Output: one profile each, importing the catalog. Requirements that are excluded or
superseded are left out; those that a pack declares not applicable stay, since the plan has to say
so. Source: EN 319 411-2 clause 5.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausegraph import views
from clausegraph.export.oscal.bundle import CATALOG, Bundle
from clausegraph.export.oscal.elements import Json

POLICIES = ("QCP-n", "QCP-l", "QCP-n-qscd", "QCP-l-qscd", "QEVCP-w", "QNCP-w", "QNCP-w-gen")
_IN = ("applies", "undecided")


def document(bundle: Bundle) -> Json:
    """The profile of the service."""
    title = f"What applies to {bundle.system_name} ({bundle.verdict['policy'] or 'no policy'})"
    return _profile(bundle, "profile", title, bundle.outcomes)


def policies(bundle: Bundle) -> Iterator[tuple[str, Json]]:
    """File name and profile of each certificate policy."""
    for policy in POLICIES:
        rows = views.rows(bundle.projection.derive(policy), "inheritance")
        found = [str(r["requirement"]) for r in rows if r["standing"] in _IN]
        title = f"What applies under {policy}, whatever the conditions"
        yield policy_file(policy), _profile(bundle, f"profile/{policy}", title, found, "../")


def policy_file(policy: str) -> str:
    """The file of a policy's profile."""
    return f"policies/{policy}.json"


def _profile(
    bundle: Bundle, name: str, title: str, requirements: Iterable[str], up: str = ""
) -> Json:
    wanted = set(requirements)
    ids = [bundle.control(iri) for iri in bundle.controls if iri in wanted]
    selection: Json = {"href": up + CATALOG}
    if ids:
        selection["include-controls"] = [{"with-ids": ids}]
    return {
        "profile": {
            "uuid": bundle.document_uuid(name),
            "metadata": bundle.metadata(title),
            "imports": [selection],
            "merge": {"as-is": True},
        }
    }
