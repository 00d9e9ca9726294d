"""The check digit of card numbers (Luhn)."""


def luhn(number: str) -> bool:
    """Whether a card number's check digit is right."""
    total = 0
    for index, digit in enumerate(map(int, reversed(number))):
        total += sum(divmod(digit * 2, 10)) if index % 2 else digit
    return total % 10 == 0
