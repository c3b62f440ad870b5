"""What the platform asks of us. All of it carries our identification key, or is not from it."""

import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from inspector import report
from inspector.server import Answer, Request, Server, json_answer


def session(call: dict[str, Any], app: Server) -> Answer:
    """A server link was followed: answer where the browser should go."""
    post_token = call.get("post_token") or ""
    if _data(call).get("page") == "report":
        return json_answer({"url": f"{app.config.base_url}/report/{post_token}"})
    query = {
        "post_token": post_token,
        "completion_url": call.get("completion_url") or call.get("return_url") or "",
        "user_side": str(call.get("user_side") or "").upper(),
    }
    return json_answer({"url": f"{app.config.base_url}/start?{urlencode(query)}"})


def action(call: dict[str, Any], app: Server) -> Answer:
    """A dynamic action was clicked: answer a message to show, or what to do instead."""
    post_token = call.get("post_token") or _data(call).get("post_token") or ""
    found = app.store.report(post_token)
    if found is None:
        link = f"{app.config.base_url}/report/{post_token}"
        return json_answer({"action": {"open_direct_link": link}})
    _, word, _ = report.verdict(found.score)
    text = f"نتیجهٔ بازرسی: {word}، {report.persian(found.score)} از ۱۰۰"
    return json_answer({"text_message": text})


def event(_call: dict[str, Any], _app: Server) -> Answer:
    """News from the platform. This app needs none of it, and says that it arrived."""
    return Answer(204)


CALLBACKS: dict[str, Callable[[dict[str, Any], Server], Answer]] = {
    "/session": session,
    "/action": action,
    "/events": event,
}


def answer(request: Request, app: Server) -> Answer:
    """Check who is calling, then answer."""
    key = request.headers.get("Authorization", "")
    if not hmac.compare_digest(key.encode(), app.config.identification_key.encode()):
        return json_answer({"message": "this is not our identification key"}, 401)
    try:
        call = json.loads(request.body or b"{}")
    except ValueError:
        call = None
    if not isinstance(call, dict):
        return json_answer({"message": "a JSON object is expected"}, 400)
    return CALLBACKS[request.path](call, app)


def _data(call: dict[str, Any]) -> dict[str, Any]:
    """What we ourselves put in the action. Some versions of the call name it otherwise."""
    data = call.get("extra_data") or call.get("provider_data")
    return data if isinstance(data, dict) else {}
