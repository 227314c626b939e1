"""A SPARQL 1.1 store on the network: packs are pushed, pulled and asked there.

```
credentials ─▶ http ─▶ endpoint ◀─ dialects       transport: one request, one whole answer
                          ▲
            manifest ◀─ transfer, asking           what stands in a store; push, pull; queries
```
Input: the URL of a store, graphs of packs, queries. Output: terms exactly as the store wrote
them, or a `clausegraph.errors.StoreError`. Half an answer is an error, never a result.
"""

from __future__ import annotations
