"""What opens things that no service shows: a command or a URL of the team's own, told in `conformance.toml`."""

import json
import re
import subprocess
from collections.abc import Callable, Mapping
from time import monotonic, sleep
from typing import Any, Final
from urllib.parse import quote

import httpx

from commerce_conformance.settings import Hook
from commerce_conformance.unreachable import UnreachableError

PATIENCE: Final = 30.0  # seconds that a command may take
_PAUSE: Final = 0.05


def ask(hook: Hook | Callable[[Mapping[str, str]], str], known: Mapping[str, str], patience: float = 0.0) -> str:
    """The value that a hook gives for what is known, such as `user_id`; asked again for so many seconds.

    Raises UnreachableError where it gives none in that time.
    """
    deadline = monotonic() + patience
    while True:
        try:
            return _taken(hook, _output(hook, known)) if isinstance(hook, Hook) else hook(known)
        except UnreachableError:
            if monotonic() > deadline:
                raise
        sleep(_PAUSE)


def let(hook: Hook | Callable[[Mapping[str, str]], str], known: Mapping[str, str]) -> None:
    """Let a hook do what it is for, whatever it gives. Raises UnreachableError where it cannot."""
    if isinstance(hook, Hook):
        _output(hook, known)
    else:
        hook(known)


def _output(hook: Hook, known: Mapping[str, str]) -> str:
    if hook.url is not None:
        url = _filled(hook.url, {name: quote(value, safe="") for name, value in known.items()})
        body = None if hook.body is None else _filled(hook.body, known)
        headers = {**({} if body is None else {"content-type": "application/json"}), **hook.headers}
        try:
            answered = httpx.request(
                hook.method, url, content=body, headers=headers, timeout=PATIENCE, follow_redirects=True
            )
            answered.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(f"the hook {url} gave nothing: {error}") from None
        return answered.text
    line = _filled(hook.command or "", known)
    try:
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S602 - the team's own command
    except subprocess.TimeoutExpired:
        raise UnreachableError(f"the hook `{hook.command}` took over {PATIENCE:.0f} s") from None
    if done.returncode:
        raise UnreachableError(f"the hook `{hook.command}` ended with {done.returncode}")
    return done.stdout


def _filled(text: str, known: Mapping[str, str]) -> str:
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _taken(hook: Hook, output: str) -> str:
    """What of the output is meant."""
    value: Any = output.strip()
    if hook.pointer is not None:
        value = _at(hook.pointer, output)
    if hook.pattern is not None:
        found = re.search(hook.pattern, str(value))
        if found is None:
            raise UnreachableError(f"what a hook gave has nothing of the form {hook.pattern}")
        value = found[1] if found.re.groups else found[0]
    if value in ("", None):
        raise UnreachableError("a hook gave nothing")
    return str(value)


def _at(pointer: str, output: str) -> Any:
    """What stands at a JSON pointer."""
    try:
        value = json.loads(output)
        for token in pointer.split("/")[1:]:
            key = token.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
    except (ValueError, LookupError, TypeError):
        raise UnreachableError(f"what a hook gave has nothing at {pointer}") from None
    return value
