"""Labels of codes and properties that cannot be guessed from their spelling.

Input: none. Output: three tables. The first repeats labels of ``data/codelists`` (a test
holds them equal), because rows carry codes; whatever is absent here is spelt out by rule. The
second names the properties that intake and closure records show, the third the deadlines.
"""

from __future__ import annotations

from collections.abc import Mapping

# Schemes: role, evidence-kind, trigger, decision-kind, conclusion-result, leg-result,
# signature-state, certificate-status, revocation-reason, population-exception. Abbreviations that
# the field uses as words (CPS, PDS, CRL) keep their label from the codelist too: reports are read
# outside the field.
CODES: Mapping[str, str] = {
    "aACompromise": "AA compromise",
    "affiliationChanged": "Affiliation changed",
    "assessment-item": "Assessment item",
    "beyond-expiry-change": "Revocation information beyond validity changed",
    "beyond-issuer": "Valid beyond its issuer",
    "ca-chain-change": "CA chain new or changed",
    "cACompromise": "CA compromise",
    "certificateHold": "Certificate hold",
    "cessationOfOperation": "Cessation of operation",
    "compliance-missing": "Compliance statement missing",
    "cp": "Certificate policy",
    "cp-cps-maintenance": "CP/CPS maintenance item",
    "cps": "Certification practice statement",
    "cps-change": "Practice statement changed",
    "crl": "Certificate revocation list",
    "crypto-policy": "Cryptographic policy",
    "device-contradiction": "Device contradicted",
    "hsm-certification": "Certification of the cryptographic module",
    "key-shared": "Public key shared",
    "keyCompromise": "Key compromise",
    "last-crl-handling": "Last CRL",
    "legal-compliance": "Legal and compliance",
    "no-start": "No start known",
    "notice-item": "Subscriber or relying-party notice item",
    "ocsp": "OCSP response",
    "oid-change": "Policy OID new or changed",
    "other": "Other evidence",
    "pds": "PKI disclosure statement",
    "pds-change": "Disclosure statement changed",
    "policy-change": "Policy new or changed",
    "privilegeWithdrawn": "Privilege withdrawn",
    "profile-change": "Certificate profile new or changed",
    "qscd-key-evidence-lost": "Evidence of QSCD key lost",
    "qscd-status-change": "QSCD status changed",
    "qualified-service-compliance-owner": "Qualified-service compliance owner",
    "relying-party-communications": "Relying-party communications",
    "relying-party-notice": "Relying-party notice",
    "remote-qscd-component-change": "Remote QSCD component changed",
    "removeFromCRL": "Remove from CRL",
    "repeated": "Certificate repeated",
    "repository": "Repository evidence",
    "repository-change": "Repository new or changed",
    "security-policy": "Information security policy",
    "serial-not-positive": "Serial number not positive",
    "serial-reused": "Serial number reused",
    "status-service-discontinuity": "Status service discontinued",
    "supervisory-contact": "Supervisory-body contact",
    "supervisory-liaison": "Supervisory-body liaison",
    "supplier-change": "Subcontracted component changed",
    "terms-change": "Subscriber terms changed",
    "type-contradiction": "Type contradicted",
}

PROPERTIES: Mapping[str, str] = {
    "artefact": "Files",
    "because": "Reason",
    "closes": "Cases closed",
    "count": "Certificates",
    "creator": "By",
    "digitalIdentity": "Service digital identity (SHA-256)",
    "document": "CP and CPS",
    "excluded": "Other profiles excluded",
    "identifier": "Registration number",
    "issuedBy": "Issued by",
    "nextReview": "Next review",
    "openGap": "Open gaps",
    "ownerRole": "Owner",
    "page": "Published at",
    "policyOid": "Policy OID",
    "qualifiedBasis": "Qualified status rests on",
    "reviewed": "Last review",
    "secureDeviceRequired": "Secure device required",
    "source": "Source clauses",
    "spatial": "Member State",
    "statesTrustAnchor": "Names the trust anchor",
    "type": "Kind",
    "webBranch": "Web branch",
}

# Stems of the ids of deadlines (``data/catalogue/law_deadlines.csv``) for which clocks run.
DEADLINES: Mapping[str, str] = {
    "audit": "Conformity assessment",
    "audit-notice": "Notice of a planned audit",
    "cab-notice": "Notice to the conformity assessment body",
    "car": "Assessment report to the supervisory body",
    "cessation": "Notice of cessation to the supervisory body",
    "change": "Notice of change to the supervisory body",
    "incident-fb": "Incident notification under eIDAS",
    "nis2-early-warning": "Early warning under NIS2",
    "nis2-final": "Final report under NIS2",
    "nis2-tsp-notification": "Incident notification under NIS2",
    "pentest": "Penetration test",
    "qscd-cert-max": "Certification of the QSCD",
    "qscd-vuln": "Vulnerability assessment of the QSCD",
    "risk-review": "Review of the risk assessment",
    "surveillance": "Surveillance assessment",
    "termination-review": "Review of the termination plan",
    "training": "Training of trusted roles",
    "vulnscan": "Vulnerability scan",
}
