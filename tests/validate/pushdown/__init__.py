"""Tests of validation pushed down to a store."""
