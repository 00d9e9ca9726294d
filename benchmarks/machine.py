"""What a run was measured on, for the record: figures of two machines are not to be compared, ratios roughly are."""

import os
import platform
from importlib import metadata
from pathlib import Path

_LIBRARIES = (
    *("uvicorn", "uvloop", "httptools", "orjson", "jsonschema-rs", "immutables", "msgspec"),
    *("httpx", "pydantic", "pyreqwest", "stripe", "openai", "mypy"),
)


def machine() -> dict[str, str]:
    """Processor, number of cores, interpreter and the libraries that the speed depends on; no name, no path."""
    facts = {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    return facts | {name: metadata.version(name) for name in _LIBRARIES}


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
