"""Makes the two example packs of a fictional provider, see ``python -m tools.make_packs --help``.

Purpose: everything under ``data/packs`` comes from here: a small certificate hierarchy, documents
with detached signatures, a trusted list, the evidence plan and the pack files.
Inputs: the catalogue and the texts in ``source/``.
Outputs: ``data/packs/aurora-esign`` (complete) and ``data/packs/borealis-eseal`` (blocked).

Keys live in memory only and are never written, so each full run signs anew; the outputs are
committed and ``tests/packs`` verifies them with other tools than those that made them.
"""
