"""The HTTP application: routes, limits, and what is counted."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from mlpipe._version import __version__
from mlpipe.engine.local import one_thread
from mlpipe.service.answers import Answer, Ask
from mlpipe.service.counters import CONTENT_TYPE, Counters
from mlpipe.service.description import openapi
from mlpipe.service.json_rows import read_rows
from mlpipe.service.pages import render_docs, render_form
from mlpipe.service.refusals import RefusalError
from mlpipe.service.together import Together
from mlpipe.words.lists import listed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mlpipe.params.serving import ServeParams
    from mlpipe.service.json_rows import Row
    from mlpipe.service.record import Record
    from mlpipe.service.served import Served
    from mlpipe.service.standing import Standing

_SMALL = 20_000
"""Bytes up to which a request is answered at once; a larger one goes to a thread, while others are heard."""
_MOST_IGNORED = 10
"""Times the allowed size that a body too large is read, and dropped: many clients hear no answer before they end."""
_JSON, _CSV, _HTML = "application/json", "text/csv", "text/html; charset=utf-8"
_UNSAID = "application/x-www-form-urlencoded"
"""What `curl --data` says of every body."""
_YES = frozenset({"true", "1", "yes"})
_EXPLAINED = tuple(map(str, range(1, 21)))
KNOWN_QUERY = ("proba", "on_bad_value", "explain")
_BAD_VALUES = ("error", "null", "skip")


@dataclass
class Service:
    """One worker: its standing model, its counts, its record."""

    standing: Standing
    params: ServeParams
    counters: Counters
    token: bytes | None = None
    record: Record | None = None
    _together: Together = field(default_factory=Together)
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def predict(self, request: Request) -> Response:
        """Answer a request for predictions."""
        begun = time.perf_counter()
        try:
            check_token(request, self.token)
            ask, kind = ask_of(request), kind_of(request)
            body = await body_of(request, self.params)
            served = self.standing.served
            answer = await self._answer(served, body, kind, ask)
        except RefusalError as refusal:
            self.counters.refused(refusal.status, time.perf_counter() - begun)
            return _json(refusal.to_json(), refusal.status)
        self.counters.answered(answer, time.perf_counter() - begun, classes=served.classes)
        csv = _wants_csv(request, kind)
        return Response(answer.to_csv() if csv else answer.to_json(), media_type=_CSV if csv else _JSON)

    async def _answer(self, served: Served, body: bytes, kind: str, ask: Ask) -> Answer:
        if kind == _JSON and len(body) <= _SMALL:
            rows = read_rows(body, max_rows=self.params.max_rows)
            answer = await self._answer_small(served, rows, ask)
        else:
            async with self._one_at_a_time:
                answer = await run_in_threadpool(self._answer_large, served, body, kind, ask)
        if self.record is not None:
            self.record.add(answer)
        return answer

    async def _answer_small(self, served: Served, rows: list[Row], ask: Ask) -> Answer:
        if rows[1:]:
            return served.answerer.answer_rows(rows, ask)
        return await self._together.answer(served, rows[0], ask)

    def _answer_large(self, served: Served, body: bytes, kind: str, ask: Ask) -> Answer:
        with one_thread():  # each thread has a limit of its own
            if kind == _CSV:
                return served.answerer.answer_csv(body, ask)
            return served.answerer.answer_rows(read_rows(body, max_rows=self.params.max_rows), ask)


def build_app(service: Service) -> FastAPI:
    """The application around a service."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        watch = asyncio.create_task(service.standing.watch())
        with one_thread():
            yield
        watch.cancel()

    app = FastAPI(title="mlpipe", openapi_url=None, docs_url=None, redoc_url=None, lifespan=lifespan)

    def document() -> dict[str, Any]:
        return openapi(service.standing.served.description, __version__)

    pages: dict[str, Any] = {
        "/": lambda: Response(render_form(service.standing.served.description), media_type=_HTML),
        "/docs": lambda: Response(render_docs(document()), media_type=_HTML),
        "/openapi.json": lambda: _json(document()),
        "/schema": lambda: _json(service.standing.served.description),
        "/metrics": lambda: Response(service.counters.render(), media_type=CONTENT_TYPE),
    }
    # Starlette's own route: what FastAPI does around one to read parameters costs more than reading them here.
    app.add_route("/predict", service.predict, methods=["POST"])
    app.add_api_route("/health", _healthy, methods=["GET"])
    app.add_api_route("/ready", lambda: _json({"status": "ready", **service.standing.facts}), methods=["GET"])
    for path, page in pages.items():
        app.add_api_route(path, _guarded(page, service), methods=["GET"], response_model=None)
    return app


def _guarded(page: Any, service: Service) -> Any:
    def answer(request: Request) -> Response:
        try:
            check_token(request, service.token)
        except RefusalError as refusal:
            return _json(refusal.to_json(), refusal.status)
        response: Response = page()
        return response

    return answer


def _healthy() -> Response:
    return _json({"status": "ok"})


def check_token(request: Request, token: bytes | None) -> None:
    """Raise `RefusalError` (401) unless the request bears the token; compared in constant time."""
    if token is None:
        return
    given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    if not hmac.compare_digest(given, token):
        raise RefusalError(401, "The token is missing or wrong. Send the header 'Authorization: Bearer TOKEN'.")


def ask_of(request: Request) -> Ask:
    """What the query asks for; an unknown word is refused (422)."""
    query = request.query_params
    unknown = sorted(set(query) - set(KNOWN_QUERY))
    if unknown:
        raise RefusalError(422, f"There is no query parameter {unknown[0]!r}: {listed(KNOWN_QUERY)} are known.")
    on_bad_value: Any = query.get("on_bad_value", "error")
    if on_bad_value not in _BAD_VALUES:
        raise RefusalError(422, f"on_bad_value is {on_bad_value!r}: {listed(_BAD_VALUES)} are known.")
    explain = query.get("explain")
    if explain is not None and explain not in _EXPLAINED:
        raise RefusalError(422, f"explain is {explain!r}: give how many columns, from 1 to {len(_EXPLAINED)}.")
    return Ask(
        proba=query.get("proba", "false").lower() in _YES,
        on_bad_value=on_bad_value,
        explain=None if explain is None else int(explain),
    )


def kind_of(request: Request) -> str:
    """The media type of the body: JSON unless said otherwise."""
    kind = request.headers.get("content-type", _JSON).split(";")[0].strip().lower()
    if kind == _UNSAID:
        return _JSON
    if kind not in (_JSON, _CSV):
        raise RefusalError(415, f"The body is {kind!r}: send {_JSON} or {_CSV}.")
    return kind


def _wants_csv(request: Request, kind: str) -> bool:
    accepted = request.headers.get("accept", "*/*")
    if _CSV in accepted or _JSON in accepted:
        return _CSV in accepted
    return kind == _CSV


async def body_of(request: Request, params: ServeParams) -> bytes:
    """The bytes of a request, within its limits of size (413) and time (408)."""
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(params.timeout):
            async for piece in request.stream():
                size += len(piece)
                if size > _MOST_IGNORED * params.max_bytes:
                    break
                if size <= params.max_bytes:
                    pieces.append(piece)
    except TimeoutError as error:
        raise RefusalError(408, "The body did not come in time.") from error
    if size > params.max_bytes:
        raise RefusalError(413, f"The body has more than {params.max_bytes} bytes.")
    return b"".join(pieces)


def _json(document: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(document, ensure_ascii=False, allow_nan=False), status, media_type=_JSON)
