"""Validate a dataset and write its ``results`` graph."""

from __future__ import annotations

from clausegraph.store import Dataset
from clausegraph.validate.report import Report, write_results
from clausegraph.validate.targets import rule_targets


def validate(dataset: Dataset) -> Report:
    """Run all rules of the graph ``rules`` over the data graphs.

    Returns:
        the report, which also stands in the graph ``results``.
    """
    from clausegraph.validate.reference import run_pyshacl

    targets = list(rule_targets(dataset))
    counts = {t.rule: len(t.focus) for t in targets}
    results = tuple(sorted(run_pyshacl(dataset, targets), key=lambda r: r.key))
    report = Report(results, counts)
    write_results(dataset, report)
    return report
