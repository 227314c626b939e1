"""What a list says, read as values: periods, identities, extensions, oddities."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausegraph.artefacts.text import UnreadableError
from clausegraph.artefacts.trusted_lists.model import Period, Service
from clausegraph.artefacts.trusted_lists.parse import parse_list
from tests.artefacts.trusted_lists.making import (
    ca,
    key_identity,
    listed,
    qualified_as,
    source,
)
from tests.collect.samples import digital_id, trusted_list


def service(*services: str) -> Service:
    return source(*services).content.providers[0].services[0]


def past(since: str, **options: str) -> str:
    return listed(block="ServiceHistoryInstance", since=since, **options)  # type: ignore[arg-type]


def test_each_state_ends_where_the_next_begins_in_any_order() -> None:
    starts = ["2018-01-01T00:00:00Z", "2019-01-01T00:00:00Z", "2020-01-01T00:00:00Z"]
    for order in permutations(starts):
        history = "".join(past(each) for each in order)
        periods = service(listed(since="2021-01-01T00:00:00Z", history=history)).periods
        ends = {p.since: p.until for p in periods if p.since}
        years = [datetime(y, 1, 1, tzinfo=UTC) for y in (2018, 2019, 2020, 2021)]
        assert [ends[y] for y in years] == [*years[1:], None]


def test_of_states_with_one_start_the_newest_counts() -> None:
    history = past("2021-01-01T00:00:00Z", status="granted") + past("2020-01-01T00:00:00Z")
    found = service(listed(since="2021-01-01T00:00:00Z", status="withdrawn", history=history))
    moment = datetime(2021, 1, 1, tzinfo=UTC)
    state = found.at(moment)
    assert state is not None
    assert state.status.code == "withdrawn"
    before = found.at(moment - timedelta(seconds=1))
    assert before is not None
    assert before.number == 2


DAYS = st.lists(st.integers(0, 40), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(-1, 42))
def test_at_any_time_at_most_one_state_holds(days: list[int], day: int) -> None:
    def text(number: int) -> str:
        return (datetime(2020, 1, 1) + timedelta(days=number)).strftime("%Y-%m-%dT00:00:00Z")  # noqa: DTZ001

    current, *rest = days
    found = service(listed(since=text(current), history="".join(past(text(d)) for d in rest)))
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=day)
    holding = [p for p in found.periods if p.covers(moment)]
    assert len(holding) <= 1
    begun = [d for d in days if d <= day]
    if current <= day:
        assert [p.number for p in holding] == [0]
    elif begun:
        assert holding[0].since == datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=max(begun))


def test_history_inherits_certificates_unless_it_has_its_own() -> None:
    own = past("2018-01-01T00:00:00Z", identity=digital_id(ca("Other")))
    bare = past("2019-01-01T00:00:00Z", identity=key_identity())
    current, first, second = service(listed(history=own + bare)).periods
    assert second.identity.certificates == current.identity.certificates
    assert second.identity.inherited
    assert second.identity.keys
    assert not first.identity.inherited
    assert first.identity.certificates != current.identity.certificates


def test_equal_certificates_of_a_list_are_one_object() -> None:
    content = source(listed(), listed(purposes=["ForeSeals"])).content
    one, other = (s.periods[0].identity.certificates[0] for _, s in content.services())
    assert one is other


def only(extensions: str) -> Period:
    return service(listed(extensions=extensions, purposes=())).periods[0]


def test_extensions_add_up() -> None:
    period = only(qualified_as("QCForESig") + qualified_as("QCWithQSCD", "QCForESeal"))
    codes = [[q.code for q in each.qualifiers] for each in period.qualifications]
    assert codes == [["QCForESig"], ["QCWithQSCD", "QCForESeal"]]


@pytest.mark.parametrize(
    ("value", "since"),
    [("2019-01-01T00:00:00Z", datetime(2019, 1, 1, tzinfo=UTC)), ("soon", None), ("", None)],
)
def test_revocation_information_of_expired_certificates(value: str, since: datetime | None) -> None:
    element = f"<ExpiredCertsRevocationInfo>{value}</ExpiredCertsRevocationInfo>"
    period = only(f'<Extension Critical="false">{element}</Extension>')
    assert period.expired_since == since
    assert bool(period.notes) is (since is None)


def test_what_is_not_understood_is_kept() -> None:
    period = only('<Extension Critical="true"><x xmlns="urn:x"/></Extension>')
    assert [(u.name, u.critical) for u in period.unknown] == [("x", True)]
    odd = service(listed(status="unheard-of", since="yesterday")).periods[0]
    assert odd.status.code == ""
    assert odd.status.uri.endswith("unheard-of")
    assert odd.since is None
    assert not odd.covers(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "uri", ["http://[broken/ForeSeals", "https://uri.etsi.org.example/ForeSeals", "ForeSeals", ""]
)
def test_malformed_and_foreign_uris_have_no_code(uri: str) -> None:
    extension = (
        '<Extension Critical="false"><AdditionalServiceInformation>'
        f"<URI>{uri}</URI></AdditionalServiceInformation></Extension>"
    )
    (value,) = only(extension).additional
    assert (value.code, value.uri) == ("", uri)


@pytest.mark.parametrize("data", [b"", b"<html/>", b"<a>", trusted_list()[:-30]])
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_list(data)
