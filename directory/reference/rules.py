"""The words of reference data, and what an economy may be called."""

from __future__ import annotations

from enum import StrEnum


class Function(StrEnum):
    """What a contact does, and what a network serves.

    Source:
        Convention on Cybercrime (Budapest), article 35, for the first eight.
    """

    TECHNICAL_ADVICE = "technical_advice"
    PRESERVATION = "preservation"
    PARTIAL_DISCLOSURE = "partial_disclosure"
    EVIDENCE_COLLECTION = "evidence_collection"
    LEGAL_INFORMATION = "legal_information"
    LOCATING_SUSPECTS = "locating_suspects"
    MLA_LIAISON = "mla_liaison"
    EXTRADITION_LIAISON = "extradition_liaison"
    EMERGENCY_DISCLOSURE = "emergency_disclosure"
    INCIDENT_RESPONSE = "incident_response"
    PROVIDER_REQUESTS = "provider_requests"


class NetworkKind(StrEnum):
    """How economies come to take part in a network."""

    MEMBERSHIP = "membership"
    BILATERAL = "bilateral"
    ATTACHE = "attache"
    ASSOCIATION = "association"


class NetworkState(StrEnum):
    """Whether a network can be used at all; signing a convention is not taking part."""

    PLANNED = "planned"
    OPERATING = "operating"
    ENDED = "ended"


class Status(StrEnum):
    """An economy's standing in a network for a period; no record at all also means unknown."""

    MEMBER = "member"
    NOT_MEMBER = "not_member"
    UNKNOWN = "unknown"
