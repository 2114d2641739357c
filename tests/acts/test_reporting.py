"""Acts of data: each says what its kind must, or is refused with the field to mend."""

import pytest

from pipelines.acts import ActRefused
from pipelines.acts.reporting import check_reporting, read_report_id, report_id
from pipelines.api import Scope
from pipelines.vocabulary import ActKind
from tests.acts.examples import HOUR, LABEL, example

TOWN, LS_5 = "990001002", Scope.site("LS-5")


@pytest.mark.parametrize("kind", ActKind)
def test_a_whole_act_of_each_kind_passes(kind):
    check_reporting(example(kind, LS_5))


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (example(ActKind.INPUT_ENTERED, Scope.town(TOWN)), "scope"),
        (example(ActKind.INPUT_ENTERED, LS_5, target="2 o'clock"), "target"),
        (example(ActKind.INPUT_ENTERED, LS_5, facts={"base_version": 0}), "facts"),
        (example(ActKind.INPUT_ENTERED, LS_5, facts={"tubes": 1}), "facts.base_version"),
        (example(ActKind.INPUT_ENTERED, LS_5, facts={"base_version": 0, "tubes": -1}), "facts.tubes"),
        (example(ActKind.INPUT_ENTERED, LS_5, facts={"base_version": 0, "tubes": 1.5}), "facts.tubes"),
        (example(ActKind.INPUT_ENTERED, LS_5, facts={"base_version": 0, "persons": "70"}), "facts.persons"),
        (example(ActKind.INPUT_CORRECTED, LS_5, reason=" "), "reason"),
        (example(ActKind.THIRD_COPIES_READ, LS_5, facts={}), "facts.barcodes"),
        (example(ActKind.THIRD_COPIES_READ, LS_5, facts={"barcodes": [LABEL[:-1] + "Z"]}), "facts.barcodes"),
        (example(ActKind.THIRD_COPIES_READ, LS_5, facts={"barcodes": [LABEL, LABEL]}), "facts.barcodes"),
        (example(ActKind.THIRD_COPIES_READ, LS_5, facts={"barcodes": ["]C1" + LABEL]}), "facts.barcodes"),
        (example(ActKind.REPORT_SIGNED, LS_5, facts={}), "facts.version"),
        (example(ActKind.REPORT_SIGNED, LS_5, target="2031-03-02T01:00Z/site/LS-6"), "scope"),
        (example(ActKind.REPORT_SIGNED, LS_5, target="2031-03-02T01:00Z/planet"), "target"),
        (example(ActKind.REPORT_ADVICE_NOTED, LS_5, facts={"version": 1}), "facts.recommendation_id"),
        (example(ActKind.TUBE_FOUND, LS_5, target="LK1-7"), "target"),
        (example(ActKind.TUBE_EXPLAINED, LS_5, reason=""), "reason"),
    ],
)
def test_an_act_of_data_that_is_not_whole_is_refused_with_its_field(new, field):
    with pytest.raises(ActRefused) as refused:
        check_reporting(new)
    assert refused.value.field == field


@pytest.mark.parametrize("scope", [Scope(), Scope.town(TOWN), LS_5])
def test_a_report_s_id_says_its_hour_and_its_place(scope):
    assert read_report_id(report_id(HOUR, scope)) == (HOUR, scope)
