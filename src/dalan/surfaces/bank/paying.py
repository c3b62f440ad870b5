"""Where a person «pays»: one page, and a button for every way it can go."""

from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from dalan.domains import bank
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html import csrf, forms
from dalan.surfaces.services import Services

AnyRequest = Request[Any, Any, Any]

PAY_PATH = "/pay/bank/pg/StartPay/{authority:str}"


class Button(msgspec.Struct, frozen=True):
    """One way it can go, in the words of the page."""

    decision: bank.Decision
    title: str
    hint: str
    kind: str = "plain"


def handlers(services: Services) -> list[HTTPRouteHandler]:
    """The page, and the button that was pressed."""

    @route(PAY_PATH, http_method=[HttpMethod.GET], status_code=200)
    async def pay_page(request: AnyRequest, authority: FromPath[str]) -> Response[Any]:
        """How much, to whom, and what to press."""
        async with services.db.look() as tx:
            payment = await bank.payment_of(tx, authority)
        if payment is None:
            return nothing_here(request, services)
        return _pay_page(request, services, payment)

    @route(PAY_PATH, http_method=[HttpMethod.POST], status_code=200)
    async def press(request: AnyRequest, authority: FromPath[str]) -> Response[Any]:
        """Do what the button says, once, and lead back to the merchant."""
        try:
            form = await forms.read(request)
        except forms.FormUnreadable:
            return nothing_here(request, services, status=400)
        decision = next((one for one in bank.DECISIONS if one == form.raw("decision")), None)
        token = form.raw(csrf.FIELD)
        if not csrf.verify(_secret(services), authority, token):
            return nothing_here(request, services, status=403)
        if decision is None:
            return nothing_here(request, services, status=400)

        async def work(tx: WriteTransaction) -> tuple[bank.BankPayment, str] | None:
            return await bank.decide(tx, authority, decision)

        decided = await services.db.transact(work)
        if decided is None:
            return nothing_here(request, services)
        payment, way_back = decided
        if way_back:
            return html.see_other(way_back, cookies=_cookies(request, services))
        return _pay_page(request, services, payment)

    return [pay_page, press]


def nothing_here(request: AnyRequest, services: Services, *, status: int = 404) -> Response[Any]:
    """The bank's own page for what it does not know."""
    context = _context(request, services)
    text = html.templates.render(context, "bank/unknown.html")
    return html.page(text, status=status, cookies=_cookies(request, services))


def _pay_page(request: AnyRequest, services: Services, payment: bank.BankPayment) -> Response[Any]:
    token = csrf.issue(_secret(services), payment.authority)
    context = _context(request, services, csrf_token=token)
    text = html.templates.render(
        context, "bank/pay.html", payment=payment, buttons=_buttons(context)
    )
    # The buttons lead back to a merchant on whatever host.
    return html.page(text, form_action=False, cookies=_cookies(request, services))


def _buttons(context: html.PageContext) -> list[Button]:
    _ = context.gettext
    return [
        Button("pay", _("Pay"), _("Paid, and back to the shop."), "main"),
        Button("cancel", _("Cancel"), _("Not paid, and back to the shop."), "quiet"),
        Button("time_out", _("Let it time out"), _("The session ends; back unpaid."), "quiet"),
        Button(
            "pay_twice",
            _("Pay, confirmed twice"),
            _("Paid; the shop hears that it was confirmed before (101)."),
        ),
        Button(
            "pay_and_leave",
            _("Pay without coming back"),
            _("Paid, and the shop has to find out by itself."),
        ),
    ]


def _secret(services: Services) -> bytes:
    return services.keys.derived_secret("simulated bank csrf").encode()


def _context(request: AnyRequest, services: Services, *, csrf_token: str = "") -> html.PageContext:
    return html.PageContext(
        lang=html.i18n.choose(request.query_params, request.cookies),
        theme=html.theme_of(request.cookies),
        path=request.url.path,
        query=request.url.query,
        csrf_token=csrf_token,
        public_base_url=services.settings.base_url,
        dev=True,
    )


def _cookies(request: AnyRequest, services: Services) -> list[Any]:
    asked = html.i18n.asked_for(request.query_params)
    if not asked:
        return []
    return [html.remember(html.i18n.LANG_COOKIE, asked, secure=services.settings.secure)]
