from commerce_sdk import OMIT


def test_what_was_omitted_counts_as_nothing_and_says_so() -> None:
    assert not OMIT
    assert repr(OMIT) == "OMIT"
