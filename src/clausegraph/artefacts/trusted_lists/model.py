"""What a trusted list says, as values.

Input: nothing. Output: the dataclasses that the parser fills: list, provider, service, the periods
of a service (its current entry and each entry of its history) with identity, additional
information, qualifications and other extensions. Values of URIs that ETSI defines are kept by their
last part (``granted``, ``CA-QC``, ``QCWithQSCD``); a URI that nobody knows is kept as it is.
Clause: TS 119 612 5.3 to 5.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from clausegraph.artefacts.trusted_lists.heads import ListHead

# The codes of the codelists tl-service-type, tl-status, tl-additional and tl-qualifier; any
# other URI is kept as it is, so that the graph names no concept that nobody defined.
SERVICE_TYPES = frozenset({
    "CA-QC", "Certstatus-OCSP-QC", "Certstatus-CRL-QC", "TSA-QTST", "EDS-Q", "EDS-REM-Q",
    "PSES-Q", "QESValidation-Q", "RemoteQSigCDManagement-Q", "RemoteQSealCDManagement-Q",
    "EAA-Q", "ElectronicArchiving-Q", "Ledgers-Q", "CA-PKC", "NationalRootCA-QC",
    "Certstatus-OCSP", "Certstatus-CRL", "TSA", "TSA-TSS-QC", "TSA-TSS-AdESQCandQES", "ACA",
    "RA", "RA-nothavingPKIid", "IdV", "IdV-nothavingPKIid", "SignaturePolicyAuthority",
    "Archiv", "TLIssuer", "unspecified",
})  # fmt: skip
STATUSES = frozenset({
    "granted", "withdrawn", "recognisedatnationallevel", "deprecatedatnationallevel",
    "setbynationallaw", "deprecatedbynationallaw", "undersupervision", "supervisionincessation",
    "supervisionceased", "supervisionrevoked", "accredited", "accreditationceased",
    "accreditationrevoked",
})  # fmt: skip
ADDITIONAL = frozenset({"ForeSignatures", "ForeSeals", "ForWebSiteAuthentication", "RootCA-QC"})
QUALIFIERS = frozenset({
    "QCWithQSCD", "QCNoQSCD", "QCQSCDStatusAsInCert", "QCQSCDManagedOnBehalf", "QCWithSSCD",
    "QCNoSSCD", "QCSSCDStatusAsInCert", "QCForESig", "QCForESeal", "QCForWSA",
    "QCForLegalPerson", "QCStatement", "NotQualified",
})  # fmt: skip

Assertion: TypeAlias = Literal["all", "atLeastOne", "none"]


@dataclass(frozen=True, slots=True)
class Coded:
    """A value that a list gives as a URI: a code where it is known, else only the URI."""

    uri: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class KeyUsage:
    """A criterion: each bit named has the value stated (TS 119 612 5.5.9.2.2.1)."""

    bits: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class PolicySet:
    """A criterion: the certificate carries all of these policies (5.5.9.2.2.2)."""

    oids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExtendedKeyUsage:
    """A criterion: the certificate carries all of these purposes (5.5.9.2.2.3)."""

    oids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SubjectAttributes:
    """A criterion: the subject name holds all of these attributes (5.5.9.2.2.3)."""

    oids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownCriterion:
    """A criterion that cannot be evaluated; ``why`` names it."""

    why: str


@dataclass(frozen=True, slots=True)
class CriteriaList:
    """Criteria and how many of them have to hold (5.5.9.2.2)."""

    assertion: Assertion
    members: tuple[Criterion, ...]


Criterion: TypeAlias = (
    CriteriaList | KeyUsage | PolicySet | ExtendedKeyUsage | SubjectAttributes | UnknownCriterion
)


@dataclass(frozen=True, slots=True)
class Qualification:
    """Qualifiers and the certificates that they are meant for (5.5.9.2)."""

    qualifiers: tuple[Coded, ...]
    criteria: Criterion


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A certificate of a service digital identity; one object for equal certificates of a list.

    Attributes:
        der: the certificate.
        sha256: its hash, hexadecimal.
        key_identifier: subject key identifier, empty when it has none or it is unreadable.
    """

    der: bytes = field(repr=False)
    sha256: str
    key_identifier: bytes = b""


@dataclass(frozen=True, slots=True)
class Identity:
    """A service digital identity (5.5.3).

    Attributes:
        certificates: certificates, own or inherited from the service.
        keys: subject key identifiers that the list itself states.
        names: subject names as the list writes them; may be personal data.
        inherited: whether the certificates are those of the service, since an entry of a history
            gives a key identifier or a name only.
        notes: what could not be read.
    """

    certificates: tuple[ListedCertificate, ...] = ()
    keys: tuple[bytes, ...] = ()
    names: tuple[str, ...] = ()
    inherited: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnknownExtension:
    """An extension that is not understood; it never drops a service."""

    name: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Period:
    """One state of a service: its current entry, or an entry of its history.

    Attributes:
        number: 0 for the current entry, else position in the history as listed, from 1.
        kind: service type.
        status: status.
        since: start of the status, UTC; None when unreadable.
        until: start of the next status, which no longer belongs to this one; None when it lasts.
        name: service name, the English one of several.
        identity: service digital identity.
        additional: additional service information.
        qualifications: of all Qualifications extensions together.
        taken_over_by: names of the providers that took the service over.
        expired_since: since when revocation information of expired certificates is kept, UTC.
        expired_text: the same as the list writes it, up to 40 characters.
        unknown: extensions that are not understood.
        notes: what could not be read.
    """

    number: int
    kind: Coded
    status: Coded
    since: datetime | None
    until: datetime | None
    name: str
    identity: Identity
    additional: tuple[Coded, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    taken_over_by: tuple[str, ...] = ()
    expired_since: datetime | None = None
    expired_text: str = ""
    unknown: tuple[UnknownExtension, ...] = ()
    notes: tuple[str, ...] = ()

    def covers(self, moment: datetime) -> bool:
        """Whether the state holds at a time (UTC); the interval is half open."""
        return (
            self.since is not None
            and self.since <= moment
            and (self.until is None or moment < self.until)
        )

    @property
    def purposes(self) -> frozenset[str]:
        """The codes of the additional information."""
        return frozenset(each.code for each in self.additional if each.code)


@dataclass(frozen=True)
class Service:
    """A service with its history.

    Attributes:
        number: position within its provider, from 1.
        periods: the current entry, then the history as listed; empty when the service has no
            information at all.
    """

    number: int
    periods: tuple[Period, ...]

    @cached_property
    def current(self) -> Period | None:
        """The current entry."""
        return self.periods[0] if self.periods and self.periods[0].number == 0 else None

    def at(self, moment: datetime) -> Period | None:
        """The state at a time (UTC), None before the first one."""
        return next((each for each in self.periods if each.covers(moment)), None)


@dataclass(frozen=True, slots=True)
class Provider:
    """A trust service provider: position on the list from 1, name (the English one), services."""

    number: int
    name: str
    services: tuple[Service, ...]
    trade_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrustedList:
    """A trusted list.

    Attributes:
        sha256: hash of the file, hexadecimal.
        head: what the list says of itself.
        operator: scheme operator.
        providers: providers with their services.
        signatures: number of signatures that the list carries.
        notes: what could not be read.
    """

    sha256: str
    head: ListHead
    operator: str
    providers: tuple[Provider, ...]
    signatures: int
    notes: tuple[str, ...] = ()

    def services(self) -> Iterator[tuple[Provider, Service]]:
        """All services with their providers, in the order of the list."""
        for provider in self.providers:
            for service in provider.services:
                yield provider, service

    @property
    def title(self) -> str:
        """The list by country and number: ``SE 62``."""
        number = "without number" if self.head.sequence is None else str(self.head.sequence)
        return f"{self.head.territory or 'no country'} {number}"
