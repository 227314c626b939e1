"""Linked data: the graphs of a pack as RDF files, and descriptions of a package."""
