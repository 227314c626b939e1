"""The ASN.1 of qualified certificate statements.

Input: nothing. Output: asn1crypto structures by the OID of the statement whose body they describe,
defined on first use because asn1crypto takes time to import.
Clause: EN 319 412-5 4.2 to 4.4 and Annex B; RFC 3739 3.2.6; TS 119 495 5.1.
"""

from __future__ import annotations

from functools import cache
from typing import Any

COMPLIANCE = "0.4.0.1862.1.1"
LIMIT_VALUE = "0.4.0.1862.1.2"
RETENTION = "0.4.0.1862.1.3"
DEVICE = "0.4.0.1862.1.4"  # CID (EU) 2025/2164 prints another number, which no certificate carries
PDS = "0.4.0.1862.1.5"
TYPE = "0.4.0.1862.1.6"
LEGISLATION = "0.4.0.1862.1.7"
IDENTIFICATION = "0.4.0.1862.1.8"
DEVICE_LEGISLATION = "0.4.0.1862.1.9"
PSD2 = "0.4.0.19495.2"
SYNTAX = frozenset({"1.3.6.1.5.5.7.11.1", "1.3.6.1.5.5.7.11.2"})


@cache
def structures() -> dict[str, Any]:
    """The structure of each body; under an empty text that of the extension itself."""
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

    class PaymentRole(core.Sequence):  # type: ignore[misc]
        _fields = [("oid", core.ObjectIdentifier), ("name", core.UTF8String)]  # noqa: RUF012

    class PaymentRoles(core.SequenceOf):  # type: ignore[misc]
        _child_spec = PaymentRole

    class PaymentServices(core.Sequence):  # type: ignore[misc]
        _fields = [  # noqa: RUF012
            ("roles", PaymentRoles),
            ("authority_name", core.UTF8String),
            ("authority_id", core.UTF8String),
        ]

    return {
        "": QCStatements,
        LIMIT_VALUE: MonetaryValue,
        RETENTION: core.Integer,
        PDS: PdsLocations,
        TYPE: Oids,
        LEGISLATION: Countries,
        IDENTIFICATION: Oids,
        DEVICE_LEGISLATION: Countries,
        PSD2: PaymentServices,
        **dict.fromkeys(SYNTAX, Semantics),
    }
