"""Whether a visitor would rather have a page than the bare text: RFC 9110, 12.5.1."""


def prefers_html(accept: str) -> bool:
    """``text/html`` is asked for by name, and plain text no more than it."""
    html = _quality(accept, "text/html")
    plain = _quality(accept, "text/plain")
    if plain is None:
        plain = _quality(accept, "text/*") or _quality(accept, "*/*") or 0.0
    return html is not None and html > 0 and html >= plain


def _quality(accept: str, wanted: str) -> float | None:
    """The weight of the first media range of that name; None when there is none."""
    for part in accept[:2_000].lower().split(","):
        name, *parameters = [one.strip() for one in part.split(";")]
        if name == wanted:
            return _weight(parameters)
    return None


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0 <= weight <= 1 else 0.0
    return 1.0
