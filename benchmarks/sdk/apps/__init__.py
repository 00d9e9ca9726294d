"""The programs whose type check is measured; never run, and of the same size."""
