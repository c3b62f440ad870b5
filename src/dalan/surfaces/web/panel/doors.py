"""What an app proves itself with, door by door: Kenar, Basalam, and POD's short links."""

from datetime import timedelta

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import ClientSecret, PodKind, UnknownKey
from dalan.kernel import clock
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened
from dalan.surfaces.web.panel.keys import OVERLAPS_HOURS, overlap_options

POD_KINDS: tuple[PodKind, ...] = ("token", "service_key")


@get(f"{APPS_PATH}/{{slug:str}}/credentials")
async def doors_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Three doors, what each asks for, and a line to try; once a POD credential just made."""
    now = clock.now()
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        app = opened.app
        keys = [key for key in await developers.keys_of(tx, app.id) if key.is_live(now)]
        secrets = await developers.client_secrets(tx, app.id)
        uris = await developers.redirect_uris(tx, app.id)
        pod = await developers.pod_credentials(tx, app.id)
        basalam_id = await developers.basalam_client_id(tx, app.id)
        proof = await developers.proof_of(tx, app.id)
    made = {
        kind: desk.take_shown_once(visitor, services, _secret_name(opened, kind))
        for kind in POD_KINDS
    }
    base_url = services.settings.base_url
    return desk.app_page(
        visitor,
        opened,
        "panel/credentials.html",
        current="credentials",
        base_url=base_url,
        live_keys=keys,
        current_secret=_current(secrets),
        redirect_uri=uris[0].uri if uris else "",
        basalam_id=basalam_id,
        is_signed_only=proof.signed_only,
        made=made,
        pod={kind: [one for one in pod if one.kind == kind] for kind in POD_KINDS},
        overlap_options=overlap_options(visitor.gettext),
        tries=_tries(base_url, basalam_id),
    )


@post(f"{APPS_PATH}/{{slug:str}}/credentials/pod", status_code=200)
async def make_pod_credential(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Make an API token or a service key, the first or the next one."""
    back = desk.path_of(slug, "credentials")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    kind, hours = form.text("kind"), form.whole_number("overlap_hours")
    if kind not in POD_KINDS or hours not in OVERLAPS_HOURS:
        return desk.refused(visitor, back, _("Choose one of these."))
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        text = await developers.rotate_pod_credential(
            tx,
            opened.app.id,
            kind=kind,
            keys=services.keys,
            overlap=timedelta(hours=hours),
        )
        await desk.note(tx, opened, "app.pod_credential_made", kind=kind, overlap_hours=hours)
    desk.show_once(visitor, services, _secret_name(opened, kind), text)
    return desk.saved(visitor, back, _("It is made. Give it to your service now."))


@post(f"{APPS_PATH}/{{slug:str}}/credentials/pod/{{credential_id:int}}/revoke", status_code=200)
async def revoke_pod_credential(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    credential_id: FromPath[int],
) -> AnyResponse:
    """End one at once, the current or the old one."""
    back = desk.path_of(slug, "credentials")
    visitor.require_person(back=back)
    await visitor.form()
    _ = visitor.gettext
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            ended = await developers.revoke_pod_credential(
                tx, opened.app.id, credential_id=desk.bounded(credential_id)
            )
            await desk.note(tx, opened, "app.pod_credential_revoked", kind=ended.kind)
    except UnknownKey as error:
        return desk.refused(visitor, back, words.refusal(_, error))
    return desk.saved(visitor, back, _("It is revoked; calls with it are refused."))


def _secret_name(opened: Opened, kind: PodKind) -> str:
    return f"pod {kind} {opened.app.id}"


def _current(secrets: list[ClientSecret]) -> ClientSecret | None:
    return next((one for one in secrets if one.expires_at is None), None)


def _tries(base_url: str, basalam_id: int) -> dict[str, str]:
    """A line for each door, with words in capitals where a secret of one's own belongs."""
    return {
        "kenar": f"curl -H 'x-api-key: API_KEY' '{base_url}/v1/open-platform/assets/city'",
        "basalam": (
            f"curl '{base_url}/oauth/token' -d grant_type=client_credentials"
            f" -d client_id={basalam_id} -d client_secret=CLIENT_SECRET"
            " -d scope=customer.profile.read"
        ),
        "pod": (
            f"curl '{base_url}/srv/sc/nzh/doServiceCall' -H '_token_: API_TOKEN'"
            " -H '_token_issuer_: 1' -d scProductId=46412 -d scApiKey=SERVICE_KEY"
        ),
    }
