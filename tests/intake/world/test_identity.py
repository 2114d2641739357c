"""Made-up persons: valid documents, each one's own; what is sent of them is the keyed token and nothing else."""

from pipelines.codes import Document, document_code, person_token
from pipelines.intake.world.identity import Pseudonyms, documents, identities

KEY = bytes(range(32))


def test_an_identity_number_passes_every_check_and_its_area_does_not_exist():
    for document in documents(3, range(2_000), seed=7):
        assert document_code(Document.RESIDENT_ID, document) == f"resident_id:{document}"
        assert document.startswith("99")


def test_no_two_visitors_of_a_round_have_the_same_number():
    numbers = [document for site in (0, 1, 33, 117) for document in documents(site, range(50_000), seed=7)]

    assert len(set(numbers)) == 200_000


def test_the_seed_and_the_number_make_the_person_and_nothing_else_does():
    assert identities(3, [4, 9], seed=7) == identities(3, [1, 4, 9], seed=7)[1:]
    assert identities(3, [4], seed=7) != identities(3, [4], seed=8)


def test_a_phone_has_eleven_digits_and_a_name_three_signs():
    for person in identities(5, range(500)):
        assert person.phone.startswith("199") and len(person.phone) == 11 and person.phone.isdigit()
        assert len(person.name) == 3


def test_the_token_is_that_of_the_edge_however_many_are_made_at_once():
    pseudonyms, numbers = Pseudonyms(KEY, "r1", seed=7), [0, 1, 511, 512, 6_001]
    expected = [person_token(KEY, "r1", f"resident_id:{document}") for document in documents(2, numbers, seed=7)]

    assert pseudonyms.of(2, numbers) == expected
    assert pseudonyms.words(2, numbers) == [token.hex() for token in expected]
    assert {len(token) for token in expected} == {16}


def test_a_long_key_is_shortened_as_the_standard_has_it():
    key = bytes(range(200))

    assert Pseudonyms(key, "r1").of(0, [5]) == [person_token(key, "r1", f"resident_id:{documents(0, [5])[0]}")]


def test_another_key_round_or_site_gives_other_tokens():
    tokens = [
        Pseudonyms(key, round_id).of(site, [5])[0]
        for key in (KEY, bytes(32))
        for round_id in ("r1", "r2")
        for site in (1, 2)
    ]

    assert len(set(tokens)) == 8
