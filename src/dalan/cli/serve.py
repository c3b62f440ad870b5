"""``dalan serve``: a marketplace for real people."""

import socket
from pathlib import Path

import click

from dalan.cli.running import listen, run, serve, settings_or_exit, write_ready_file
from dalan.settings import Settings, SettingsError


@click.command("serve")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; 0 takes a free one.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Write our address here.")
@click.option("--no-worker", is_flag=True, help="Leave background work to `dalan worker`.")
def command(host: str | None, port: int | None, ready_file: Path | None, no_worker: bool) -> None:
    """Run a marketplace for real people."""
    settings = settings_or_exit("real", host=host, port=port)
    if no_worker and settings.database_address.startswith("sqlite:"):
        raise click.UsageError("on SQLite the worker runs inside this process")
    if not settings.code_sender_url:
        raise click.ClickException(
            "DALAN_CODE_SENDER_URL: nobody could sign in. Give the address of what sends text"
            " messages; it gets POST {phone, text, code, lang}."
        )
    bound, settings = listen(settings)
    run(_serve(settings, bound, ready_file, works=not no_worker))


async def _serve(
    settings: Settings, bound: socket.socket, ready_file: Path | None, *, works: bool
) -> None:
    from dalan.app import Platform
    from dalan.kernel import logs

    logs.setup(settings.log_level, settings.log_file)
    platform = Platform(settings, works=works, drains=True)
    try:
        await platform.start()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error

    await platform.warm()

    def ready() -> None:
        click.echo(f"Dalan answers at {settings.base_url}", err=True)
        write_ready_file(ready_file, settings.base_url)

    try:
        await serve(platform, bound, ready=ready, front=platform.front)
    finally:
        await platform.stop()
