"""A class is complete: what any rule reads of a certificate is a trait of its class."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from clausegraph import catalog
from clausegraph.artefacts.population.features import (
    BY_EXTREMES,
    OF_CLASS,
    OF_ONE,
    features,
    raw_key,
)
from clausegraph.artefacts.x509 import Certificate, parse
from clausegraph.collect.certificates import certificate_facts
from tests.collect.samples import (
    CA,
    ENCODED_DEFAULT,
    LEGAL,
    NATURAL,
    certificate,
    qc_type,
    statements,
)

from .populations import ders

POOL = [
    parse(der)
    for der in (
        *ders(),
        certificate(), certificate(serial=5), certificate(NATURAL), certificate(CA, ca=True),
        certificate(policies=()), certificate(policies=("1.2.3", "0.4.0.194112.1.3")),
        certificate(policies=("0.4.0.194112.1.3", "1.2.3")), certificate(qc=None),
        certificate(qc=statements(qc_type(1))), certificate(LEGAL, constraints=ENCODED_DEFAULT),
    )
]  # fmt: skip


def values(cert: Certificate) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for triple in certificate_facts(cert):
        found[re.split("[#/]", triple.predicate.value)[-1]].add(str(triple.object))
    return found


def test_every_property_that_a_rule_reads_is_accounted_for() -> None:
    emitted = {name for cert in POOL for name in values(cert)} - {"type"}
    files = [*catalog.shape_files(), *sorted((catalog.root() / "queries" / "rules").glob("*.rq"))]
    read: dict[str, str] = {}
    for path in files:
        text = path.read_text(encoding="utf-8")
        if "cg:contains" in text or "cg:Certificate" in text:
            for name in re.findall(r"\b(?:cg|schema):(\w+)", text):
                read[name] = path.name
    unknown = {
        n: read[n] for n in emitted & read.keys() if n not in OF_CLASS | BY_EXTREMES | OF_ONE.keys()
    }
    assert unknown == {}, "add these to Features and OF_CLASS, or say why not in OF_ONE"


def test_certificates_of_one_class_agree_in_all_its_properties() -> None:
    classes: dict[str, list[Certificate]] = defaultdict(list)
    for cert in POOL:
        classes[features(cert).id].append(cert)
    assert any(len(group) > 1 for group in classes.values())
    for group in classes.values():
        first = values(group[0])
        for other in group[1:]:
            for name in OF_CLASS:
                assert values(other)[name] == first[name], name


@pytest.mark.parametrize("name", sorted(OF_CLASS))
def test_every_property_of_a_class_is_one_of_certificates(name: str) -> None:
    assert any(name in values(cert) for cert in POOL) or name == "qcSemantics"


def test_equal_keys_mean_equal_features() -> None:
    by_key: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for cert in POOL:
        by_key[raw_key(cert, "")].add(features(cert).id)
    assert all(len(ids) == 1 for ids in by_key.values())
    assert len({i for ids in by_key.values() for i in ids}) == len(by_key) - 1, "order of OIDs"


def test_the_order_of_policies_makes_no_class() -> None:
    one, other = (parse(certificate(policies=p)) for p in (("1.2", "1.3"), ("1.3", "1.2")))
    assert features(one) == features(other)


def test_a_person_who_issues_to_itself_is_not_named() -> None:
    from tests.collect.samples import resigned

    cert = parse(certificate(NATURAL))
    own = parse(
        resigned(
            certificate(NATURAL),
            issuer=__import__("asn1crypto.x509").x509.Name.load(cert.subject_der),
        )
    )
    assert features(own).issuer == "itself, name withheld"
    assert "Family" not in str(features(own)) + str(list(certificate_facts(own)))
