"""CRLs and OCSP responses: values, odd encodings, rights, answers."""

from __future__ import annotations

import base64
import time as clock
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from clausegraph.artefacts.revocation import read_crl, read_ocsp
from clausegraph.artefacts.revocation.answers import (
    Answer,
    currency,
    is_last,
    of_list,
    of_response,
)
from clausegraph.artefacts.revocation.crl import dropped, find
from clausegraph.artefacts.revocation.moments import NO_END, moment
from clausegraph.artefacts.revocation.trust import judge_list, judge_response
from clausegraph.artefacts.text import UnreadableError
from tests.artefacts.statuses import (
    LATER,
    NEXT,
    NOW,
    START,
    UTC_TIME,
    Holder,
    crl,
    holder,
    response,
    time,
)
from tests.collect.samples import pem, tlv

CA = holder()
OTHER = holder("Other CA", serial=2)
SUBJECT = holder("subject", CA, ca=False, serial=0x1234)
RESPONDER = holder("responder", CA, ca=False, serial=0x77, ocsp_signing=True)
PLAIN = holder("no responder", CA, ca=False, serial=0x78)
FOREIGN = holder("foreign responder", OTHER, ca=False, serial=0x79, ocsp_signing=True)
OLD = holder("old responder", CA, ca=False, serial=0x80, ocsp_signing=True,
             end=START + timedelta(days=1))  # fmt: skip
CERTIFICATES = [each.certificate for each in (CA, SUBJECT)]
KEY_COMPROMISE = x509.ReasonFlags.key_compromise
HOLD = x509.ReasonFlags.certificate_hold
UTC_OF = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "text", "generalized", "value", "note"),
    [
        (0x18, "20260601120000Z", True, datetime(2026, 6, 1, 12, tzinfo=UTC), ""),
        (0x17, "260601120000Z", False, datetime(2026, 6, 1, 12, tzinfo=UTC), ""),
        (0x17, "500101000000Z", False, datetime(1950, 1, 1, tzinfo=UTC), ""),
        (0x17, "260601120000Z", True, datetime(2026, 6, 1, 12, tzinfo=UTC), "in place of"),
        (0x17, "201210160200Z", True, datetime(2020, 12, 10, 16, 2, tzinfo=UTC), "2012-10-16"),
        (0x18, "20260601120000.679Z", True, datetime(2026, 6, 1, 12, 0, 0, 679000, UTC), "fraction"),
        (0x18, "202606011200Z", True, datetime(2026, 6, 1, 12, tzinfo=UTC), "no seconds"),
        (0x18, "20260601120000+0200", True, datetime(2026, 6, 1, 10, tzinfo=UTC), "no Z"),
        (0x18, "20260601120000", True, datetime(2026, 6, 1, 12, tzinfo=UTC), "no Z"),
        (0x18, "99991231235959Z", True, NO_END, ""),
        (0x18, "-0011129230216Z", True, None, "no date"),
        (0x18, "00000101000000Z", True, None, "no date"),
        (0x18, "00010101000000+2359", True, None, "no date"),
        (0x18, "20261399000000Z", True, None, "no date"),
        (0x18, "2026\u0660\u0666", True, None, "no date"),
        (0x02, "20260601120000Z", True, None, "no time"),
    ],
)  # fmt: skip
def test_times(tag: int, text: str, generalized: bool, value: datetime | None, note: str) -> None:
    read = moment(tag, text.encode(), generalized=generalized)
    assert read.at == value
    assert note in read.note
    assert bool(note) == bool(read.note)


def test_a_list_is_read_and_verified() -> None:
    found = read_crl(crl(CA, ((5, UTC_OF, KEY_COMPROMISE), (6, UTC_OF, None))))
    assert (found.count, found.number, found.strict, found.notes) == (2, 7, True, [])
    assert (found.this_update, found.next_update) == (NOW, NEXT)
    assert found.authority_key == CA.certificate.subject_key
    assert judge_list(found, CERTIFICATES).state == "verified"
    entries = find(found, {5, 6, 7})
    assert set(entries) == {5, 6}
    assert (entries[5][0].reason, entries[5][0].revoked_at) == ("keyCompromise", UTC_OF)
    assert entries[6][0].reason == ""


def test_pem_and_trailing_bytes() -> None:
    der = crl(CA)
    assert read_crl(pem(der, "X509 CRL")).sha256 == read_crl(der).sha256
    assert "3 trailing bytes" in read_crl(der + b"abc").notes[-1]
    answer = response(CA, RESPONDER, 5)
    assert read_ocsp(pem(answer, "OCSP RESPONSE")).sha256 == read_ocsp(answer).sha256
    body = base64.encodebytes(der).decode()
    with pytest.raises(UnreadableError):
        read_crl(f"-----BEGIN X509 CRL-----\n{body}".encode())


@pytest.mark.parametrize("cut", [1, 10, 60, 200])
def test_truncated(cut: int) -> None:
    with pytest.raises(UnreadableError):
        read_crl(crl(CA, ((5, UTC_OF, KEY_COMPROMISE),))[:-cut])
    with pytest.raises(UnreadableError):
        read_ocsp(response(CA, RESPONDER, 5)[:-cut])


def test_the_right_of_a_list() -> None:
    assert judge_list(read_crl(crl(CA)), [OTHER.certificate]).reason.startswith("Issuer unknown")
    forged = judge_list(read_crl(crl(CA, signer=OTHER)), CERTIFICATES)
    assert (forged.state, "does not fit" in forged.reason) == ("failed", True)
    without = holder("Test CA without cRLSign", crl_sign=False)
    refused = judge_list(read_crl(crl(without)), [without.certificate])
    assert (refused.state, "cRLSign" in refused.reason) == ("failed", True)
    twin = holder("Test CA", serial=99)  # the same name, another key
    rekeyed = judge_list(read_crl(crl(CA)), [twin.certificate])
    assert (rekeyed.state, "another key" in rekeyed.reason) == ("not-verified", True)


@pytest.mark.parametrize(
    ("responder", "state", "words"),
    [
        (CA, "verified", ""),
        (RESPONDER, "verified", ""),
        (PLAIN, "failed", "OCSPSigning"),
        (FOREIGN, "failed", "not issued by the CA"),
        (OLD, "failed", "not valid"),
    ],
)
def test_the_right_of_a_responder(responder: Holder, state: str, words: str) -> None:
    judged = judge_response(read_ocsp(response(CA, responder, 0x1234)), CERTIFICATES)
    assert (judged.state, words in judged.reason) == (state, True)
    assert judged.delegated == (responder is not CA)
    assert judged.no_check == (responder not in (CA, PLAIN))


def test_a_response_of_an_unknown_issuer_or_responder_is_not_verified() -> None:
    found = read_ocsp(response(CA, RESPONDER, 0x1234))
    judged = judge_response(found, [OTHER.certificate])
    assert (judged.state, judged.reason.startswith("Issuer unknown")) == ("not-verified", True)
    bare = read_ocsp(response(CA, RESPONDER, 0x1234, with_certificate=False))
    assert judge_response(bare, CERTIFICATES).reason.startswith("Responder unknown")
    known = [*CERTIFICATES, RESPONDER.certificate]
    assert judge_response(bare, known).state == "verified"


def test_sha256_identifies_the_issuer_too() -> None:
    found = read_ocsp(response(CA, CA, 0x1234, hash_name="sha256"))
    assert found.answers[0].hash_name == "sha256"
    assert judge_response(found, CERTIFICATES).state == "verified"


def listed(data: bytes) -> Answer:
    found = read_crl(data)
    (one,) = of_list(found, judge_list(found, CERTIFICATES), CERTIFICATES)
    return one


def answered(data: bytes) -> Answer:
    found = read_ocsp(data)
    (one,) = of_response(found, judge_response(found, CERTIFICATES), CERTIFICATES)
    return one


@pytest.mark.parametrize(
    ("since", "counts", "beyond"),
    [
        (None, False, False),
        (time("20271231000000Z"), True, True),
        (time("20280101000000Z"), True, True),  # the end itself is covered
        (time("20280101000001Z"), False, False),
        (time("271231000000Z", UTC_TIME), True, True),
        (time("20290101000000Z"), False, False),  # later than the list itself
        (time("-0011129230216Z"), False, False),
    ],
)
def test_good_about_an_expired_certificate(since: bytes | None, counts: bool, beyond: bool) -> None:
    after = LATER + timedelta(days=1)
    one = listed(crl(CA, this_update=LATER, next_update=after, expired_since=since))
    assert (one.status, one.counts, one.beyond_expiry) == ("good", counts, beyond)
    late = response(CA, CA, 0x1234, this_update=LATER, next_update=after, cutoff=since)
    two = answered(late)
    later_than_itself = since == time("20290101000000Z")
    assert (two.status, two.counts) == ("good", counts and not later_than_itself)


def test_answers_within_validity_count_without_any_extension() -> None:
    one, two = listed(crl(CA)), answered(response(CA, RESPONDER, 0x1234))
    assert (one.status, one.counts, one.beyond_expiry) == ("good", True, False)
    assert (two.status, two.counts, two.beyond_expiry) == ("good", True, False)
    old = listed(crl(CA, this_update=START - timedelta(days=9)))
    assert (old.counts, "older" in old.because) == (False, True)


def test_revoked_held_unknown() -> None:
    assert listed(crl(CA, ((0x1234, UTC_OF, KEY_COMPROMISE),))).status == "revoked"
    assert listed(crl(CA, ((0x1234, UTC_OF, HOLD),))).status == "on-hold"
    one = answered(response(CA, RESPONDER, 0x1234, revoked=UTC_OF))
    assert (one.status, one.revoked_at, one.reason) == ("revoked", UTC_OF, "keyCompromise")
    assert answered(response(CA, RESPONDER, 0x1234, unknown=True)).counts is False


def test_scope_decides_what_absence_means() -> None:
    def point(**kind: bool) -> x509.IssuingDistributionPoint:
        fields = {"only_contains_user_certs": False, "only_contains_ca_certs": False,
                  "indirect_crl": False, "only_contains_attribute_certs": False, **kind}  # fmt: skip
        return x509.IssuingDistributionPoint(
            full_name=None, relative_name=None, only_some_reasons=None, **fields
        )

    assert listed(crl(CA, extensions=(point(only_contains_ca_certs=True),))).status == "not-covered"
    assert listed(crl(CA, extensions=(point(only_contains_user_certs=True),))).status == "good"
    assert listed(crl(CA, extensions=(x509.DeltaCRLIndicator(6),))).status == "not-covered"


def test_a_refused_artefact_gives_no_answers() -> None:
    found = read_crl(crl(CA, signer=OTHER))
    assert of_list(found, judge_list(found, CERTIFICATES), CERTIFICATES) == []
    answer = read_ocsp(response(CA, FOREIGN, 0x1234))
    assert of_response(answer, judge_response(answer, CERTIFICATES), CERTIFICATES) == []


def test_an_answer_without_verified_signature_does_not_count() -> None:
    subject = [SUBJECT.certificate]
    found = read_crl(crl(CA, ((0x1234, UTC_OF, KEY_COMPROMISE),)))
    (one,) = of_list(found, judge_list(found, subject), subject)
    answer = read_ocsp(response(CA, RESPONDER, 0x1234))
    (two,) = of_response(answer, judge_response(answer, subject), subject)
    assert (one.status, two.status) == ("revoked", "good")
    assert (one.counts, two.counts) == (False, False)
    assert "not verified" in one.because


def test_indirect_list_speaks_for_other_issuers() -> None:
    point = x509.IssuingDistributionPoint(
        full_name=None, relative_name=None, only_contains_user_certs=False,
        only_contains_ca_certs=False, only_some_reasons=None, indirect_crl=True,
        only_contains_attribute_certs=False,
    )  # fmt: skip
    subject = x509.load_der_x509_certificate(CA.der).subject
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(0x1234)
        .revocation_date(UTC_OF)
        .add_extension(x509.CertificateIssuer([x509.DirectoryName(subject)]), critical=True)
        .build()
    )
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(OTHER.der).subject)
        .last_update(NOW)
        .next_update(NEXT)
        .add_extension(point, critical=True)
        .add_revoked_certificate(entry)
    )
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    data = builder.sign(OTHER.key, hashes.SHA256()).public_bytes(Encoding.DER)
    known = [*CERTIFICATES, OTHER.certificate]
    found = read_crl(data)
    (one,) = of_list(found, judge_list(found, known), known)
    assert (one.status, one.certificate.serial) == ("revoked", 0x1234)
    assert (one.counts, "CRL issuer" in one.because) == (False, True)


@pytest.mark.parametrize(("code", "state"), [(1, "malformedRequest"), (3, "tryLater"), (6, "unauthorized"), (4, "status 4")])  # fmt: skip
def test_no_answer(code: int, state: str) -> None:
    found = read_ocsp(tlv(0x30, bytes((0x0A, 1, code))))
    assert (found.state, found.answers) == (state, [])
    assert state in judge_response(found, CERTIFICATES).reason


def test_fractions_of_a_second_need_the_lenient_reading() -> None:
    found = read_ocsp(response(CA, RESPONDER, 0x1234, produced=time("20260601000000.679Z")))
    assert not found.strict
    assert found.notes[0].startswith("lenient reading used")
    assert found.produced_at == NOW + timedelta(milliseconds=679)
    assert judge_response(found, CERTIFICATES).state == "verified"


def test_what_a_later_list_dropped() -> None:
    before = read_crl(crl(CA, ((5, UTC_OF, KEY_COMPROMISE), (6, UTC_OF, HOLD), (7, UTC_OF, None))))
    after = read_crl(crl(CA, ((7, UTC_OF, None), (8, UTC_OF, None)), this_update=NEXT))
    assert (dropped(before, after), dropped(before, before)) == (1, 0)


def test_where_an_artefact_stands_in_time() -> None:
    assert currency(NOW, NEXT, NOW) == "current"
    assert currency(NOW, NEXT, NEXT + timedelta(seconds=1)) == "expired"
    assert currency(NOW, None, NOW) == "undated"
    assert currency(NEXT, None, NOW) == "future"
    assert is_last(NO_END)
    assert not is_last(NEXT)


def test_a_giant_list_costs_little_more_than_its_size() -> None:
    when = time("260501000000Z", UTC_TIME)
    count = 100_000
    body = b"".join(
        tlv(0x30, tlv(0x02, b"\x01" + (number * 7919).to_bytes(15, "big")), when)
        for number in range(count)
    )
    wanted = int.from_bytes(body[-len(when) - 16 : -len(when)], "big")
    found = read_crl(_with_entries(body))
    assert found.count == count
    assert not found.notes
    tracemalloc.start()
    began = clock.perf_counter()
    entries = find(found, {wanted, 4})
    taken = clock.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(entries) == {wanted}
    assert peak < 1_000_000
    assert taken < 10


def _with_entries(entries: bytes) -> bytes:
    """A CRL around raw entries, with a signature that fits nothing."""

    def best(tag: int, body: bytes) -> bytes:
        size = len(body)
        octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return bytes((tag, 0x80 | len(octets))) + octets + body if size > 127 else tlv(tag, body)

    plain = crl(CA)
    certificate = x509.load_der_x509_crl(plain)
    algorithm = bytes.fromhex("300a06082a8648ce3d040302")
    name = certificate.issuer.public_bytes()
    times = time("260601000000Z", UTC_TIME) + time("260602000000Z", UTC_TIME)
    tbs = best(0x30, tlv(0x02, b"\x01") + algorithm + name + times + best(0x30, entries))
    return best(0x30, tbs + algorithm + tlv(0x03, b"\0" + certificate.signature))
