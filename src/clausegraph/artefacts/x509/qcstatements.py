"""The qualified certificate statements of a certificate (EN 319 412-5, RFC 3739).

Input: the value of extension 1.3.6.1.5.5.7.1.3. Output: the OIDs of all statements, the QcType
values and the few facts that a reader can check: legislation, limit, retention, PDS locations.
One statement with a broken body does not hide the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from clausegraph.artefacts.text import UnreadableError

EXTENSION = "1.3.6.1.5.5.7.1.3"
COMPLIANCE = "0.4.0.1862.1.1"
LIMIT_VALUE = "0.4.0.1862.1.2"
RETENTION = "0.4.0.1862.1.3"
PDS = "0.4.0.1862.1.5"
TYPE = "0.4.0.1862.1.6"
LEGISLATION = "0.4.0.1862.1.7"
SYNTAX = frozenset({"1.3.6.1.5.5.7.11.1", "1.3.6.1.5.5.7.11.2"})
# The OIDs printed for QcType in CID (EU) 2025/2164 are wrong; these are the ones in use.
_TYPES = {TYPE + ".1": "esign", TYPE + ".2": "eseal", TYPE + ".3": "web"}

# NameError: asn1crypto 1.5 has unbound local variables on paths that only bad input reaches.
PARSE_ERRORS = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, NameError,
    RecursionError, NotImplementedError,
)  # fmt: skip
"""What asn1crypto raises when the bytes do not fit the structure."""


@dataclass(slots=True)
class QcStatements:
    """The statements, in the order of the certificate."""

    oids: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    semantics: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """Legislation, limit, retention, PDS, one sentence each."""
    faults: list[str] = field(default_factory=list)
    """What could not be read."""


@cache
def _structures() -> dict[str, Any]:
    """The ASN.1 structures, defined on first use because asn1crypto takes time to import."""
    from asn1crypto import core

    class QCStatement(core.Sequence):  # type: ignore[misc]
        _fields = [  # noqa: RUF012 - the form that asn1crypto demands
            ("statement_id", core.ObjectIdentifier),
            ("statement_info", core.Any, {"optional": True}),
        ]

    class QCStatements(core.SequenceOf):  # type: ignore[misc]
        _child_spec = QCStatement

    class CurrencyCode(core.Choice):  # type: ignore[misc]
        _alternatives = [  # noqa: RUF012
            ("alphabetic", core.PrintableString),
            ("numeric", core.Integer),
        ]

    class MonetaryValue(core.Sequence):  # type: ignore[misc]
        _fields = [  # noqa: RUF012
            ("currency", CurrencyCode),
            ("amount", core.Integer),
            ("exponent", core.Integer),
        ]

    class PdsLocation(core.Sequence):  # type: ignore[misc]
        _fields = [("url", core.IA5String), ("language", core.PrintableString)]  # noqa: RUF012

    class PdsLocations(core.SequenceOf):  # type: ignore[misc]
        _child_spec = PdsLocation

    class Oids(core.SequenceOf):  # type: ignore[misc]
        _child_spec = core.ObjectIdentifier

    class Countries(core.SequenceOf):  # type: ignore[misc]
        _child_spec = core.PrintableString

    class Semantics(core.Sequence):  # type: ignore[misc]
        _fields = [  # noqa: RUF012
            ("semantics_identifier", core.ObjectIdentifier, {"optional": True}),
            ("name_registration_authorities", core.Any, {"optional": True}),
        ]

    return {
        "": QCStatements,
        LIMIT_VALUE: MonetaryValue,
        RETENTION: core.Integer,
        PDS: PdsLocations,
        TYPE: Oids,
        LEGISLATION: Countries,
        **dict.fromkeys(SYNTAX, Semantics),
    }


@lru_cache(maxsize=128)
def parse(der: bytes) -> QcStatements:
    """Read the value of the extension.

    The certificates of one profile share it to the byte, so results are kept; do not change them.

    Raises:
        UnreadableError: it is no sequence of statements at all.
    """
    structures = _structures()
    found = QcStatements()
    try:
        statements = list(structures[""].load(der))
    except PARSE_ERRORS as error:
        raise UnreadableError("QC statements are not a sequence of statements") from error
    for statement in statements:
        try:
            oid = str(statement["statement_id"].dotted)
        except PARSE_ERRORS:
            found.faults.append("a QC statement without a readable OID")
            continue
        found.oids.append(oid)
        try:
            _read(oid, statement["statement_info"], structures, found)
        except PARSE_ERRORS:
            found.faults.append(f"the body of QC statement {oid} cannot be read")
    return found


def _read(oid: str, info: Any, structures: dict[str, Any], found: QcStatements) -> None:
    structure = structures.get(oid)
    if structure is None:
        return
    der = info.dump()
    if not der:
        if oid not in SYNTAX:
            found.faults.append(f"QC statement {oid} has no body")
        return
    value = structure.load(der)
    if oid == TYPE:
        for item in value:
            name = _TYPES.get(item.dotted)
            if name:
                found.types.append(name)
            else:
                found.faults.append(f"unknown QcType {item.dotted}")
    elif oid == LEGISLATION:
        countries = ", ".join(str(item.native) for item in value)
        found.remarks.append(f"QcCClegislation: {countries}")
    elif oid == PDS:
        found.remarks += [f"PDS ({i['language'].native}): {i['url'].native}" for i in value]
    elif oid == RETENTION:
        found.remarks.append(f"QcRetentionPeriod: {value.native} years")
    elif oid == LIMIT_VALUE:
        amount, exponent = value["amount"].native, value["exponent"].native
        currency = value["currency"].chosen.native
        found.remarks.append(f"QcLimitValue: {amount} x 10^{exponent} {currency}")
    elif oid in SYNTAX and value["semantics_identifier"]:
        found.semantics.append(str(value["semantics_identifier"].dotted))
