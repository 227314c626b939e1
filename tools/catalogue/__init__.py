"""Turns the tables of facts (``data/catalogue``, ``data/codelists``) into Turtle.

One module per subject, each a function from sources to a graph; ``build`` puts them together.
"""
