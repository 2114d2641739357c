"""Labels: a standard check character catches what scanners and typists get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.codes import ALPHABET, check_character, has_valid_check
from pipelines.intake.barcodes import group_of_label, label, label_of_group


def test_the_check_character_is_the_standard_s():
    published = "A1-2425G-ABC1234002-M"  # the Global Release Identifier's own example of ISO 7064 MOD 37,36
    body, check = published.replace("-", "")[:-1], published[-1]

    assert check_character(body) == check


def test_a_label_carries_its_lab_s_prefix_and_its_place_on_the_site_s_roll():
    barcode = label_of_group("SSA", site_index=17, group=345)

    assert barcode == "SSA0001700345" + check_character("SSA0001700345")
    assert group_of_label(barcode) == 345


@given(number=st.integers(0, 10**10 - 1), place=st.integers(0, 13), wrong=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(number: int, place: int, wrong: str):
    good = label("SSA", number)
    spoilt = good[:place] + wrong + good[place + 1 :]

    assert has_valid_check(good)
    assert has_valid_check(spoilt) == (spoilt == good)


@pytest.mark.parametrize("barcode", ["", "A", "SSA000000000O", "ssa0000000001Q", "SSA0000000001Q]C1", "SSA 0001Q"])
def test_what_is_no_label_is_no_label(barcode: str):
    assert not has_valid_check(barcode)
