"""Docstrings: nothing that a document says can end them."""

import ast

import pytest

from commerce_cli.generate.docstrings import docstring


@pytest.mark.parametrize(
    "text", ['ends in a "quote"', 'has """three""" quotes', "a \\ backslash \\", "two\n\nparts", '"', "C:\\new"]
)
def test_a_docstring_says_exactly_the_text(text: str) -> None:
    (statement,) = ast.parse(f'"""{docstring(text)}"""').body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Constant)
    assert str(statement.value.value).rstrip("\n") == text
