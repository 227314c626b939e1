"""``inspect``: what an artefact is and what it proves, in words.

Input: the bytes of one file and its name. Output: `Described`: one or more things found in it,
each with statements in words. One module per kind of artefact, each with a function
``describe(data, name, question)``; the readers of ``clausegraph.artefacts`` do the reading.
"""

from clausegraph.inspection.companions import Companions, companions
from clausegraph.inspection.files import inspect_file
from clausegraph.inspection.model import Described, Inquiry, Statement

__all__ = ["Companions", "Described", "Inquiry", "Statement", "companions", "inspect_file"]
