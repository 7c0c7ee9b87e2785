"""Recovery -> the JSON of the contract: the library's fields, with the id that the store gave."""

from gouji.fields import ResultFields
from gouji.results import Recovery


def recovery_to_json(recovery: Recovery, id: str | None = None) -> ResultFields:
    """The result of the contract, ready for `json.dumps`. `id` is None for a result that was not saved."""
    return {**recovery.to_dict(), "id": id}
