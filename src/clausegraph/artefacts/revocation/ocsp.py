"""OCSP responses: every answer in them, whoever it is about.

Input: DER. Output: `Response`. The strict parser is cryptography; where it refuses (fractions of a
second, encoded defaults), the reason stays in the notes and the same frame is read.
Clause: RFC 6960 4.2, 4.4.
"""

from __future__ import annotations

import warnings

from clausegraph.artefacts.revocation import elements
from clausegraph.artefacts.revocation.elements import ENUMERATED, INTEGER, OCTETS, SEQUENCE, Element
from clausegraph.artefacts.revocation.model import REASONS, Response, Signed, SingleAnswer
from clausegraph.artefacts.revocation.moments import Moment, moment
from clausegraph.artefacts.text import UnreadableError, clean
from clausegraph.artefacts.x509 import parse

MAX_RESPONSE = 4 * 1024 * 1024
"""Greatest size of a response: each certificate in it is parsed."""
_MAX_CERTIFICATES = 20
_STATES = {
    0: "successful", 1: "malformedRequest", 2: "internalError", 3: "tryLater", 5: "sigRequired",
    6: "unauthorized",
}  # fmt: skip
_BASIC = "1.3.6.1.5.5.7.48.1.1"
_NONCE = "1.3.6.1.5.5.7.48.1.2"
_CUTOFF = "1.3.6.1.5.5.7.48.1.6"
_EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9"
_CERTIFICATE_HASH = "1.3.36.8.3.13"
_HASHES = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}


def parse_ocsp(der: bytes) -> Response:
    """Read one response.

    Raises:
        UnreadableError: the bytes are no OCSP response, or end before it does.
    """
    if len(der) > MAX_RESPONSE:
        raise UnreadableError(f"The OCSP response has more than {MAX_RESPONSE} bytes.")
    outer = elements.at(der, 0, len(der), SEQUENCE)
    parts = elements.children(der, outer)
    if not parts or parts[0].tag != ENUMERATED:
        raise UnreadableError("The bytes are not an OCSP response.")
    found = Response(der=der[: outer.end])
    number = elements.integer(der, parts[0])
    found.state = _STATES.get(number, f"status {number}")
    if number != 0:
        return found
    if len(parts) != 2 or parts[1].tag != 0xA0:
        raise UnreadableError("The OCSP response says successful and holds no answer.")
    kind, body = elements.children(der, elements.only(der, parts[1], SEQUENCE))[:2]
    if elements.oid(der, kind) != _BASIC or body.tag != OCTETS:
        raise UnreadableError("The OCSP response is of an unknown type.")
    _basic(found, elements.content(der, body))
    if (refusal := _refusal(found.der)) is not None:
        found.strict = False
        found.notes.insert(0, f"lenient reading used, the strict parser says: {refusal}")
    return found


def _basic(found: Response, der: bytes) -> None:
    parts = elements.children(der, elements.at(der, 0, len(der), SEQUENCE))
    if len(parts) < 3:
        raise UnreadableError("The OCSP response is broken.")
    found.signed = Signed(
        elements.encoded(der, parts[0]),
        elements.encoded(der, parts[1]),
        elements.bits(der, parts[2]),
    )
    fields = elements.children(der, parts[0])
    if fields and fields[0].tag == 0xA0:
        fields = fields[1:]
    if len(fields) < 3:
        raise UnreadableError("The OCSP response is broken.")
    _responder(found, der, fields[0])
    found.produced_at = _time(found, "producedAt", der, fields[1]).at
    for number, each in enumerate(elements.children(der, fields[2]), 1):
        try:
            found.answers.append(_single(found, der, each))
        except UnreadableError as error:
            found.notes.append(f"answer {number} cannot be read: {error}")
    if not found.answers:
        raise UnreadableError("The OCSP response holds no answer that can be read.")
    if len(fields) > 3 and fields[3].tag == 0xA1:
        _extensions(found, der, fields[3])
    if len(parts) > 3 and parts[3].tag == 0xA0:
        _certificates(found, der, parts[3])


def _responder(found: Response, der: bytes, place: Element) -> None:
    inner = elements.only(der, place)
    if place.tag == 0xA1:
        found.responder_name_der = elements.encoded(der, inner)
        try:
            found.responder_name = elements.name(found.responder_name_der)
        except UnreadableError:
            found.notes.append("the name of the responder cannot be read")
    elif place.tag == 0xA2:
        found.responder_key_hash = elements.content(der, inner)
    else:
        raise UnreadableError("The OCSP response names no responder.")


def _certificates(found: Response, der: bytes, place: Element) -> None:
    listed = elements.children(der, elements.only(der, place, SEQUENCE))
    if len(listed) > _MAX_CERTIFICATES:
        found.notes.append(f"only the first {_MAX_CERTIFICATES} certificates were read")
    for each in listed[:_MAX_CERTIFICATES]:
        try:
            found.certificates.append(parse(elements.encoded(der, each)))
        except UnreadableError as error:
            found.notes.append(f"a certificate of the response cannot be read: {error}")


def _extensions(found: Response, der: bytes, place: Element) -> None:
    for oid, _, value in elements.extensions(der, elements.only(der, place, SEQUENCE)):
        found.extensions.append(oid)
        if oid == _NONCE:
            found.nonce = True
        elif oid == _EXTENDED_REVOKE:
            found.extended_revoke = True
        elif oid == _CUTOFF:
            # RFC 6960 puts it beside each answer; some responders put it once for all.
            cutoff = _cutoff(found, value)
            found.notes.append("the archive cutoff stands once for the response, not per answer")
            for answer in found.answers:
                if not answer.has_cutoff:
                    answer.has_cutoff, answer.archive_cutoff = True, cutoff.at


def _single(found: Response, der: bytes, place: Element) -> SingleAnswer:
    fields = elements.children(der, place)
    if len(fields) < 3:
        raise UnreadableError("it is too short")
    identity = elements.children(der, fields[0])
    if len(identity) != 4 or identity[3].tag != INTEGER:
        raise UnreadableError("it names no certificate")
    method = elements.oid(der, elements.only(der, identity[0]))
    status = {0x80: "good", 0xA1: "revoked", 0x82: "unknown"}.get(fields[1].tag)
    if status is None:
        raise UnreadableError("its status is none of good, revoked, unknown")
    answer = SingleAnswer(
        serial=elements.integer(der, identity[3]),
        hash_name=_HASHES.get(method, method),
        name_hash=elements.content(der, identity[1]),
        key_hash=elements.content(der, identity[2]),
        status=status,
    )
    if status == "revoked":
        told = elements.children(der, fields[1])
        if told:
            answer.revoked_at = _time(found, "revocation time", der, told[0]).at
        if len(told) > 1 and told[1].tag == 0xA0:
            number = elements.integer(der, elements.only(der, told[1], ENUMERATED))
            answer.reason = REASONS.get(number, f"reason {number}")
    answer.this_update = _time(found, "thisUpdate", der, fields[2]).at
    for more in fields[3:]:
        if more.tag == 0xA0:
            answer.next_update = _time(found, "nextUpdate", der, elements.only(der, more)).at
        elif more.tag == 0xA1:
            listed = elements.extensions(der, elements.only(der, more, SEQUENCE))
            for oid, _, value in listed:
                if oid == _CUTOFF:
                    answer.has_cutoff, answer.archive_cutoff = True, _cutoff(found, value).at
                elif oid == _CERTIFICATE_HASH:
                    answer.has_certificate_hash = True
    return answer


def _time(found: Response, what: str, der: bytes, place: Element) -> Moment:
    read = moment(place.tag, elements.content(der, place), generalized=True)
    if read.note:
        found.notes.append(f"{what}: {read.note}")
    return read


def _cutoff(found: Response, value: bytes) -> Moment:
    place = elements.at(value, 0, len(value))
    return _time(found, "archive cutoff", value, place)


def _refusal(der: bytes) -> str | None:
    """Why the strict parser refuses the response, or None when it does not."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import ocsp

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            strict = ocsp.load_der_ocsp_response(der)
            _ = strict.produced_at_utc, strict.extensions
            for each in strict.responses:
                _ = each.certificate_status, each.this_update_utc, each.next_update_utc
                _ = each.revocation_time_utc, each.serial_number
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError, Warning) as error:
            return clean(str(error), 200) or type(error).__name__
        except (
            x509.DuplicateExtension,
            x509.UnsupportedGeneralNameType,
            UnsupportedAlgorithm,
        ) as e:
            return clean(str(e), 200) or type(e).__name__
    return None
