"""Documents for the file: the report of a pack and one report per case, as DOCX, PDF and HTML.

Input: a checked pack. Output: blocks (headings, facts, tables) that three writers turn into files,
so that all of them say the same.
"""
