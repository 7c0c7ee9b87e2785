"""Refuses query parameters that a route does not have: a filter that is misspelt must not mean every report."""

from collections import Counter

from fastapi import Request

from gouji_service.problems import Problem
from gouji_service.wording import Said, say


def known_parameters(request: Request) -> list[str]:
    """The query parameters of the route of this request, as OpenAPI describes them."""
    path = request.scope["route"].path_format
    described = request.app.openapi()["paths"].get(path, {}).get(request.method.lower(), {}).get("parameters", ())
    return [one["name"] for one in described if one["in"] == "query"]


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
