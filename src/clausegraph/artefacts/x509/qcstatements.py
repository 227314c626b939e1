"""The qualified certificate statements of a certificate (EN 319 412-5, RFC 3739, TS 119 495).

Input: the value of extension 1.3.6.1.5.5.7.1.3. Output: the OIDs of all statements and what their
bodies say: type, legislation, limit, retention, PDS locations, identification, payment services.
One statement with a broken body does not hide the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509.qcsyntax import (
    COMPLIANCE,
    DEVICE,
    DEVICE_LEGISLATION,
    IDENTIFICATION,
    LEGISLATION,
    LIMIT_VALUE,
    PDS,
    PSD2,
    RETENTION,
    SYNTAX,
    TYPE,
    structures,
)

EXTENSION = "1.3.6.1.5.5.7.1.3"
# The OIDs printed for QcType in CID (EU) 2025/2164 are wrong; these are the ones in use.
_TYPES = {TYPE + ".1": "esign", TYPE + ".2": "eseal", TYPE + ".3": "web"}
_GREATEST = 10**15
_MAX_ITEMS = 100

# NameError: asn1crypto 1.5 has unbound local variables on paths that only bad input reaches.
PARSE_ERRORS = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, NameError,
    RecursionError, NotImplementedError,
)  # fmt: skip
"""What asn1crypto raises when the bytes do not fit the structure."""


class Limit(NamedTuple):
    """A limit on the value of transactions: amount × 10^exponent."""

    amount: int
    exponent: int
    currency: str

    def __str__(self) -> str:
        """For example ``5 x 10^6 EUR``."""
        return f"{self.amount} x 10^{self.exponent} {self.currency}"


class Location(NamedTuple):
    """Where a PKI disclosure statement lies, and its language."""

    url: str
    language: str


class PaymentServices(NamedTuple):
    """What a certificate says of a payment service provider (TS 119 495 5.1).

    Attributes:
        roles: as (OID, name), for example ``("0.4.0.19495.1.1", "PSP_AS")``.
        authority_name: the competent authority.
        authority_id: its identifier, for example ``SE-FI``.
    """

    roles: tuple[tuple[str, str], ...]
    authority_name: str
    authority_id: str

    @property
    def authority(self) -> str:
        """Identifier and name of the competent authority."""
        return f"{self.authority_id} ({self.authority_name})"


@dataclass(slots=True)
class QcStatements:
    """The statements, in the order of the certificate.

    Attributes:
        oids: of all statements.
        types: ``esign``, ``eseal``, ``web``.
        semantics: OIDs of semantics identifiers (EN 319 412-1 5.1).
        countries: of QcCClegislation; not empty means: no EU qualified certificate.
        device_countries: under whose law the device is qualified, when not that of the EU.
        limit: the value of transactions for which the certificate may be used.
        retention_years: for which the registration information is kept after expiry.
        locations: of PKI disclosure statements.
        identification: OIDs of the identification method (EN 319 412-5 4.3.5).
        payment: the statement of PSD2 certificates.
        faults: what could not be read.
    """

    oids: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    semantics: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    device_countries: list[str] = field(default_factory=list)
    limit: Limit | None = None
    retention_years: int | None = None
    locations: list[Location] = field(default_factory=list)
    identification: list[str] = field(default_factory=list)
    payment: PaymentServices | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def compliance(self) -> bool:
        """Whether it claims to be a qualified certificate (QcCompliance)."""
        return COMPLIANCE in self.oids

    @property
    def device(self) -> bool:
        """Whether it claims that the key lies in a qualified device (QcSSCD)."""
        return DEVICE in self.oids


@lru_cache(maxsize=256)
def parse(der: bytes) -> QcStatements:
    """Read the value of the extension.

    The certificates of one profile share it to the byte, so results are kept; do not change them.

    Raises:
        UnreadableError: it is no sequence of statements at all.
    """
    found = QcStatements()
    try:
        statements = list(structures()[""].load(der, strict=True))
    except PARSE_ERRORS as error:
        raise UnreadableError("QC statements are not a sequence of statements") from error
    for statement in statements[:_MAX_ITEMS]:
        try:
            oid = str(statement["statement_id"].dotted)
        except PARSE_ERRORS:
            found.faults.append("a QC statement without a readable OID")
            continue
        found.oids.append(oid)
        try:
            _read(oid, statement["statement_info"], found)
        except PARSE_ERRORS:
            found.faults.append(f"the body of QC statement {oid} cannot be read")
    if len(statements) > _MAX_ITEMS:
        found.faults.append(f"only the first {_MAX_ITEMS} QC statements were read")
    return found


def _read(oid: str, info: Any, found: QcStatements) -> None:
    reader = _READERS.get(oid)
    if reader is None:
        return
    der = info.dump()
    if not der:
        if oid not in SYNTAX:
            found.faults.append(f"QC statement {oid} has no body")
        return
    reader(found, structures()[oid].load(der, strict=True))


def _type(found: QcStatements, value: Any) -> None:
    for item in value:
        name = _TYPES.get(item.dotted)
        if name:
            found.types.append(name)
        else:
            found.faults.append(f"unknown QcType {clean(item.dotted, 80)}")


def _legislation(found: QcStatements, value: Any) -> None:
    found.countries += _texts(value)


def _device_legislation(found: QcStatements, value: Any) -> None:
    found.device_countries += _texts(value)


def _locations(found: QcStatements, value: Any) -> None:
    found.locations += [
        Location(_text(item["url"]), _text(item["language"])) for item in list(value)[:_MAX_ITEMS]
    ]


def _retention(found: QcStatements, value: Any) -> None:
    found.retention_years = _number(value)


def _limit(found: QcStatements, value: Any) -> None:
    currency = clean(str(value["currency"].chosen.native), 10)
    found.limit = Limit(_number(value["amount"]), _number(value["exponent"]), currency)


def _identification(found: QcStatements, value: Any) -> None:
    found.identification += [clean(item.dotted, 80) for item in list(value)[:_MAX_ITEMS]]


def _payment(found: QcStatements, value: Any) -> None:
    roles = [
        (clean(role["oid"].dotted, 80), _text(role["name"]))
        for role in list(value["roles"])[:_MAX_ITEMS]
    ]
    name, identifier = _text(value["authority_name"]), _text(value["authority_id"])
    found.payment = PaymentServices(tuple(roles), name, identifier)


def _semantics(found: QcStatements, value: Any) -> None:
    if value["semantics_identifier"]:
        found.semantics.append(str(value["semantics_identifier"].dotted))


def _text(value: Any) -> str:
    return clean(str(value.native), 500)


def _texts(value: Any) -> list[str]:
    return [_text(item) for item in list(value)[:_MAX_ITEMS]]


def _number(value: Any) -> int:
    number = int(value.native)
    if abs(number) > _GREATEST:
        raise ValueError("out of range")
    return number


_READERS: dict[str, Callable[[QcStatements, Any], None]] = {
    TYPE: _type,
    LEGISLATION: _legislation,
    DEVICE_LEGISLATION: _device_legislation,
    PDS: _locations,
    RETENTION: _retention,
    LIMIT_VALUE: _limit,
    IDENTIFICATION: _identification,
    PSD2: _payment,
    **dict.fromkeys(SYNTAX, _semantics),
}
