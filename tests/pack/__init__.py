"""Tests of pack reading."""
