"""What every pytest run loads of the suite: the question whether it is asked for, and nothing else."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Load the plugin in time for its options, where `--pyargs commerce_conformance` is on the command line."""
    known = early_config.known_args_namespace
    if known.pyargs and any(str(word).startswith(str(__package__)) for word in known.file_or_dir):
        early_config.pluginmanager.import_plugin(f"{__package__}.pytest_plugin")
