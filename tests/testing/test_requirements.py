import pytest

from commerce_testing.requirements import needs


def test_a_package_that_is_missing_is_named_with_what_to_install() -> None:
    said = r"^this fixture needs no_such_package, which is not installed: pip install 'shop\[all\]'$"
    with pytest.raises(pytest.fail.Exception, match=said) as caught, needs("shop[all]"):
        raise ModuleNotFoundError("No module named 'no_such_package.inner'", name="no_such_package.inner")
    assert caught.value.pytrace is False
    assert caught.value.__suppress_context__


def test_what_is_ours_and_missing_is_a_fault_of_ours() -> None:
    with pytest.raises(ModuleNotFoundError), needs("commerce-sdk[mock]"):
        import commerce_testing.nothing  # type: ignore[import-not-found] # noqa: F401, PLC0415 - that is what is tested
