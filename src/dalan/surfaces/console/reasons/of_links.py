"""Why short links refuse, and the gateway they are reached through."""

from typing import Final

from dalan.surfaces.html.i18n import marked

OF_LINKS: Final[dict[str, str]] = {
    "clicks.journal_trouble": marked("Visits cannot be written down right now; try again later."),
    "clicks.too_many_stretches": marked("The time asked about has more intervals than are told."),
    "api.batch_refused": marked(
        "One item of the batch was refused, so none was done; the answer says which."
    ),
    "api.changed_meanwhile": marked("The link was changed since you read it; read it again."),
    "links.already_shortened": marked("The owner has a live link to the same already."),
    "links.deactivated": marked("The link’s owner switched it off, or deleted it."),
    "links.blocked": marked("The link leads to a host that its operator blocked."),
    "links.expired": marked("The link’s time is over."),
    "links.hash_taken": marked("Another link has this hash, or one that looks the same."),
    "links.hash_too_long": marked("The hash has more characters than it may."),
    "links.import_row": marked("A row of the file is nothing a link can be made of."),
    "links.import_unreadable": marked(
        "The file is none of those that are read, or larger than is read at once."
    ),
    "links.host_blocked": marked("Links may not lead to this host: its operator blocked it."),
    "links.invalid": marked(
        "A part of the link, or of the question, cannot be; the message names which."
    ),
    "links.key_reused": marked("The idempotency key was used for another request."),
    "links.limit_reached": marked("As many visitors came as the link lets in."),
    "links.not_yet": marked("The link’s time is to come."),
    "links.protected": marked("The link asks visitors for a password."),
    "links.invalid_host": marked("It names no host, no number and no network; or it is too much."),
    "links.invalid_report": marked("A report has a reason, and another reason is told."),
    "links.limit": marked("The owner made so many links in this time that more have to wait."),
    "links.quarantined": marked("Operators keep visitors from the link until they have looked."),
    "links.reported_already": marked("This browser reported the link before."),
    "links.reports_outdated": marked("Another operator decided about the reports meanwhile."),
    "links.target_missing": marked("The link needs an address or a text to lead to."),
    "links.too_many_guesses": marked("Too many wrong passwords came for this link."),
    "links.unknown_domain": marked("There is no such short domain, or it was removed."),
    "links.unknown": marked("There is no such link, or it is somebody else’s."),
    "qr.invalid_look": marked("A QR code cannot look like that, or no camera could read it."),
    "links.unknown_host": marked("No such host is blocked, or no longer."),
    "pod.fault": marked("Something went wrong on our side; the request id finds it in the log."),
    "pod.hash_missing": marked("The operation needs to know which link: send its hash."),
    "pod.issuer_unknown": marked("_token_issuer_ is 1 or 0, or left out."),
    "pod.product_unknown": marked("scProductId is missing, or is no service of ours."),
    "pod.token_missing": marked(
        "No API token came with the call; does a proxy drop headers with underscores?"
    ),
    "pod.too_much": marked("The request has more bytes or parameters than are read."),
    "pod.unreadable": marked("The body is no form, no JSON object, or cannot be read."),
    "pod.wrong_method": marked(
        "The path exists and takes another method; the header Allow names it."
    ),
}
