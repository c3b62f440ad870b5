"""Asks a running world for each operation of POD's contract, and looks at every field.

That contract is published as tables, not as a document a checker could read: so what an answer must
look like is written down here. Source: pod-links.md 1.4, 2 and 4.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx

GATEWAY: Final = "/srv/sc/nzh/doServiceCall"
OPERATIONS: Final = (46410, 46411, 46412, 46413, 46414)

_OUTER: Final = {
    "hasError": bool, "messageId": int, "referenceNumber": str, "errorCode": int, "count": int,
    "ott": str, "result": dict,
}  # fmt: skip
_ADDED: Final = {"urlOrContent": str, "hash": str, "visitCount": int, "shortenObjectKind": str}
_VO: Final = {
    "urlOrContent": str, "hash": str, "hashURL": str, "expireTime": int, "createTime": int,
    "visitCount": int, "isDeleted": bool, "hashGeneratedMethod": str, "shortenObjectKind": str,
    "tags": str,
}  # fmt: skip
_STATISTICS: Final = {
    "totalCount": int, "createTime": int, "urlOrContent": str, "hashURL": str, "isURL": bool,
    "countries": list, "referers": list, "browsers": list, "oses": list, "clickIntervals": dict,
}  # fmt: skip


def valid_operations(credentials: Mapping[str, Any]) -> list[int]:
    """Which of the five answer as the tables say."""
    own = credentials["pod"]
    with httpx.Client(base_url=credentials["base_url"], timeout=60) as client:

        def call(product: int, **fields: str) -> dict[str, Any]:
            answer = client.post(
                GATEWAY,
                headers={"_token_": own["token"], "_token_issuer_": "1"},
                data={"scProductId": product, "scApiKey": own["service_key"], **fields},
            )
            answer.raise_for_status()
            outer: dict[str, Any] = answer.json()
            return outer

        added = call(46410, urlOrContent="https://example.com/contract", shortenObjectKind="link")
        hash_ = _inner(added).get("hash", "")
        answers: dict[int, tuple[dict[str, Any], Callable[[Any], bool]]] = {
            46410: (added, lambda result: _fits(result, _ADDED)),
            46412: (call(46412), _is_list),
            46413: (call(46413, hash=hash_, setStatus="active"), lambda result: result is True),
            46414: (call(46414, hash=hash_), _are_statistics),
        }
        visited = call(46411, hash=hash_)
    valid = [
        product
        for product, (outer, looks_right) in answers.items()
        if _fits(outer, _OUTER) and looks_right(_inner(outer))
    ]
    if _fits(visited, _OUTER) and _is_redirect(visited["result"]):
        valid.append(46411)
    return sorted(valid)


def _inner(outer: Mapping[str, Any]) -> Any:
    """The result of the service, or {} of a refusal."""
    if outer.get("hasError") or not isinstance(outer["result"]["result"], str):
        return {}
    inner = json.loads(outer["result"]["result"])
    if list(inner) != ["error", "code", "result"] or inner["error"] or inner["code"] != 200:
        return {}
    return inner["result"]


def _fits(value: Any, fields: Mapping[str, type]) -> bool:
    """Exactly these fields in this order, each of its type."""
    return (
        isinstance(value, dict)
        and list(value) == list(fields)
        and all(type(value[name]) is kind for name, kind in fields.items())
    )


def _is_list(result: Any) -> bool:
    return (
        _fits(result, {"totalCount": int, "linkVos": list})
        and bool(result["linkVos"])
        and all(_fits(one, _VO) for one in result["linkVos"])
    )


def _are_statistics(result: Any) -> bool:
    if not _fits(result, _STATISTICS):
        return False
    intervals = result["clickIntervals"]
    return _fits(intervals, {"intervals": list, "clicksCount": list}) and (
        len(intervals["intervals"]) == len(intervals["clicksCount"]) > 0
    )


def _is_redirect(served: Any) -> bool:
    return (
        _fits(served, {"result": str, "header": dict, "statusCode": int})
        and served["statusCode"] == 302
        and served["header"].get("Location") == "https://example.com/contract"
    )
