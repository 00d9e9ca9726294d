"""Money in integer cents: exact, because a JSON number below the contract's maximum names its cents without doubt."""


def cents(amount: float) -> int:
    """The cents of an amount that the contract allows: at most two decimals, below 2**53 cents."""
    return round(amount * 100)


def amount(number: int) -> int | float:
    """The JSON number of some cents; the nearest double prints as the two decimals that it stands for."""
    whole, rest = divmod(number, 100)
    return number / 100 if rest else whole


def text(value: float) -> str:
    """An amount as people read it, with two decimals."""
    return f"{value:.2f}"
