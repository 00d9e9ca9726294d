"""The benchmark of mock and client: `python -m benchmarks` compares each with its like in one run and judges."""
