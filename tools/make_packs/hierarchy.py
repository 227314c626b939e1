"""Who exists in the example packs: CAs, sample subjects, responders, the scheme operator.

Purpose: make the certificates once and give each pack its binary artefacts.
Inputs: fixed names and dates. Outputs: for each pack a mapping from path to bytes, and the
document signer with its chain.
Clause: EN 319 411-2 clauses 5.4.1, 6.3.10 and 6.6.1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cryptography import x509

from tools.make_packs import pki, population, status, trustlist
from tools.make_packs.pki import Holder, SubjectProfile, instant

ESIGN = SubjectProfile("0.4.0.194112.1.2", "esign", device=True, slug="esign")
ESEAL = SubjectProfile("0.4.0.194112.1.1", "eseal", device=False, slug="eseal")
ESEAL_DEVICE = SubjectProfile("0.4.0.194112.1.3", "eseal", device=True, slug="eseal")
CA_START = "2024-02-05"
SIGNER_START = "2024-02-12"
PRODUCED = "2026-11-22T18:00"
SCHEME_OPERATOR = "Fictional Scheme Operator of Territory XA"
OPERATOR_TERM = ("2025-01-10", "2028-01-10")
LIST_ISSUE = trustlist.Issue(27, "2026-10-01T10:00:00Z", "2027-03-30T10:00:00Z")
LOTL_ISSUE = trustlist.Issue(12, "2026-09-01T10:00:00Z", "2027-02-28T10:00:00Z")

Files = dict[str, bytes]


@dataclass(frozen=True)
class Hierarchy:
    """The holders that the packs share."""

    root: Holder
    esign: Holder
    eseal_old: Holder
    eseal: Holder
    internal: Holder
    signer: Holder
    operator: Holder
    lotl_signer: Holder
    remote: Holder
    esign_responder: Holder
    eseal_responder: Holder


def create() -> Hierarchy:
    """Make all keys and certificates of the provider and of the scheme operator."""
    root = pki.root("Aurora Root CA G1", "2024-01-15", "2044-01-15")
    esign = pki.subordinate("Aurora eSign CA G1", root, CA_START, "2034-02-05")
    eseal = pki.subordinate("Borealis eSeal CA G2", root, "2026-07-20", "2036-07-20")
    internal = pki.subordinate("Aurora Internal CA G1", root, "2024-02-06", "2034-02-06")
    end = "2033-02-12"
    return Hierarchy(
        root,
        esign,
        pki.subordinate("Borealis eSeal CA G1", root, CA_START, "2034-02-05"),
        eseal,
        internal,
        pki.helper("Aurora Document Signing 1", internal, SIGNER_START, end),
        pki.list_signer("XA Trusted List Signer 1", SCHEME_OPERATOR, *OPERATOR_TERM),
        pki.list_signer("XA List of Lists Signer 1", SCHEME_OPERATOR, *OPERATOR_TERM),
        pki.helper("Aurora Remote Device Management 1", internal, SIGNER_START, end),
        pki.helper("Aurora eSign OCSP 1", esign, "2026-06-01", "2027-06-01", ocsp=True),
        # Planted: the responder's certificate comes from a CA that issues no seals.
        pki.helper("Borealis eSeal OCSP 1", internal, "2026-08-03", "2027-08-03", ocsp=True),
    )


def trusted_lists(holders: Hierarchy) -> Files:
    """The list of territory XA and the list of lists, the same files in both packs."""
    services = [
        trustlist.Service(
            "Aurora eSign CA G1",
            "CA/QC",
            holders.esign,
            trustlist.Period("granted", "2024-04-01T08:00:00Z"),
            additional=("ForeSignatures",),
            qualifiers=("QCWithQSCD", "QCQSCDManagedOnBehalf"),
            policy_oid=ESIGN.policy_oid,
        ),
        trustlist.Service(
            "Aurora remote device management",
            "RemoteQSigCDManagement/Q",
            holders.remote,
            trustlist.Period("granted", "2025-04-01T08:00:00Z"),
            additional=("ForeSignatures",),
        ),
        trustlist.Service(
            "Borealis eSeal CA G1",
            "CA/QC",
            holders.eseal_old,
            trustlist.Period("withdrawn", "2026-10-01T10:00:00Z"),
            past=(trustlist.Period("granted", "2024-04-01T08:00:00Z"),),
            additional=("ForeSeals",),
        ),
    ]
    return {
        "artefacts/trusted-list/tl-xa.xml": trustlist.build(services, holders.operator, LIST_ISSUE),
        "artefacts/trusted-list/lotl.xml": trustlist.build_lotl(
            holders.lotl_signer, (holders.operator.der,), LOTL_ISSUE
        ),
    }


def _person(number: int, start: str, end: str, holders: Hierarchy) -> Holder:
    label = f"Sample Subject {number:03}"
    subject = pki.name(f"{label} (pseudonym)", pseudonym=label, serial=f"{number:06}")
    return pki.qualified(subject, holders.esign, ESIGN, start, end)


def _organisation(number: int, profile: SubjectProfile, start: str, holders: Hierarchy) -> Holder:
    label = f"Sample Organisation {number:03}"
    subject = pki.name(label, organisation=label, identifier=f"NTRXA-9{number:06}")
    return pki.qualified(subject, holders.eseal, profile, start, "2029-08-01")


def _revoked(holder: Holder, on: str, reason: x509.ReasonFlags) -> status.Revoked:
    return status.Revoked(holder.certificate.serial_number, instant(on), reason)


def _authorities(holders: Hierarchy, issuing: Holder) -> Files:
    return {
        "artefacts/ca/root-ca.cer": holders.root.der,
        "artefacts/ca/issuing-ca.cer": issuing.der,
        "artefacts/ca/internal-ca.cer": holders.internal.der,
    }


def _ordinary() -> list[tuple[int, str, str]]:
    """Number, start and end of validity of the certificates of persons besides the samples."""
    months = [(2024 + m // 12, m % 12 + 1) for m in range(4, 35)]  # May 2024 to November 2026
    return [
        (10 + number, f"{year}-{month:02}-{day:02}", f"{year + 2}-{month:02}-{day:02}")
        for number, ((year, month), day) in enumerate(
            ((month, day) for month in months for day in (3, 8, 13, 18)), start=1
        )
    ]


def _doubtful(holders: Hierarchy) -> list[Holder]:
    """Certificates of the blocked pack besides its samples, with planted defects.

    One stands twice; two share a serial number (which is made from subject and start); one is
    not valid yet; one was issued by the withdrawn CA, whose certificate is not in the pack.
    """
    plain = [_organisation(10 + n, ESEAL, f"2026-09-{n:02}", holders) for n in range(1, 17)]
    twice, early = plain[0], _organisation(40, ESEAL, "2026-12-01", holders)
    serial = [_organisation(41, ESEAL, "2026-10-05", holders) for _ in range(2)]
    old = replace(holders, eseal=holders.eseal_old)
    return [*plain, twice, *serial, early, _organisation(42, ESEAL, "2026-07-06", old)]


def aurora(holders: Hierarchy, lists: Files) -> Files:
    """Binary artefacts of the complete pack."""
    samples = [
        _person(1, "2026-03-02", "2028-03-02", holders),
        _person(2, "2026-06-15", "2028-06-15", holders),
        _person(3, "2026-09-16", "2028-09-16", holders),
        _person(4, "2025-11-03", "2027-11-03", holders),
        _person(5, "2024-05-06", "2026-05-06", holders),
    ]
    revoked = [
        _revoked(samples[3], "2026-08-11T09:42", x509.ReasonFlags.cessation_of_operation),
        _revoked(samples[4], "2025-06-02T14:05", x509.ReasonFlags.key_compromise),
    ]
    produced, later = instant(PRODUCED), instant("2026-11-23T06:00")
    cutoff = instant(CA_START)
    files = _authorities(holders, holders.esign)
    for number, sample in enumerate(samples, start=1):
        files[f"artefacts/certificates/sample-{number:03}.cer"] = sample.der
    others = (_person(*ordinary, holders) for ordinary in _ordinary())
    files["artefacts/population/certificates.zip"] = population.archive([*samples, *others])
    files["artefacts/status/issuing-ca.crl"] = status.crl(
        holders.esign, 1022, produced, later, revoked, cutoff
    )
    files["artefacts/status/root-ca.crl"] = status.crl(
        holders.root,
        4,
        instant("2026-10-05T06:00"),
        instant("2027-10-04T06:00"),
        [],
        instant("2024-01-15"),
    )
    for number, entry in ((1, None), (5, revoked[1])):
        files[f"artefacts/status/sample-{number:03}.ocsp"] = status.response(
            holders.esign,
            holders.esign_responder,
            samples[number - 1].certificate,
            produced,
            instant("2026-11-23T06:00"),
            revoked=entry,
            archive_cutoff=cutoff,
        )
    return files | lists


def borealis(holders: Hierarchy, lists: Files) -> Files:
    """Binary artefacts of the blocked pack: one sample claims a device, status lacks past data."""
    samples = [
        _organisation(1, ESEAL, "2026-08-10", holders),
        _organisation(2, ESEAL_DEVICE, "2026-09-01", holders),
    ]
    produced = instant(PRODUCED)
    files = _authorities(holders, holders.eseal)
    for number, sample in enumerate(samples, start=1):
        files[f"artefacts/certificates/sample-{number:03}.cer"] = sample.der
    others = _doubtful(holders)
    files["artefacts/population/certificates.csv"] = population.table(
        [*samples, *others], "MIIDtzCCA1"
    )
    # Planted: the later list has lost the entry of the earlier one.
    lost = [_revoked(others[3], "2026-11-15T10:20", x509.ReasonFlags.key_compromise)]
    files["artefacts/status/issuing-ca-111.crl"] = status.crl(
        holders.eseal, 111, instant("2026-11-21T18:00"), instant("2026-11-22T18:00"), lost
    )
    files["artefacts/status/issuing-ca.crl"] = status.crl(
        holders.eseal, 112, produced, instant("2026-11-23T06:00"), []
    )
    files["artefacts/status/sample-001.ocsp"] = status.response(
        holders.eseal,
        holders.eseal_responder,
        samples[0].certificate,
        produced,
        instant("2026-11-23T06:00"),
    )
    return files | lists
