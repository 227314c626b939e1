"""Certificate revocation lists: the frame as values, the entries by serial number.

Input: DER. Output: `RevocationList`, and entries on demand in one pass over the bytes. The strict
parser is cryptography; where it refuses, the reason stays in the notes and the same frame is read.
Clause: RFC 5280 5; ITU-T X.509 (ExpiredCertsOnCRL, 2.5.29.60).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from clausegraph.artefacts.revocation import elements
from clausegraph.artefacts.revocation.elements import (
    ENUMERATED,
    GENERALIZED_TIME,
    INTEGER,
    SEQUENCE,
    UTC_TIME,
    Element,
)
from clausegraph.artefacts.revocation.model import REASONS, Entry, RevocationList, Scope, Signed
from clausegraph.artefacts.revocation.moments import Moment, moment
from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509.names import algorithm

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

_TIMES = (UTC_TIME, GENERALIZED_TIME)
_NUMBER, _DELTA, _POINT, _ISSUER_KEY = "2.5.29.20", "2.5.29.27", "2.5.29.28", "2.5.29.35"
_EXPIRED = "2.5.29.60"
_REASON, _INVALIDITY, _CERTIFICATE_ISSUER = "2.5.29.21", "2.5.29.24", "2.5.29.29"
_MAX_URL = 500


def parse_crl(der: bytes) -> RevocationList:
    """Read one CRL.

    Raises:
        UnreadableError: the bytes are no CRL, or end before it does.
    """
    outer = elements.at(der, 0, len(der), SEQUENCE)
    parts = elements.children(der, outer)
    if len(parts) != 3 or parts[0].tag != SEQUENCE:
        raise UnreadableError("The bytes are not a CRL.")
    found = RevocationList(der=der[: outer.end])
    found.signed = Signed(
        elements.encoded(der, parts[0]),
        elements.encoded(der, parts[1]),
        elements.bits(der, parts[2]),
    )
    _body(found, elements.children(der, parts[0]))
    if (refusal := _refusal(found.der)) is not None:
        found.strict = False
        found.notes.insert(0, f"lenient reading used, the strict parser says: {refusal}")
    return found


def signature_algorithm(found: RevocationList) -> str:
    """The usual name of the signature algorithm, else its OID."""
    return algorithm_name(found.signed.algorithm)


def algorithm_name(der: bytes) -> str:
    """The usual name of an AlgorithmIdentifier, else its OID; empty when it cannot be read."""
    try:
        outer = elements.at(der, 0, len(der), SEQUENCE)
        return algorithm(elements.oid(der, elements.at(der, outer.start, outer.end)))
    except UnreadableError:
        return ""


def _body(found: RevocationList, fields: list[Element]) -> None:
    der = found.der
    if fields and fields[0].tag == INTEGER:
        fields = fields[1:]
    if len(fields) < 3 or fields[1].tag != SEQUENCE or fields[2].tag not in _TIMES:
        raise UnreadableError("The bytes are not a CRL.")
    found.issuer_der = elements.encoded(der, fields[1])
    try:
        found.issuer = elements.name(found.issuer_der)
    except UnreadableError:
        found.notes.append("the issuer cannot be read")
    found.this_update = _time(found, "thisUpdate", fields[2])
    rest = fields[3:]
    if rest and rest[0].tag in _TIMES:
        found.next_update = _time(found, "nextUpdate", rest[0])
        rest = rest[1:]
    if rest and rest[0].tag == SEQUENCE:
        found.entries_at = (rest[0].start, rest[0].end)
        found.count = sum(1 for _ in _walk(found))
        rest = rest[1:]
    if rest and rest[0].tag == 0xA0:
        try:
            listed = elements.extensions(der, elements.only(der, rest[0], SEQUENCE))
        except UnreadableError:
            found.notes.append("the extensions cannot be read")
            return
        for oid, critical, value in listed:
            found.extensions.append((oid, critical))
            reader = _READERS.get(oid)
            if reader is None:
                continue
            try:
                reader(found, value)
            except UnreadableError:
                found.notes.append(f"the extension {oid} cannot be read")


def _time(found: RevocationList, what: str, place: Element) -> datetime | None:
    read = moment(place.tag, elements.content(found.der, place))
    if read.note:
        found.notes.append(f"{what}: {read.note}")
    return read.at


def _whole(value: bytes, tag: int | None = None) -> Element:
    return elements.at(value, 0, len(value), tag)


def _read_number(found: RevocationList, value: bytes) -> None:
    found.number = elements.integer(value, _whole(value, INTEGER))


def _read_delta(found: RevocationList, value: bytes) -> None:
    found.base_number = elements.integer(value, _whole(value, INTEGER))


def _read_issuer_key(found: RevocationList, value: bytes) -> None:
    for part in elements.children(value, _whole(value, SEQUENCE)):
        if part.tag == 0x80:
            found.authority_key = elements.content(value, part)


def _read_expired(found: RevocationList, value: bytes) -> None:
    found.keeps_expired = True
    place = _whole(value)
    read = moment(place.tag, elements.content(value, place), generalized=True)
    if read.note:
        found.notes.append(f"ExpiredCertsOnCRL: {read.note}")
    found.expired_since = read.at


def _read_point(found: RevocationList, value: bytes) -> None:
    urls: list[str] = []
    flags = dict.fromkeys((0x81, 0x82, 0x84, 0x85), False)
    reasons = False
    for part in elements.children(value, _whole(value, SEQUENCE)):
        if part.tag in flags:
            flags[part.tag] = elements.content(value, part) != b"\0"
        elif part.tag == 0x83:
            reasons = True
        elif part.tag == 0xA0:
            names = elements.only(value, part)
            if names.tag == 0xA0:
                urls += [
                    clean(elements.content(value, each).decode("latin-1"), _MAX_URL)
                    for each in elements.children(value, names)
                    if each.tag == 0x86
                ]
    found.scope = Scope(tuple(urls), flags[0x81], flags[0x82], flags[0x85], reasons, flags[0x84])


_READERS = {
    _NUMBER: _read_number,
    _DELTA: _read_delta,
    _ISSUER_KEY: _read_issuer_key,
    _EXPIRED: _read_expired,
    _POINT: _read_point,
}


def _refusal(der: bytes) -> str | None:
    """Why the strict parser refuses the frame, or None when it does not."""
    from cryptography import x509

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            strict = x509.load_der_x509_crl(der)
            for each in strict.extensions:
                _ = each.value
            _ = strict.issuer, strict.last_update_utc, strict.next_update_utc
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError, Warning) as error:
            return clean(str(error), 200) or type(error).__name__
        except (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as e:
            return clean(str(e), 200) or type(e).__name__
    return None


def _walk(found: RevocationList) -> Iterator[tuple[bytes, int, int]]:
    """The serial number, begin and end of every entry, as fast as Python allows."""
    der = found.der
    place, limit = found.entries_at
    while place < limit:
        # Nearly all entries and serial numbers are short: one octet of length each.
        length = der[place + 1] if place + 4 <= limit else 0x80
        if der[place] == SEQUENCE and length < 0x80 and der[place + 2] == INTEGER:
            end = place + 2 + length
            size = der[place + 3]
            if end > limit or size > length - 2 or not size:
                raise UnreadableError("An entry of the CRL is broken.")
            yield der[place + 4 : place + 4 + size], place, end
        else:
            entry = elements.at(der, place, limit, SEQUENCE)
            serial = elements.at(der, entry.start, entry.end, INTEGER)
            end = entry.end
            yield elements.content(der, serial), place, end
        place = end


def serials(found: RevocationList) -> Iterator[bytes]:
    """The serial numbers of the entries as encoded, in their order."""
    return (serial for serial, _, _ in _walk(found))


def entries(found: RevocationList) -> Iterator[Entry]:
    """All entries, in their order."""
    return (_entry(found, begin, end) for _, begin, end in _walk(found))


def dropped(before: RevocationList, after: RevocationList) -> int:
    """How many final revocations of a list are absent from a later one.

    A certificate on hold may be released, so its absence counts for nothing.
    """
    gone = set(serials(before))
    gone.difference_update(serials(after))
    if not gone:
        return 0
    final = 0
    for serial, begin, end in _walk(before):
        if serial in gone:
            final += _entry(before, begin, end).reason != "certificateHold"
    return final


def find(found: RevocationList, wanted: Collection[int]) -> dict[int, list[Entry]]:
    """The entries with one of some serial numbers, in one pass.

    On an indirect list several issuers may have used the same number, hence a list each.
    """
    sought = {_signed_bytes(number): number for number in wanted}
    entries: dict[int, list[Entry]] = {}
    if found.scope is not None and found.scope.indirect:
        issuer = b""
        for serial, begin, end in _walk(found):
            entry = _entry(found, begin, end)
            issuer = entry.issuer_der or issuer
            if serial in sought:
                one = Entry(entry.serial, entry.revoked_at, entry.reason, entry.invalid_since,
                            issuer, entry.note)  # fmt: skip
                entries.setdefault(entry.serial, []).append(one)
        return entries
    for serial, begin, end in _walk(found):
        if serial in sought:
            entry = _entry(found, begin, end)
            entries.setdefault(entry.serial, []).append(entry)
    return entries


def _signed_bytes(number: int) -> bytes:
    return number.to_bytes((number + (number < 0)).bit_length() // 8 + 1, "big", signed=True)


def _entry(found: RevocationList, begin: int, end: int) -> Entry:
    der = found.der
    fields = elements.children(der, elements.at(der, begin, end, SEQUENCE))
    serial = elements.integer(der, fields[0])
    notes: list[str] = []
    when = Moment(None, "no revocation time")
    if len(fields) > 1:
        when = moment(fields[1].tag, elements.content(der, fields[1]))
    if when.note:
        notes.append(when.note)
    reason, invalid, issuer = "", None, b""
    if len(fields) > 2:
        try:
            for oid, _, value in elements.extensions(der, fields[2]):
                if oid == _REASON:
                    number = elements.integer(value, _whole(value, ENUMERATED))
                    reason = REASONS.get(number, f"reason {number}")
                elif oid == _INVALIDITY:
                    place = _whole(value)
                    read = moment(place.tag, elements.content(value, place), generalized=True)
                    invalid = read.at
                    notes += [f"invalidity date: {read.note}"] if read.note else []
                elif oid == _CERTIFICATE_ISSUER:
                    for each in elements.children(value, _whole(value, SEQUENCE)):
                        if each.tag == 0xA4:
                            issuer = elements.content(value, each)
        except UnreadableError:
            notes.append("an extension of the entry cannot be read")
    return Entry(serial, when.at, reason, invalid, issuer, "; ".join(notes))
