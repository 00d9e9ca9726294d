"""The defaults of other frameworks, for the suite's profiles: unknown paths, unknown methods, trailing slashes."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from reference_services.settings import Style


def _methods(app: FastAPI, scope: Scope) -> set[str]:
    """The methods that a path has; none where it is unknown."""
    routes: Sequence[APIRoute] = app.state.routes
    return {method for route in routes if route.path_regex.match(scope["path"]) for method in route.methods or ()}


def allowed_methods(request: Request) -> str:
    """The value of `Allow`. The router itself names only the first route that has the path."""
    return ", ".join(sorted(_methods(request.app, request.scope)))


def own_not_found(request: Request) -> JSONResponse | None:
    """What Gin and Express say to an unknown path, and to an unknown method as well; None as FastAPI."""
    style: Style = request.app.state.settings.style
    return None if style is Style.FASTAPI else JSONResponse({"message": "Not Found"}, HTTPStatus.NOT_FOUND)


class TrailingSlashes:
    """Express takes no notice of a trailing slash, Gin redirects to the path without it, ours knows no such path."""

    def __init__(self, app: ASGIApp, style: Style) -> None:
        self._app = app
        self._style = style

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and self._style is not Style.FASTAPI and len(scope["path"]) > 1:
            path = scope["path"].removesuffix("/")
            shorter = {**scope, "path": path, "raw_path": scope["raw_path"].removesuffix(b"/")}
            if path != scope["path"] and _methods(scope["app"], shorter):
                if self._style is Style.GIN:
                    moved = HTTPStatus.MOVED_PERMANENTLY if scope["method"] == "GET" else HTTPStatus.TEMPORARY_REDIRECT
                    await RedirectResponse(path, moved)(scope, receive, send)
                    return
                scope.update(shorter)
        await self._app(scope, receive, send)
