"""Conclusions: the table of claims, order of qualifiers, dates, conflicts, provenance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from clausegraph.artefacts.trusted_lists.conclude import (
    EIDAS_START,
    GRACE_END,
    Conclusion,
    conclude,
    conclude_ca,
)
from clausegraph.artefacts.trusted_lists.registry import Registry
from clausegraph.artefacts.x509 import parse
from tests.artefacts.trusted_lists.making import (
    NOW,
    PURPOSES,
    ca,
    element,
    issue,
    key_identity,
    leaf,
    listed,
    policy_set,
    qc_statements,
    qualifications,
    qualified_as,
    registry,
    source,
)
from tests.collect.samples import digital_id

EARLY = datetime(2015, 1, 1, tzinfo=UTC)


def ask(services: Registry, certificate: object, moment: datetime = NOW) -> Conclusion:
    return conclude(services, certificate, moment, NOW)  # type: ignore[arg-type]


def summary(found: Conclusion) -> tuple[str, str, bool | None]:
    return found.result, found.type, found.device


@pytest.mark.parametrize("kind", ["esign", "eseal", "web"])
@pytest.mark.parametrize("device", [True, False])
def test_the_table_without_qualifiers(kind: str, device: bool) -> None:
    services = registry(listed(purposes=[PURPOSES[kind]]))
    found = ask(services, leaf(kind, device=device))
    assert summary(found) == ("qualified", kind, device)
    assert [leg.result for leg in found.legs] == ["holds", "holds", "not-applicable"]
    others = registry(listed(purposes=[p for k, p in PURPOSES.items() if k != kind]))
    found = ask(others, leaf(kind, device=device))
    assert found.result == "not-qualified"
    assert found.service.result == "fails"
    assert "not for certificates of its type" in found.service.reason


def test_compliance_without_type_is_for_signatures() -> None:
    assert ask(registry(listed()), leaf()).type == "esign"
    assert ask(registry(listed(purposes=["ForeSeals"])), leaf()).result == "not-qualified"


@pytest.mark.parametrize(
    ("qualifiers", "expected"),
    [
        (["NotQualified"], ("not-qualified", "eseal", True)),
        (["NotQualified", "QCStatement"], ("not-qualified", "eseal", True)),
        (["QCForESig"], ("qualified", "esign", True)),
        (["QCForESeal"], ("qualified", "eseal", True)),
        (["QCForWSA"], ("qualified", "web", True)),
        (["QCForESig", "QCForESeal"], ("qualified", "", True)),
        (["QCForLegalPerson"], ("qualified", "eseal", True)),
        (["QCWithQSCD"], ("qualified", "eseal", True)),
        (["QCNoQSCD"], ("qualified", "eseal", False)),
        (["QCNoSSCD"], ("qualified", "eseal", False)),
        (["QCQSCDStatusAsInCert"], ("qualified", "eseal", True)),
        (["QCQSCDManagedOnBehalf"], ("qualified", "eseal", True)),
        (["QCWithQSCD", "QCNoQSCD"], ("qualified", "eseal", None)),
    ],
)
def test_qualifiers(qualifiers: list[str], expected: tuple[str, str, bool | None]) -> None:
    services = registry(listed(extensions=qualified_as(*qualifiers)))
    found = ask(services, leaf("eseal", device=True))
    assert summary(found) == expected
    assert found.qualifiers == tuple(sorted(qualifiers))


@pytest.mark.parametrize("qualifier", ["QCWithQSCD", "QCQSCDManagedOnBehalf", "QCWithSSCD"])
def test_a_device_by_qualifier(qualifier: str) -> None:
    services = registry(listed(extensions=qualified_as(qualifier)))
    assert ask(services, leaf("eseal")).device is True


def test_legal_person_only_excludes_signatures() -> None:
    services = registry(listed(extensions=qualified_as("QCForLegalPerson")))
    assert summary(ask(services, leaf("esign"))) == ("qualified", "", False)
    assert summary(ask(services, leaf("eseal"))) == ("qualified", "eseal", False)


def test_a_second_extension_adds_to_the_first() -> None:
    extensions = qualified_as("QCWithQSCD") + qualified_as("QCForESig")
    found = ask(registry(listed(extensions=extensions)), leaf("eseal"))
    assert summary(found) == ("qualified", "esign", True)


def test_no_qualifier_mends_a_certificate_issued_since_eidas() -> None:
    services = registry(listed(extensions=qualified_as("QCStatement")))
    late = ask(services, leaf("esign", compliance=False))
    assert late.result == "not-qualified"
    assert late.lacks == ("QcCompliance",)
    assert late.override.result == "fails"
    early = ask(services, leaf(compliance=False, at=EARLY))
    assert early.result == "qualified"


def test_legislation_of_another_country_is_no_eu_certificate() -> None:
    services = registry(listed(extensions=qualified_as("QCStatement")))
    found = ask(services, leaf("esign", legislation=True))
    assert found.result == "not-qualified"
    assert "QcCClegislation" in found.certificate.reason


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("0.4.0.1456.1.1", ("qualified", "esign", True)),
        ("0.4.0.1456.1.2", ("qualified", "esign", False)),
        ("1.2.3", ("not-qualified", "esign", False)),
    ],
)
def test_old_policies_count_before_eidas_only(policy: str, expected: tuple[str, str, bool]) -> None:
    services = registry(listed(status="undersupervision", since="2010-01-01T00:00:00Z"))
    old = leaf(compliance=False, at=EARLY, policies=[policy])
    assert summary(ask(services, old, EARLY)) == expected
    new = leaf(compliance=False, policies=[policy])
    assert ask(registry(listed()), new).result == "not-qualified"


@pytest.mark.parametrize("status", ["undersupervision", "supervisionincessation", "accredited"])
def test_statuses_of_the_directive_count_until_the_grace_ends(status: str) -> None:
    services = registry(listed(status=status, since="2010-01-01T00:00:00Z", purposes=[]))
    certificate = leaf(at=EARLY)
    instant = timedelta(seconds=1)
    for moment in (EARLY, EIDAS_START, GRACE_END - instant):
        assert ask(services, certificate, moment).result == "qualified"
    assert ask(services, certificate, GRACE_END).result == "undetermined"


@pytest.mark.parametrize(
    "status", ["withdrawn", "supervisionrevoked", "supervisionceased", "accreditationceased"]
)
def test_other_statuses_carry_nothing(status: str) -> None:
    found = ask(registry(listed(status=status)), leaf("eseal"))
    assert found.result == "not-qualified"
    assert status in found.service.reason


def test_intervals_are_half_open_and_history_inherits_the_identity() -> None:
    past = listed(
        block="ServiceHistoryInstance",
        since="2018-01-01T00:00:00Z",
        purposes=["ForeSeals"],
        identity=key_identity(),
    )
    services = registry(listed(status="withdrawn", since="2024-06-01T00:00:00Z", history=past))
    certificate = leaf("eseal")
    change = datetime(2024, 6, 1, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    assert ask(services, certificate, change - instant).result == "qualified"
    assert ask(services, certificate, change).result == "not-qualified"
    start = datetime(2018, 1, 1, tzinfo=UTC)
    assert ask(services, certificate, start).result == "qualified"
    assert "no status at that time" in ask(services, certificate, start - instant).service.reason


def test_two_services_that_agree_are_accepted_in_any_order() -> None:
    ones = [
        listed(purposes=["ForeSeals"]),
        listed(purposes=["ForeSeals", "ForeSignatures"]),
        listed(purposes=["ForeSignatures"], status="withdrawn"),
    ]
    found = {summary(ask(registry(*order), leaf("eseal"))) for order in permutations(ones)}
    assert found == {("qualified", "eseal", False)}


@pytest.mark.parametrize(
    "other",
    [
        listed(status="withdrawn"),
        listed(extensions=qualified_as("NotQualified")),
        listed(extensions=qualified_as("QCWithQSCD")),
    ],
)
def test_services_that_disagree_give_no_conclusion(other: str) -> None:
    for order in permutations([listed(), other]):
        found = ask(registry(*order), leaf("eseal"))
        assert found.result == "conflict"
        assert found.device is None
        assert "disagree" in found.service.reason


def test_undecided_criteria_matter_only_where_they_change_something() -> None:
    unknown = '<q:CriteriaList assert="all"><q:Odd/></q:CriteriaList>'
    harmless = qualified_as("QCForESeal", criteria=unknown)
    found = ask(registry(listed(extensions=harmless)), leaf("eseal"))
    assert summary(found) == ("qualified", "eseal", False)
    assert "cannot be told" in found.override.reason
    harmful = qualified_as("NotQualified", criteria=unknown)
    found = ask(registry(listed(extensions=harmful)), leaf("eseal"))
    assert found.result == "undetermined"
    assert found.override.result == "undetermined"


def test_qualifiers_apply_by_criteria() -> None:
    extensions = qualifications(
        element(["QCWithQSCD"], policy_set("1.2.3", urn=True)),
        element(["QCForESig"], policy_set("1.2.4")),
    )
    services = registry(listed(extensions=extensions))
    assert summary(ask(services, leaf("eseal", policies=["1.2.3"]))) == ("qualified", "eseal", True)
    assert summary(ask(services, leaf("eseal", policies=["1.2.9"]))) == (
        "qualified",
        "eseal",
        False,
    )


def test_nothing_positive_rests_on_a_list_whose_signature_failed() -> None:
    services = Registry([source(listed(), state="failed")])
    found = ask(services, leaf("eseal"))
    assert found.result == "undetermined"
    assert "signature of the list failed" in found.service.reason


def test_an_unverified_list_says_so_and_a_verified_one_comes_first() -> None:
    good, bad = source(listed()), source(listed(status="withdrawn"), state="not-verified")
    assert "not verified" in ask(Registry([bad]), leaf("eseal")).service.reason
    for order in ([good, bad], [bad, good]):
        services = Registry(order)
        assert ask(services, leaf("eseal")).result == "qualified"
        assert services.unused == [bad]


def test_a_list_past_its_next_update_says_so() -> None:
    services = registry(listed(), next_update="<dateTime>2026-05-01T00:00:00Z</dateTime>")
    assert [s.content.title for s in ask(services, leaf("eseal")).outdated] == ["SE 42"]
    assert not ask(registry(listed()), leaf("eseal")).outdated


@pytest.mark.parametrize(
    ("moment", "state", "words"),
    [
        ("2023-12-31T23:59:59Z", "future", "not in force: it begins on 2024-01-01"),
        ("2024-01-01T00:00:00Z", "current", ""),
        ("2026-09-27T00:00:00Z", "current", ""),
        ("2026-09-27T00:00:01Z", "expired", "not in force: it expired on 2026-09-27"),
    ],
)
def test_a_certificate_not_in_force_is_told_beside_its_qualified_status(
    moment: str, state: str, words: str
) -> None:
    found = ask(registry(listed()), leaf("eseal"), datetime.fromisoformat(moment))
    assert (found.result, found.validity) == ("qualified", state)
    assert words in found.certificate.reason
    assert ("in force" in found.certificate.reason) == bool(words)
    upper = conclude_ca(registry(listed()), parse(ca()), datetime.fromisoformat(moment), NOW)
    assert (upper.validity, words in upper.certificate.reason) == (state, True)


def test_a_validity_that_cannot_be_read_is_told() -> None:
    found = ask(registry(listed()), replace(leaf("eseal"), not_after=None))
    assert (found.validity, "open" in found.certificate.reason) == ("undated", True)


def test_a_list_issued_later_says_so_and_one_that_was_known_comes_first() -> None:
    then = datetime(2025, 1, 1, tzinfo=UTC)
    known = source(listed(status="withdrawn"), issued="2024-06-01T00:00:00Z")
    later = source(listed(), issued="2026-03-11T10:00:00Z")
    (alone,) = conclude(Registry([later], (), then), leaf("eseal"), then, then).later
    assert alone is later
    services = Registry([later, known], (), then)
    assert (services.sources, services.unused) == ([known], [later])
    found = conclude(services, leaf("eseal"), then, then)
    assert (found.result, found.later) == ("not-qualified", ())
    # Asked later about the same time, the history of the newest list counts.
    found = conclude(Registry([later, known], (), NOW), leaf("eseal"), then, NOW)
    assert (found.result, found.later) == ("qualified", ())


def test_what_only_an_older_list_shows_is_said() -> None:
    older = source(listed(), issued="2020-01-01T00:00:00Z")
    newer = source(listed(identity=digital_id(ca("Other"))))
    found = ask(Registry([older, newer]), leaf("eseal"))
    assert found.result == "unlisted"
    assert "a list that is not in use does: SE 42 (Aurora AB)" in found.service.reason


def test_what_a_qualifier_says_for_the_certificate_is_lacking_in_it() -> None:
    services = registry(listed(extensions=qualified_as("QCForESeal", "QCWithQSCD")))
    found = ask(services, leaf())
    assert summary(found) == ("qualified", "eseal", True)
    assert found.lacks == ("QcType eseal", "QcSSCD")
    assert ask(services, leaf("eseal", device=True)).lacks == ()


def test_provenance() -> None:
    found = ask(registry(listed()), leaf("eseal"))
    (only,) = found.matches
    assert only.how == "signature"
    assert only.source.content.head.sequence == 42
    assert len(only.source.content.sha256) == 64


def test_names_match_whatever_their_encoding_and_keys_have_to_fit() -> None:
    services = registry(listed())
    odd = parse(
        issue(
            issuer="AURORA  ca",
            signer="Aurora CA",
            qc=qc_statements("eseal"),
            printable_issuer=True,
        )
    )
    assert ask(services, odd).result == "qualified"
    forged = parse(issue(signer="other", qc=qc_statements("eseal")))
    assert ask(services, forged).result == "unlisted"


def test_a_service_with_a_key_identifier_only() -> None:
    services = registry(listed(identity=key_identity()))
    found = ask(services, leaf("eseal"))
    assert found.result == "qualified"
    assert found.matches[0].how == "key-identifier"
    assert "key identifier only" in found.service.reason


def test_below_a_listed_root() -> None:
    root, issuing = ca("Root"), issue("Aurora CA", "Root", ca=True)
    identity = digital_id(root)
    certificate = leaf("eseal")
    for purposes, result in (
        (["RootCA-QC", "ForeSeals"], "qualified"),
        (["ForeSeals"], "not-qualified"),
    ):
        one = source(listed(identity=identity, purposes=purposes))
        services = Registry([one], [parse(issuing)])
        assert ask(services, certificate).result == result
        assert conclude_ca(services, parse(issuing), NOW, NOW).result == result
        assert conclude_ca(services, parse(root), NOW, NOW).result == "qualified"
    assert ask(Registry([one]), certificate).result == "unlisted"


def test_a_service_of_another_kind_on_the_way_is_named() -> None:
    issuing = parse(issue("Aurora CA", "Root", ca=True))
    one = source(listed(kind="TSA/QTST"))
    found = ask(Registry([one], [issuing, parse(ca("Root"))]), leaf("eseal"))
    assert found.result == "not-qualified"
    assert "listed as TSA-QTST" in found.service.reason


def test_ca_certificates() -> None:
    authority = parse(ca())
    assert conclude_ca(registry(listed()), authority, NOW, NOW).result == "qualified"
    withdrawn = registry(listed(status="withdrawn"))
    assert conclude_ca(withdrawn, authority, NOW, NOW).result == "not-qualified"
    stranger = parse(ca("Stranger"))
    assert conclude_ca(registry(listed()), stranger, NOW, NOW).result == "unlisted"


def test_a_critical_take_over_drops_nothing() -> None:
    extension = (
        '<Extension Critical="true"><a:TakenOverBy><a:TSPName><Name xml:lang="en">Heir</Name>'
        "</a:TSPName></a:TakenOverBy></Extension>"
    )
    assert ask(registry(listed(extensions=extension)), leaf("eseal")).result == "qualified"


def test_other_services_of_the_same_key_do_not_count() -> None:
    found = ask(registry(listed(kind="TSA/QTST")), leaf("eseal"))
    assert found.result == "not-qualified"
    assert "listed as TSA-QTST" in found.service.reason
    both = registry(listed(kind="TSA/QTST", status="withdrawn"), listed())
    assert ask(both, leaf("eseal")).result == "qualified"
