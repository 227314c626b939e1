"""Documents: practice statements, policies, disclosure statements, terms, notices.

Input: the bytes of a PDF, HTML page, DOCX, Markdown or plain text. Output: `DocumentText`, one form
for all of them: title, version, dates, language, pages, sections with their text, seals. Nothing is
executed, nothing is fetched, no signature is validated. Nothing is imported here: the process that
opens PDF files starts sooner.
Clause: EN 319 411-1 5.2 (practice statement), EN 319 411-2 6.9.4 (terms, disclosure statement).
"""
