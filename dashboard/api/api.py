"""The JSON API, with its OpenAPI document and page at /api/docs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Swagger
from ninja.errors import HttpError, ValidationError

from dashboard.api import flow, lag, problems, services, topics, whole
from dashboard.control.refusal import Refusal

api = NinjaAPI(
    title="Flowviz",
    version="1",
    description="Services that talk over Apache Kafka: see their flow, pause one, see it recover. "
    "Documented in docs/protocol.md.",
    docs=Swagger(settings={"deepLinking": False}),
    urls_namespace="api",
)
for part in (flow, lag, services, topics, whole):
    api.add_router("", part.router)


@api.exception_handler(problems.Problem)
def _problem(request: HttpRequest, error: problems.Problem) -> HttpResponse:
    answer = problems.answer(error.status, error.detail)
    if error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return problems.answer(error.status, error.sentence)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = 422 if error.status_code == 400 else error.status_code
    return problems.answer(status, str(error))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors]
    return problems.answer(422, "; ".join(said))
