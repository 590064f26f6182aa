"""A Django project with django-oauth-toolkit, set up as in its documentation."""

import json
import os
import signal
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

# The import of `project.py` must not write files into this folder.
sys.dont_write_bytecode = True
# Without this, oauthlib sends CORS headers only with https.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

HERE = Path(__file__).resolve().parent
PORT = int(os.environ["PORT"])
APP = urlsplit(os.environ["APP_URL"])
DATA = Path(os.environ["DATA_DIR"])
HOME = f"http://localhost:{PORT}"
ISSUER = f"{HOME}/o"


def kept(name, make):
    """Returns the text of a file in DATA_DIR. At the first start, writes the text that `make` returns to the file."""
    file = DATA / name
    if not file.exists():
        file.write_text(make())
    return file.read_text()


def signing_key():
    """A new RSA key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def configure():
    """Configures Django."""
    settings.configure(
        SECRET_KEY=kept("secret", lambda: os.urandom(32).hex()),
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="project",
        LOGIN_URL="/login/",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "db.sqlite3"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [HERE / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                    ]
                },
            }
        ],
        LOGGING={
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"stderr": {"class": "logging.StreamHandler"}},
            "root": {"handlers": ["stderr"], "level": "WARNING"},
        },
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_ISS_ENDPOINT": ISSUER,
            "OIDC_RSA_PRIVATE_KEY": kept("key.pem", signing_key),
            "OAUTH2_VALIDATOR_CLASS": "project.Validator",
            "SCOPES": {"openid": "Who you are", "profile": "Your name", "email": "Your e-mail address"},
            # Allows CORS at the token endpoint for a page with http.
            "ALLOWED_SCHEMES": ["http"],
            # With this setting, a response with a code has `iss`, but an error response has not. The metadata advertises
            # `iss`. In the next major version, this setting is the default.
            "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
            # Without this, there is no end-session endpoint.
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
        },
    )
    django.setup()


def fill():
    """Creates the tables, the user and the client at the first start. Returns the client's ID."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from oauth2_provider.models import get_application_model

    call_command("migrate", verbosity=0)
    application = get_application_model().objects.first()
    if application:
        return application.client_id
    get_user_model().objects.create_user(
        "kari", "kari.nordmann@example.com", "Fjord-and-fell-42", first_name="Kari", last_name="Nordmann"
    )
    application = get_application_model().objects.create(
        name="The app",
        client_type="public",
        authorization_grant_type="authorization-code",
        redirect_uris=os.environ["REDIRECT_URI"],
        post_logout_redirect_uris=os.environ["POST_LOGOUT_REDIRECT_URI"],
        # With this, the token endpoint sends CORS headers for this origin.
        allowed_origins=f"{APP.scheme}://{APP.netloc}",
        # By default, no ID token is signed.
        algorithm="RS256",
    )
    return application.client_id


def main():
    """Serves until SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    configure()
    client_id = fill()

    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    server = ThreadedWSGIServer(("127.0.0.1", PORT), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    config = {"client_id": client_id, "scopes": ["openid", "profile", "email"]}
    ready = {"issuer": ISSUER, "version": version("django-oauth-toolkit"), "config": config}
    print(json.dumps(ready), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
