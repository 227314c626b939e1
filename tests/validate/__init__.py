"""Tests of the SHACL engines."""
