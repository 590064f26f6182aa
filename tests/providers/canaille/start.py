"""Starts Canaille as described in tests/providers/README.md."""

import asyncio
import json
import logging
import os
import signal
import sys
from importlib.metadata import version
from pathlib import Path

from asgiref.wsgi import WsgiToAsgi
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from hypercorn.asyncio import serve
from hypercorn.config import Config
from joserfc.jwk import RSAKey
from werkzeug.wrappers import Request

PORT = os.environ["PORT"]
ISSUER = f"http://localhost:{PORT}"
SCOPES = ["openid", "profile", "email"]


def kept(name, make):
    """Returns the text of a file in DATA_DIR. At the first start, writes the text that `make` returns to the file."""
    path = Path(os.environ["DATA_DIR"], name)
    if not path.exists():
        path.write_text(make())
    return path.read_text()


def configuration():
    key = json.loads(kept("key.json", lambda: json.dumps(RSAKey.generate_key(2048).as_dict(private=True))))
    return {
        "SECRET_KEY": kept("secret", lambda: os.urandom(24).hex()),
        # Without this, Canaille cannot build absolute URLs, and has no issuer.
        "SERVER_NAME": f"localhost:{PORT}",
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "TIMEZONE": "UTC", "SMTP": None, "ENABLE_REGISTRATION": False},
        "CANAILLE_OIDC": {
            # Canaille's own example uses EdDSA. The app expects RS256, which every provider must support.
            "ACTIVE_JWKS": [key],
            # By default, Canaille does not ask for consent when the client is on localhost.
            "TRUSTED_DOMAINS": [],
        },
    }


def add_client_and_user():
    client = models.Client(
        client_id="spa",
        client_name="The app",
        client_uri=os.environ["APP_URL"],
        redirect_uris=[os.environ["REDIRECT_URI"]],
        post_logout_redirect_uris=[os.environ["POST_LOGOUT_REDIRECT_URI"]],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=SCOPES,
        token_endpoint_auth_method="none",
        id_token_signed_response_alg="RS256",
    )
    Backend.instance.save(client)
    client.audience = [client]
    Backend.instance.save(client)
    user = models.User(
        user_name="kari",
        password="Fjord-and-fell-42",
        formatted_name="Kari Nordmann",
        given_name="Kari",
        family_name="Nordmann",
        emails=["kari.nordmann@example.com"],
    )
    Backend.instance.save(user)


def logged(app):
    """Wraps the WSGI application: writes one line to standard error for each request."""

    def call(environ, start_response):
        request = Request(environ)

        def start(status, headers, exc_info=None):
            location = dict(headers).get("Location", "")
            print(f"{request.method} {request.full_path} {status} {location}", file=sys.stderr, flush=True)
            return start_response(status, headers, exc_info)

        return app(environ, start)

    return call


async def main():
    logging.basicConfig(stream=sys.stderr)
    app = create_app(config=configuration())
    with app.app_context(), Backend.instance.session():
        add_client_and_user()

    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)

    config = Config()
    config.bind = [f"127.0.0.1:{PORT}"]
    running = asyncio.create_task(serve(WsgiToAsgi(logged(app)), config, shutdown_trigger=ended.wait))
    while not await listens():
        if running.done():
            return running.result()
    line = {"issuer": ISSUER, "version": version("canaille"), "config": {"client_id": "spa", "scopes": SCOPES}}
    print(json.dumps(line), flush=True)
    await running


async def listens():
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", int(PORT))
    except OSError:
        await asyncio.sleep(0.02)
        return False
    writer.close()
    return True


asyncio.run(main())
