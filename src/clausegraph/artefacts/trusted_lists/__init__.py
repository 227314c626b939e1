"""Trusted lists of ETSI TS 119 612 (format versions 4 to 6) and lists of trusted lists.

Two halves that do not need each other: whether a list can be trusted (signature, pointers, LOTL,
anchors) and what it says (model, parsing, criteria, registry, conclusions).
"""
