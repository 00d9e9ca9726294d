"""The benchmark of the mock: `python -m benchmarks` compares it with a floor in one run and judges the ratios."""
