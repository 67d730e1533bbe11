"""`tracker serve`: the web pages, on this machine; a web server in front of it speaks to the world."""

from typing import Annotated

import typer

from tracker.cli.speak import Door, err


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
) -> None:
    """Serve the pages behind the links in mails, until Ctrl-C. Put a web server with https in front of it."""
    import uvicorn

    from tracker.web.application import make_application

    door: Door = context.obj
    door.app.prepare_database()
    web = make_application(door.app)
    address = f"http://{host}:{port}"
    err().print(door.voice(f"Klaar op {address}. Stoppen: Ctrl-C.", f"Ready at {address}. Stop with Ctrl-C."))
    # no access log: the addresses of our pages are signed links
    uvicorn.run(web, host=host, port=port, access_log=False, log_level="warning", server_header=False)
