"""Good words of the feeds beside the tubes', to be spoilt by the tests."""

from pipelines.vocabulary import SourceKind

AT = "2021-06-06T09:30:00+08:00"

STEP = {
    "sequence": 21,
    "machine": "interruption",
    "thing_id": "SS-001-02.i1622943000",
    "step": "end",
    "state": "ended",
    "site_id": "SS-001",
    "by": "SS-001-02",
    "facts": {"cause": "server", "minutes": 3, "seconds": 190, "persons_bound": 6},
    "happened_at": AT,
    "recorded_at": AT,
}
INPUT = {
    "sequence": 162294300000000001,
    "site_id": "SS-001",
    "hour_at": "2021-06-06T09:00:00+08:00",
    "version": 1,
    "persons": 6_500,
    "tubes": 652,
    "third_copies": 652,
    "special_cases": 4,
    "entered_at": "2021-06-06T09:06:00+08:00",
}
CASE = {
    "sequence": 162294300000000001,
    "site_id": "SS-001",
    "diversion": "fever",
    "outcome": "tested_separately",
    "happened_at": AT,
}
DUPLICATE = {
    "sequence": 7,
    "kind": "person_twice",
    "barcode": "SL00000002",
    "other_barcode": "SL00000001",
    "seat": 3,
    "site_id": "SS-001",
    "device_id": "SS-001-02",
    "recorded_at": AT,
}
CONFLICT = {
    "sequence": 6,
    "rule": "label_used",
    "device_id": "SS-001-02",
    "device_sequence": 91,
    "barcode": "SL00000001",
    "recorded_at": AT,
}
FEEDS = {
    SourceKind.STEPS: {"events": [STEP], "last_sequence": 21},
    SourceKind.INPUTS: {"inputs": [INPUT], "last_sequence": INPUT["sequence"]},
    SourceKind.SPECIAL_CASES: {"cases": [CASE], "last_sequence": CASE["sequence"]},
    SourceKind.EXCEPTIONS: {"duplicates": [DUPLICATE], "conflicts": [CONFLICT], "last_sequence": 7},
}
