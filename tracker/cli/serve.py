"""`tracker serve`: the web pages, on this machine; a web server in front of it speaks to the world."""

import secrets
from typing import Annotated

import typer
from pydantic import SecretStr

from tracker.app import App
from tracker.cli.speak import Door, err, out
from tracker.core.errors import UsageError, dutch_reason

DEMO_ADDRESS = "demo@example.org"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    demo: Annotated[
        bool, typer.Option("--demo", help="On the demo's data, made anew, with an account that is printed.")
    ] = False,
) -> None:
    """Serve the review page and the pages behind the links in mails, until Ctrl-C.

    Put a web server with https in front of it. With --demo it listens on this machine alone.
    """
    import os
    import socket

    import uvicorn

    from tracker.web.application import make_application

    door: Door = context.obj
    host = "127.0.0.1" if demo else host
    address = f"http://{host}:{port}"
    app = _demo(door, address) if demo else door.app
    app.prepare_database()
    web = make_application(app)
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise UsageError(
            f"{host}:{port} cannot be listened on ({reason}); try another --port",
            nl=f"op {host}:{port} kan niet worden geluisterd ({dutch_reason(error)}); kies een andere --port",
        ) from error
    err().print(door.voice(f"Klaar op {address}. Stoppen: Ctrl-C.", f"Ready at {address}. Stop with Ctrl-C."))
    # no access log: the addresses of our pages are signed links
    config = uvicorn.Config(web, access_log=False, log_level="warning", server_header=False)
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def _demo(door: Door, address: str) -> App:
    """Run the demo, and make an account for whoever looks at it."""
    from tracker.accounts import Accounts
    from tracker.cli.demo import run_demo
    from tracker.core.person import Role

    say, settings = door.voice, door.settings
    changed = {"public_url": address, "secret_key": SecretStr(secrets.token_urlsafe(32))}
    folder = settings.out / "demo"
    app = run_demo(settings.model_copy(update=changed), folder=folder, voice=say)
    accounts, language = Accounts(app.engine, app.now), settings.language or "nl"  # the pages' usual language
    _, password = accounts.add(DEMO_ADDRESS, "Demo", Role.ADMINISTRATOR, language=language)
    out().print()
    out().print(say("Log in met:", "Sign in with:"), f"{DEMO_ADDRESS} · {password}", markup=False)
    return app
