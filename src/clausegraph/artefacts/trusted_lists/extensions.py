"""The service information extensions of a trusted list.

Input: the Extension elements of one entry. Output: `Extensions`. A second Qualifications extension
adds to the first; an extension that is not understood is noted, critical or not, and drops nothing.
Clause: TS 119 612 5.5.9.1 to 5.5.9.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clausegraph.artefacts.text import UnreadableError, clean, xml_instant
from clausegraph.artefacts.trusted_lists.heads import TSL
from clausegraph.artefacts.trusted_lists.model import (
    ADDITIONAL,
    QUALIFIERS,
    Assertion,
    Coded,
    CriteriaList,
    Criterion,
    ExtendedKeyUsage,
    KeyUsage,
    PolicySet,
    Qualification,
    SubjectAttributes,
    UnknownCriterion,
    UnknownExtension,
)
from clausegraph.artefacts.trusted_lists.wording import (
    child_text,
    coded,
    object_identifier,
    preferred,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_QUALIFICATION = "{http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#}"
_MORE = "{http://uri.etsi.org/02231/v2/additionaltypes#}"
_IDENTIFIER = "{http://uri.etsi.org/01903/v1.3.2#}Identifier"
_ASSERTIONS: dict[str, Assertion] = {"all": "all", "atLeastOne": "atLeastOne", "none": "none"}
KEY_USAGE_BITS = frozenset({
    "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
    "keyCertSign", "crlSign", "encipherOnly", "decipherOnly",
})  # fmt: skip
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True)
class Extensions:
    """What the extensions of one entry say; see `Period` for the meaning of each."""

    additional: tuple[Coded, ...] = ()
    qualifications: tuple[Qualification, ...] = ()
    taken_over_by: tuple[str, ...] = ()
    expired_since: datetime | None = None
    expired_text: str = ""
    unknown: tuple[UnknownExtension, ...] = ()
    notes: list[str] = field(default_factory=list)


def read_extensions(extensions: Iterable[Any]) -> Extensions:
    """Read the extensions of one entry; nothing raises for what they say."""
    found = Extensions()
    for extension in extensions:
        critical = (extension.get("Critical") or "").strip() in {"true", "1"}
        for content in extension:
            _read(found, content, critical)
    return found


def _read(found: Extensions, content: Any, critical: bool) -> None:
    if content.tag == f"{TSL}AdditionalServiceInformation":
        found.additional += (coded(child_text(content, "URI"), ADDITIONAL),)
    elif content.tag == f"{_QUALIFICATION}Qualifications":
        found.qualifications += tuple(_qualifications(content))
    elif content.tag == f"{_MORE}TakenOverBy":
        name = preferred(content.find("{*}TSPName"))
        found.taken_over_by += (name or "not named",)
    elif content.tag == f"{TSL}ExpiredCertsRevocationInfo":
        found.expired_text = clean(content.text or "", 40)
        try:
            found.expired_since = xml_instant(found.expired_text)
        except UnreadableError:
            found.notes.append("The time of ExpiredCertsRevocationInfo is unreadable.")
    else:
        name = clean(str(content.tag).rpartition("}")[2], 100)
        found.unknown += (UnknownExtension(name, critical),)


def _qualifications(content: Any) -> Iterator[Qualification]:
    for element in content.iterfind(f"{_QUALIFICATION}QualificationElement"):
        listed = element.iterfind(f"{_QUALIFICATION}Qualifiers/{_QUALIFICATION}Qualifier")
        criteria = element.find(f"{_QUALIFICATION}CriteriaList")
        yield Qualification(
            tuple(coded((each.get("uri") or "").strip(), QUALIFIERS) for each in listed),
            UnknownCriterion("no criteria are given") if criteria is None else _list(criteria),
        )


def _list(element: Any) -> Criterion:
    assertion = _ASSERTIONS.get((element.get("assert") or "").strip())
    if assertion is None:
        return UnknownCriterion(f"assertion {clean(element.get('assert') or 'not given', 40)!r}")
    return CriteriaList(assertion, tuple(_criteria(element)))


def _criteria(element: Any) -> Iterator[Criterion]:
    for child in element:
        name = str(child.tag)
        if name == f"{_QUALIFICATION}CriteriaList":
            yield _list(child)
        elif name == f"{_QUALIFICATION}KeyUsage":
            yield _key_usage(child)
        elif name == f"{_QUALIFICATION}PolicySet":
            yield _policy_set(child)
        elif name == f"{_QUALIFICATION}otherCriteriaList":
            for other in child:
                yield _other(other)
        elif name != f"{_QUALIFICATION}Description":
            yield UnknownCriterion(f"criterion {clean(name.rpartition('}')[2], 60)}")


def _key_usage(element: Any) -> Criterion:
    bits: list[tuple[str, bool]] = []
    for bit in element.iterfind(f"{_QUALIFICATION}KeyUsageBit"):
        name, value = (bit.get("name") or "").strip(), _BOOLEANS.get((bit.text or "").strip())
        if name not in KEY_USAGE_BITS or value is None:
            return UnknownCriterion(f"key usage bit {clean(name, 40)!r}")
        bits.append((name, value))
    return KeyUsage(tuple(bits)) if bits else UnknownCriterion("a key usage without bits")


def _policy_set(element: Any) -> Criterion:
    listed = element.iterfind(f"{_QUALIFICATION}PolicyIdentifier/{_IDENTIFIER}")
    oids = [object_identifier(each.text or "") for each in listed]
    if not oids or not all(oids):
        return UnknownCriterion("a policy that is no OID" if oids else "an empty policy set")
    return PolicySet(tuple(oids))


def _other(element: Any) -> Criterion:
    if element.tag == f"{_MORE}ExtendedKeyUsage":
        oids = [object_identifier(each.text or "") for each in element.iter(_IDENTIFIER)]
        if oids and all(oids):
            return ExtendedKeyUsage(tuple(oids))
    elif element.tag == f"{_MORE}CertSubjectDNAttribute":
        oids = [object_identifier(each.text or "") for each in element.iter(_IDENTIFIER)]
        if oids and all(oids):
            return SubjectAttributes(tuple(oids))
    return UnknownCriterion(f"criterion {clean(str(element.tag).rpartition('}')[2], 60)}")
