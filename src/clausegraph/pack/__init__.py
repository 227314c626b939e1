"""A pack folder and its declared graph.

Input: a folder with ``pack.yaml`` (YAML-LD), ``evidence/``, ``cases/`` and artefacts, or the same
as Turtle, TriG or JSON-LD. Output: the triples of the ``declared`` and ``cases/…`` graphs.
The keys stand in ``ontology/pack-format.yaml``; nothing here knows a key by name except the few
that give a file its shape (``id``, ``type``, ``@context``, ``evidence``).
"""

from clausegraph.pack.format import PackFormat, context, pack_format
from clausegraph.pack.loader import LoadedPack, load_pack, root_files
from clausegraph.pack.presumed import Presumed

__all__ = [
    "LoadedPack",
    "PackFormat",
    "Presumed",
    "context",
    "load_pack",
    "pack_format",
    "root_files",
]
