"""Refuses query parameters that a route does not have: a filter that is misspelt must not mean every report."""

from collections import Counter
from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant

from gouji_service.problems import Problem
from gouji_service.wording import Said, say


def known_parameters(request: Request) -> list[str]:
    """The query parameters of the route of this request, as OpenAPI describes them; pages stand outside of it."""
    route = request.scope["route"]
    if not route.include_in_schema:
        return list(_declared(route.dependant))
    described = request.app.openapi()["paths"][route.path_format][request.method.lower()].get("parameters", ())
    return [one["name"] for one in described if one["in"] == "query"]


def _declared(route: Dependant) -> Iterator[str]:
    yield from (one.alias for one in route.query_params)
    for needed in route.dependencies:
        yield from _declared(needed)


async def refuse_unknown(request: Request) -> None:
    """Raise the problem bad_request for parameters that are unknown or given twice, naming each."""
    given = Counter(name for name, _ in request.query_params.multi_items())
    if not given:
        return
    known = known_parameters(request)
    listed = ", ".join(known) if known else say("no_parameters")
    errors: list[tuple[str, Said]] = []
    for name, times in given.items():
        if name not in known:
            errors.append((name, say("parameter_unknown", name=name, known=listed)))
        elif times > 1:
            errors.append((name, say("parameter_twice", name=name)))
    if errors:
        told = [{"at": f"query.{name}", "message": str(said), "message_zh": said.zh} for name, said in errors]
        raise Problem("bad_request", errors[0][1] if len(errors) == 1 else say("parameters_refused"), errors=told)
