"""SHACL validation of a pack: one report form, whatever engine answers.

Input: the dataset with its shapes in the graph ``rules``. Output: the graph ``results``: one
``sh:ValidationResult`` per result and one ``earl:Assertion`` per rule, with the number of focus
nodes that it met. A rule that met none is untested, never passed.
"""

from clausegraph.validate.report import Report, Result, write_results
from clausegraph.validate.run import EARLY, Engine, Prepared, validate

__all__ = [
    "EARLY",
    "Engine",
    "Prepared",
    "Report",
    "Result",
    "validate",
    "write_results",
]
