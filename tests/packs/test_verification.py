"""Certificates, lists, answers, signatures: verified by other means than those that made them.

OpenSSL's command line checks chains, CRLs, OCSP answers and CMS signatures; asn1crypto reads the
structures; the XML signature of the trusted list is recomputed here.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms, core, crl, ocsp
from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import load_der_x509_certificate
from lxml import etree

from tests.packs.folders import AURORA, BOREALIS, BOTH, files, name

OPENSSL = shutil.which("openssl")
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="the openssl command is not installed")
AS_OF = "1795392000"  # 2026-11-23T00:00:00Z
DS = "{http://www.w3.org/2000/09/xmldsig#}"
TSL = "{http://uri.etsi.org/02231/v2#}"
C14N = {"method": "c14n", "exclusive": True}
SAMPLES = [path for folder in BOTH for path in sorted(folder.glob("artefacts/certificates/*"))]
SIGNATURES = [path for folder in BOTH for path in files(folder) if path.suffix == ".p7s"]
TAMPERED = BOREALIS / "artefacts/records/risk-assessment.md.p7s"


def _openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    assert OPENSSL is not None
    command = [OPENSSL, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def _pem(source: Path, target: Path) -> Path:
    body = base64.encodebytes(source.read_bytes()).decode()
    target.write_text(f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
    return target


def _authority(folder: Path, which: str, target: Path) -> Path:
    return _pem(folder / f"artefacts/ca/{which}.cer", target / f"{which}.pem")


class _Statement(core.Sequence):
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]  # noqa: RUF012


class _Statements(core.SequenceOf):
    _child_spec = _Statement


def _statements(path: Path) -> dict[str, bytes]:
    certificate = asn1.Certificate.load(path.read_bytes())
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == "1.3.6.1.5.5.7.1.3":
            entries = _Statements.load(extension["extn_value"].native)
            return {entry["id"].dotted: entry["info"].dump() for entry in entries}
    return {}


@needs_openssl
@pytest.mark.parametrize("sample", SAMPLES, ids=name)
def test_chain_ends_at_the_root(sample: Path, tmp_path: Path) -> None:
    folder = sample.parents[2]
    root = _authority(folder, "root-ca", tmp_path)
    issuing = _authority(folder, "issuing-ca", tmp_path)
    # The expired sample is verified at a time when it was valid.
    when = "1754006400" if sample.stem == "sample-005" else AS_OF
    leaf = _pem(sample, tmp_path / "leaf.pem")
    result = _openssl("verify", "-x509_strict", "-attime", when, "-CAfile", root,
                      "-untrusted", issuing, leaf)  # fmt: skip
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("sample", SAMPLES, ids=name)
def test_statements_and_policy_are_as_claimed(sample: Path) -> None:
    certificate = asn1.Certificate.load(sample.read_bytes())
    policies = [p["policy_identifier"].dotted for p in certificate.certificate_policies_value]
    statements = _statements(sample)
    device = "0.4.0.1862.1.4" in statements
    seal = sample.parents[2] == BOREALIS
    wrong = seal and sample.stem == "sample-002"
    expected = "0.4.0.194112.1.3" if wrong else f"0.4.0.194112.1.{1 if seal else 2}"
    assert policies == [expected]
    assert device is (not seal or wrong)
    assert "0.4.0.1862.1.1" in statements
    assert b"aurora-trust.example" in statements["0.4.0.1862.1.5"]
    qc_type = core.ObjectIdentifier(f"0.4.0.1862.1.6.{2 if seal else 1}").dump()
    assert qc_type in statements["0.4.0.1862.1.6"]


@pytest.mark.parametrize("sample", sorted(AURORA.glob("artefacts/certificates/*")), ids=name)
def test_natural_persons_appear_as_pseudonyms_only(sample: Path) -> None:
    subject = asn1.Certificate.load(sample.read_bytes()).subject.native
    assert subject["pseudonym"].startswith("Sample Subject ")
    assert not {"given_name", "surname"} & set(subject)


@needs_openssl
@pytest.mark.parametrize(
    ("folder", "which"),
    [(AURORA, "issuing-ca"), (AURORA, "root-ca"), (BOREALIS, "issuing-ca")],
    ids=str,
)
def test_crl_is_signed_by_its_ca(folder: Path, which: str, tmp_path: Path) -> None:
    authority = _authority(folder, which, tmp_path)
    path = folder / f"artefacts/status/{which}.crl"
    result = _openssl("crl", "-inform", "DER", "-in", path, "-CAfile", authority, "-noout")
    assert result.returncode == 0, result.stderr
    assert "verify OK" in result.stdout + result.stderr


def _crl(folder: Path) -> crl.CertificateList:
    return crl.CertificateList.load((folder / "artefacts/status/issuing-ca.crl").read_bytes())


def test_complete_pack_keeps_the_expired_revoked_certificate_on_the_list() -> None:
    parsed = _crl(AURORA)["tbs_cert_list"]
    extensions = {e["extn_id"].dotted: e["extn_value"].native for e in parsed["crl_extensions"]}
    since = core.GeneralizedTime.load(extensions["2.5.29.60"]).native
    serials = {entry["user_certificate"].native for entry in parsed["revoked_certificates"]}
    expired = asn1.Certificate.load((AURORA / "artefacts/certificates/sample-005.cer").read_bytes())
    assert expired.not_valid_after < parsed["this_update"].native
    assert expired.serial_number in serials
    assert since <= expired.not_valid_before


def test_blocked_pack_claims_an_extension_that_its_list_lacks() -> None:
    extensions = _crl(BOREALIS)["tbs_cert_list"]["crl_extensions"]
    assert "2.5.29.60" not in {extension["extn_id"].dotted for extension in extensions}


@needs_openssl
@pytest.mark.parametrize(
    "path", [p for folder in BOTH for p in sorted(folder.glob("**/*.ocsp"))], ids=name
)
def test_ocsp_response_verifies(path: Path, tmp_path: Path) -> None:
    folder = path.parents[2]
    root = _authority(folder, "root-ca", tmp_path)
    issuer = _authority(folder, "issuing-ca", tmp_path)
    sample = _pem(folder / f"artefacts/certificates/{path.stem}.cer", tmp_path / "sample.pem")
    at = ["-attime", AS_OF, "-validity_period", "31536000"]
    result = _openssl("ocsp", "-respin", path, "-CAfile", root, "-verify_other", issuer,
                      "-issuer", issuer, "-cert", sample, "-no_nonce", *at)  # fmt: skip
    said = result.stderr + result.stdout
    # The responder of the blocked pack is certified by another CA than the one it answers for.
    assert ("Response verify OK" in said) == (folder == AURORA), said
    assert ("Response Verify Failure" in said) == (folder == BOREALIS), said
    expected = "revoked" if path.stem == "sample-005" else "good"
    assert f"sample.pem: {expected}" in result.stdout


@pytest.mark.parametrize("number", [1, 5])
def test_archive_cutoff_reaches_back_to_the_start_of_the_ca(number: int) -> None:
    path = AURORA / f"artefacts/status/sample-{number:03}.ocsp"
    single = ocsp.OCSPResponse.load(path.read_bytes()).response_data["responses"][0]
    issuing = asn1.Certificate.load((AURORA / "artefacts/ca/issuing-ca.cer").read_bytes())
    assert single.archive_cutoff_value.native == issuing.not_valid_before


@needs_openssl
@pytest.mark.parametrize("signature", SIGNATURES, ids=name)
def test_document_signature(signature: Path, tmp_path: Path) -> None:
    folder = signature.parents[len(signature.relative_to(AURORA.parent).parts) - 2]
    root = _authority(folder, "root-ca", tmp_path)
    content = signature.with_suffix("")
    result = _openssl("cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content",
                      content, "-CAfile", root, "-purpose", "any", "-attime", AS_OF,
                      "-out", tmp_path / "out")  # fmt: skip
    if signature == TAMPERED:
        assert result.returncode != 0
    else:
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("signature", SIGNATURES, ids=name)
def test_signature_names_its_signer(signature: Path) -> None:
    signed = cms.ContentInfo.load(signature.read_bytes())["content"]
    attributes = {
        a["type"].native: a["values"][0] for a in signed["signer_infos"][0]["signed_attrs"]
    }
    signer = signed["certificates"][0].chosen.dump()
    reference = attributes["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    assert reference == hashlib.sha256(signer).digest()
    assert attributes["signing_time"].native < datetime(2026, 11, 23, tzinfo=UTC)


def test_every_document_is_signed() -> None:
    for folder in BOTH:
        for path in files(folder / "artefacts"):
            if path.suffix in {".md", ".pdf"}:
                assert path.with_name(f"{path.name}.p7s").is_file(), path


# --- trusted list -----------------------------------------------------------------------------


def _list(change: str = "") -> etree._Element:
    text = (AURORA / "artefacts/trusted-list/tl-xa.xml").read_bytes()
    return etree.fromstring(text.replace(b"granted", change.encode()) if change else text)


def _check_signature(root: etree._Element) -> None:
    signature = root.find(f"{DS}Signature")
    assert signature is not None
    properties = signature.find(".//{http://uri.etsi.org/01903/v1.3.2#}SignedProperties")
    info = signature.find(f"{DS}SignedInfo")
    digests = [e.text for e in info.iter(f"{DS}DigestValue")]
    signed = etree.tostring(info, **C14N)
    found = [hashlib.sha256(etree.tostring(properties, **C14N)).digest()]
    raw = base64.b64decode(signature.findtext(f"{DS}SignatureValue"))
    certificate = base64.b64decode(signature.findtext(f".//{DS}X509Certificate"))
    root.remove(signature)
    found.insert(0, hashlib.sha256(etree.tostring(root, **C14N)).digest())
    if [base64.b64encode(digest).decode() for digest in found] != digests:
        raise InvalidSignature
    key = load_der_x509_certificate(certificate).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(pair, signed, ec.ECDSA(hashes.SHA256()))


def test_trusted_list_signature_holds() -> None:
    _check_signature(_list())


def test_list_of_lists_announces_who_signed_the_list() -> None:
    root = etree.parse(AURORA / "artefacts/trusted-list/lotl.xml").getroot()
    own, listed = (
        pointer.findtext(f".//{TSL}X509Certificate")
        for pointer in root.iter(f"{TSL}OtherTSLPointer")
    )
    assert listed == _list().findtext(f".//{DS}X509Certificate")
    assert own == root.findtext(f"{DS}Signature//{DS}X509Certificate")
    anchor = hashlib.sha256(base64.b64decode(own)).hexdigest()
    assert anchor in (AURORA / "pack.yaml").read_text(encoding="utf-8")
    _check_signature(root)


def test_trusted_list_signature_breaks_when_a_status_changes() -> None:
    with pytest.raises(InvalidSignature):
        _check_signature(_list("withdrawn"))


def _listed(root: etree._Element) -> dict[str, tuple[str, str]]:
    result = {}
    for info in root.iter(f"{TSL}ServiceInformation"):
        certificate = base64.b64decode(info.findtext(f".//{TSL}X509Certificate"))
        status = info.findtext(f"{TSL}ServiceStatus").rpartition("/")[2]
        kind = info.findtext(f"{TSL}ServiceTypeIdentifier").partition("Svctype/")[2]
        result[hashlib.sha256(certificate).hexdigest()] = (kind, status)
    return result


def test_trusted_list_identifies_the_issuing_ca_of_the_complete_pack_only() -> None:
    listed = _listed(_list())
    identity = {
        folder: hashlib.sha256((folder / "artefacts/ca/issuing-ca.cer").read_bytes()).hexdigest()
        for folder in BOTH
    }
    assert listed[identity[AURORA]] == ("CA/QC", "granted")
    assert identity[BOREALIS] not in listed
    assert ("CA/QC", "withdrawn") in listed.values()


@pytest.mark.parametrize("file", ["tl-xa.xml", "lotl.xml"])
def test_both_packs_hold_the_same_lists(file: str) -> None:
    one, other = (folder / "artefacts/trusted-list" / file for folder in BOTH)
    assert one.read_bytes() == other.read_bytes()
