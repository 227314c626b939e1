"""Validation pushed down to a store: shapes compiled to few SELECT queries.

Input: a plan of shapes and a `Source` (any SPARQL 1.1 store). Output: `Pushed`, the violations
and the number of focus nodes of every shape; only these travel. Knows no network.
"""

from clausegraph.validate.pushdown.batches import DEFAULT, Limits
from clausegraph.validate.pushdown.run import Pushed, push_down
from clausegraph.validate.pushdown.source import Refused, Row, Source, StoreSource

__all__ = ["DEFAULT", "Limits", "Pushed", "Refused", "Row", "Source", "StoreSource", "push_down"]
