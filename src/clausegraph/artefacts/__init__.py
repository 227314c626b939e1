"""Readers: the bytes of artefacts become values.

Input: bytes of unknown origin. Output: plain dataclasses, never triples: collectors write the
graph, ``inspect`` says it in words, populations count. Every reader is bounded in size, depth and
time, opens no network connection and raises `UnreadableError` for what it refuses.
"""
