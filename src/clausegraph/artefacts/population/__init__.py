"""Certificate populations: millions of certificates become one profile.

Input: a folder, an archive, a CSV, JSON Lines or PEM file. Output: `Population`: counts by class
of certificates, with examples, and every exceptional certificate that its bounds let stand.
Flow: `sources` gives rows, `run` cuts them into chunks, `workers` shares these out, `chunks`
parses and counts, `profile` adds up, `spool` finds what repeats, `resume` remembers.
Clause: EN 319 411-2 6.6.1 (certificate profiles).
"""

from clausegraph.artefacts.population.chunks import Concluder, Task
from clausegraph.artefacts.population.profile import Profile
from clausegraph.artefacts.population.run import Population, profile_source
from clausegraph.artefacts.population.sources import Source

__all__ = ["Concluder", "Population", "Profile", "Source", "Task", "profile_source"]
