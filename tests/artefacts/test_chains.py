"""Chains: verified edges, every path, faults at a time."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from clausegraph.artefacts.x509 import Certificate
from clausegraph.artefacts.x509.chains import (
    MAX_PATHS,
    Hierarchy,
    best,
    is_self_signed,
    judge,
    weak_signature,
)
from tests.artefacts.pki import Ca, issue, year

ROOT, MIDDLE, LOWER, END = Ca("Root", "r"), Ca("Middle", "m"), Ca("Lower", "l"), Ca("Seal", "e")


def three(**changes: object) -> list[Certificate]:
    """Root, middle, end; the changes are those of the middle."""
    return [
        issue(ROOT, ROOT), issue(ROOT, MIDDLE, **changes),  # type: ignore[arg-type]
        issue(MIDDLE, END, (2026, 2028), ca=False),
    ]  # fmt: skip


@pytest.mark.parametrize("label", ["p256", "rsa", "pss", "ed"])
def test_edges_hold_by_signature_of_every_algorithm(label: str) -> None:
    signer, other = Ca("Signer", label), Ca("Signer", "another")
    top, impostor, end = issue(signer, signer), issue(other, other), issue(signer, END, ca=False)
    hierarchy = Hierarchy.of([top, impostor, end])
    assert hierarchy.issuers(end) == (top,)
    assert is_self_signed(top)
    assert not is_self_signed(end)


def test_a_name_alone_makes_no_edge() -> None:
    end = issue(MIDDLE, END, ca=False, issuer_title="Root")
    hierarchy = Hierarchy.of([issue(ROOT, ROOT), end])
    assert hierarchy.named_like_issuer(end)
    assert hierarchy.issuers(end) == ()
    assert judge((end,), year(2026)).state == "open"


def test_names_match_whatever_their_case_and_spacing() -> None:
    end = issue(ROOT, END, ca=False, issuer_title="  rOOT ")
    assert Hierarchy.of([issue(ROOT, ROOT), end]).issuers(end)


def test_order_does_not_matter() -> None:
    certs = [*three(), issue(ROOT, MIDDLE, serial=2)]
    results = {
        tuple(tuple(c.sha256 for c in path) for path in Hierarchy.of(order).paths(certs[2]))
        for order in itertools.permutations(certs)
    }
    assert len(results) == 1
    assert len(results.pop()) == 2


def test_cross_certificates_and_renewed_cas_give_several_paths() -> None:
    other = Ca("Other root", "o")
    certs = [*three(), issue(other, other), issue(other, MIDDLE), issue(ROOT, MIDDLE, serial=9)]
    paths = Hierarchy.of(certs).paths(certs[2])
    assert sorted(len(p) for p in paths) == [3, 3, 3]
    assert {p[-1].subject_der for p in paths} == {certs[0].subject_der, certs[3].subject_der}


def test_a_re_keyed_ca_is_two_cas() -> None:
    old, new = Ca("Middle", "m"), Ca("Middle", "m2")
    certs = [issue(ROOT, ROOT), issue(ROOT, old), issue(ROOT, new), issue(new, END, ca=False)]
    hierarchy = Hierarchy.of(certs)
    assert hierarchy.issuers(certs[3]) == (certs[2],)
    assert hierarchy.rekeyed(certs[2]) == (certs[1],)


def test_cas_that_certify_each_other_end() -> None:
    certs = [issue(MIDDLE, LOWER), issue(LOWER, MIDDLE), issue(LOWER, END, ca=False)]
    (path,) = Hierarchy.of(certs).paths(certs[2])
    assert len(path) == 3


def test_a_mesh_is_bounded() -> None:
    cas = [Ca(f"CA {n}", f"k{n}") for n in range(9)]
    mesh = [issue(a, b) for a in cas for b in cas if a != b]
    end = issue(cas[0], END, ca=False)
    assert len(Hierarchy.of([*mesh, end]).paths(end)) <= MAX_PATHS


@pytest.mark.parametrize(
    ("changes", "at", "state", "says"),
    [
        ({}, 2027, "sound", ""),
        ({}, 2025, "not-yet-valid", "valid only from 2026-01-01"),
        ({}, 2029, "expired", "the certificate expired on 2028-01-01"),
        ({"years": (2020, 2026)}, 2027, "expired", "CN=Middle"),
        ({"years": (2027, 2040)}, 2026, "not-yet-valid", "CN=Middle"),
        ({"ca": False}, 2027, "unfit", "no CA certificate"),
        ({"sign_certificates": False}, 2027, "unfit", "key usage"),
    ],
)
def test_what_is_wrong_with_a_link(
    changes: dict[str, object], at: int, state: str, says: str
) -> None:
    certs = three(**changes)
    _, verdict = best(Hierarchy.of(certs).paths(certs[2]), year(at))
    assert verdict.state == state
    assert says in "; ".join(verdict.faults)
    assert "Seal" not in "; ".join(verdict.faults)  # an end entity may be a person


@pytest.mark.parametrize(("length", "state"), [(0, "unfit"), (1, "sound"), (None, "sound")])
def test_path_length(length: int | None, state: str) -> None:
    certs = [
        issue(ROOT, ROOT, path_length=length), issue(ROOT, MIDDLE), issue(MIDDLE, LOWER),
        issue(LOWER, END, ca=False),
    ]  # fmt: skip
    assert best(Hierarchy.of(certs[:2] + certs[3:]).paths(certs[1]), year(2026))[1].state == "sound"
    below = {0: 1, 1: 1, None: 2}[length]
    chain = certs if below == 2 else [certs[0], certs[1], issue(MIDDLE, END, ca=False)]
    assert best(Hierarchy.of(chain).paths(chain[-1]), year(2026))[1].state == state


def test_the_better_path_counts() -> None:
    certs = [*three(years=(2020, 2026)), issue(ROOT, MIDDLE, (2026, 2040), serial=2)]
    paths = Hierarchy.of(certs).paths(certs[2])
    assert {judge(p, year(2027)).state for p in paths} == {"sound", "expired"}
    assert best(paths, year(2027))[1].state == "sound"


def test_unreadable_validity_is_told() -> None:
    cert = replace(three()[0], not_after=None)
    assert judge((cert,), year(2026)).state == "untold"


def test_weak_signatures() -> None:
    assert weak_signature(Certificate(signature_algorithm="sha1WithRSAEncryption"))
    assert weak_signature(Certificate(signature_algorithm="ecdsa-with-SHA1"))
    assert not weak_signature(issue(ROOT, ROOT))


def test_agreement_with_another_validator() -> None:
    """pyhanko-certvalidator as oracle: same yes or no for each path and time."""
    pytest.importorskip("pyhanko_certvalidator", reason="the extra compare is not installed")
    cases = [
        ({}, 2027), ({}, 2025), ({}, 2029), ({"years": (2020, 2026)}, 2027), ({"ca": False}, 2027),
        ({"sign_certificates": False}, 2027), ({"path_length": 0}, 2027),
    ]  # fmt: skip
    for changes, at in cases:
        certs = three(**changes)
        _, verdict = best(Hierarchy.of(certs).paths(certs[2]), year(at))
        assert (verdict.state == "sound") == oracle(certs, at), (changes, at, verdict)


def oracle(certs: list[Certificate], at: int) -> bool:
    import asyncio

    from asn1crypto import x509
    from pyhanko_certvalidator import CertificateValidator, ValidationContext
    from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

    root, middle, end = (x509.Certificate.load(c.der) for c in certs)
    context = ValidationContext(
        trust_roots=[root], other_certs=[middle], moment=year(at), allow_fetching=False,
        revocation_mode="soft-fail",
    )  # fmt: skip
    validator = CertificateValidator(end, validation_context=context)
    try:
        asyncio.run(validator.async_validate_path())
    except (PathValidationError, PathBuildingError):
        return False
    return True
