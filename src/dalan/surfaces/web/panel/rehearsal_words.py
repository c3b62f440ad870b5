"""What the tester of redirect addresses says, in words of the page."""

from dalan.domains import developers, oauth
from dalan.surfaces.web.panel.words import Translate


def finding(_: Translate, one: oauth.Finding) -> str:
    """One thing that is in the way, or could be better."""
    return {
        "app_not_active": _("The app is paused or suspended: nobody is asked for consent."),
        "client_missing": _("client_id is missing. Yours is:"),
        "client_other": _("client_id is not this app’s."),
        "other_page": _("The link does not lead to this door’s consent page."),
        "redirect_missing": _("redirect_uri is missing."),
        "redirect_unregistered": _("The redirect address is not registered for this app."),
        "repeated": _("This parameter came more than once."),
        "response_type_missing": _("response_type is missing; it must be code."),
        "response_type_wrong": _("response_type must be code."),
        "scope_missing": _("scope is missing: ask for one thing at least."),
        "scope_unknown": _("There is no such scope, or its resource is missing or malformed."),
        "scope_not_allowed": _("Your app may not ask for this scope. Ask for it first."),
        "challenge_method": _("code_challenge_method must be S256."),
        "challenge_malformed": _("code_challenge must be 43 characters of base64url."),
        "challenge_missing": _("Better with PKCE: code_challenge and code_challenge_method=S256."),
        "state_missing": _("Better with state: it protects people from forged answers."),
        "refused": _("The consent page refuses this request."),
    }[one.code]


def difference(_: Translate, one: developers.Difference) -> str:
    """One way in which an address differs from a registered one."""
    return {
        "not_an_address": _("it is not a whole address"),
        "white_space": _("a space before or after it"),
        "scheme": _("the scheme: http is not https, and capitals count"),
        "host": _("the host"),
        "host_case": _("capital letters in the host"),
        "userinfo": _("a user name before the host"),
        "port": _("the port"),
        "path": _("the path"),
        "path_case": _("capital letters in the path"),
        "trailing_slash": _("the slash at the end"),
        "query": _("the question mark and what follows it"),
        "fragment": _("the # and what follows it"),
    }[one]
