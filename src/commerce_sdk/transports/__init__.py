"""What carries requests besides the default transport: one module for each library, each behind its own extra.

Importing this package imports none of those libraries.
"""
