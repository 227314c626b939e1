"""The remarks of a linter about the certificates of a pack, when they are asked for.

Input: the certificates gathered. Output: one ``cg:LintReport`` per end-entity certificate, with
codes of errors and warnings. A remark is a finding at most, never proof of anything about
qualified status.
Source: EN 319 411-1 GEN-6.6.1-02, which names the certificate profiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from clausegraph.collect.facts import CREATOR, NOTE, TITLE, TYPE, certificate_iri, cg, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clausegraph.collect.gathered import Gathered
    from clausegraph.collect.question import Question

_TERMS = {
    "fatal": cg("lintError"), "error": cg("lintError"), "warning": cg("lintWarning"),
}  # fmt: skip


def facts(gathered: Gathered, question: Question) -> Iterator[Triple]:
    """What the linter remarks about each end-entity certificate.

    Args:
        gathered: the certificates of the pack.
        question: nothing is linted unless it asks for it.

    Raises:
        MissingExtra: lint is asked for and pkilint is not installed.
    """
    if not question.lint:
        return
    from clausegraph.artefacts.x509.lint import lint

    for sha256, certificate in gathered.certificates.items():
        if certificate.is_ca:
            continue
        found = lint(certificate.der)
        subject = certificate_iri(sha256)
        node = NamedNode(subject.value + "/lint")
        yield Triple(node, TYPE, cg("LintReport"))
        yield Triple(node, cg("about"), subject)
        yield Triple(node, CREATOR, text(found.tool))
        if found.profile:
            yield Triple(node, TITLE, text(found.profile))
        if found.failure:
            yield Triple(node, NOTE, text(f"The linter gave up: {found.failure}."))
        for code in dict.fromkeys(
            (term, remark.code)
            for remark in found.remarks
            if (term := _TERMS.get(remark.severity)) is not None
        ):
            yield Triple(node, code[0], text(code[1]))
