"""Large primes that are a function of a text: the same key on every machine, from nothing but a seed."""

from collections.abc import Iterator
from hashlib import shake_256
from typing import Final

_ROUNDS: Final = 24  # of Miller and Rabin: a composite number passes all of them less often than hardware fails
_SIEVED: Final = 2000


def _small() -> tuple[int, ...]:
    found: list[int] = []
    for number in range(3, _SIEVED, 2):
        if all(number % prime for prime in found if prime * prime <= number):
            found.append(number)
    return tuple(found)


SMALL: Final = _small()


def prime(text: str, bits: int) -> int:
    """The first prime at or after a number that `text` names. Its two highest bits are set, as RSA wants it."""
    drawn = int.from_bytes(shake_256(text.encode()).digest(bits // 8))
    return next(number for number in _odd(drawn | 3 << (bits - 2)) if _is_prime(number, text))


def _odd(start: int) -> Iterator[int]:
    number = start | 1
    while True:
        yield number
        number += 2


def _is_prime(number: int, text: str) -> bool:
    if any(number % small == 0 for small in SMALL):
        return number in SMALL
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    draws = shake_256(f"{text}/witnesses".encode()).digest(8 * _ROUNDS)
    return all(
        _passes(number, int.from_bytes(draws[at : at + 8]) % (number - 3) + 2, odd, twos)
        for at in range(0, len(draws), 8)
    )


def _passes(number: int, witness: int, odd: int, twos: int) -> bool:
    """Whether a witness does not prove that the number is composite (Miller and Rabin)."""
    power = pow(witness, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False
