"""All errors that clausegraph raises on purpose.

ClausegraphError              exit 3   anything of ours
├── InputError                exit 2   a pack, an artefact or an argument that cannot be used
│   └── StoreError            exit 2   a store on the network that gives no usable answer
├── MissingExtra              exit 2   an optional library is not installed
└── AssetError                exit 3   our own ontology, shapes or queries are broken

An ``InputError`` says where (file, line, field), what was expected, what was seen and how to
mend it. ``InputErrors`` carries several at once, so that one run reports them all.
"""

from __future__ import annotations

from collections.abc import Sequence

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_INPUT = 2
EXIT_INTERNAL = 3


class ClausegraphError(Exception):
    """Base of all errors raised on purpose."""

    exit_code = EXIT_INTERNAL


class InputError(ClausegraphError):
    """Input that cannot be used.

    Args:
        message: what is wrong, one sentence.
        file: path as the user gave it, or relative to the pack.
        line: line number, counted from 1.
        field: the key or column, for example ``service.policy``.
        expected: what would have been right.
        seen: what was found.
        mend: what to do about it.
    """

    exit_code = EXIT_INPUT

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
        expected: str | None = None,
        seen: str | None = None,
        mend: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.field = field
        self.expected = expected
        self.seen = seen
        self.mend = mend

    def __str__(self) -> str:
        where = self.file or ""
        if self.line is not None:
            where += f":{self.line}"
        head = f"{where}: {self.message}" if where else self.message
        if self.field:
            head += f" (field {self.field})"
        details = [
            f"  {label}: {value}"
            for label, value in (
                ("expected", self.expected),
                ("seen", self.seen),
                ("mend", self.mend),
            )
            if value
        ]
        return "\n".join([head, *details])


class StoreError(InputError):
    """A store on the network that does not answer, or answers what cannot be used.

    Args:
        message: what is wrong, one sentence.
        status: HTTP status of the answer; None when there was none.
        details: see `InputError`; ``file`` is the URL, without query.
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        field: str | None = None,
        expected: str | None = None,
        seen: str | None = None,
        mend: str | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, file=file, field=field, expected=expected, seen=seen, mend=mend)
        self.status = status


class InputErrors(InputError):
    """Several input errors found in one run."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__(f"{len(errors)} input errors")
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class MissingExtra(ClausegraphError):
    """An optional library is needed and not installed."""

    exit_code = EXIT_INPUT

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional library: pip install 'clausegraph[{extra}]'")


class AssetError(ClausegraphError):
    """One of our own ontology, shape or query files is broken."""
