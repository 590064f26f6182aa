"""Starts Glewlwyd from its unpacked Debian packages, and configures it through its administration API."""

import gzip
import http.cookiejar
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PORT = os.environ["PORT"]
HOME = f"http://localhost:{PORT}"
ISSUER = f"{HOME}/api/oidc"
DATA = Path(os.environ["DATA_DIR"])
# The folder with the unpacked Debian packages.
ROOT = Path(os.environ["INSTALLED"])
SHARE = ROOT / "usr/share/glewlwyd"
LIB = ROOT / "usr/lib/glewlwyd"
SCOPES = {"openid": "Who you are", "profile": "Your name", "email": "Your e-mail address"}


def files():
    """Writes the database, the pages and the configuration."""
    with gzip.open(ROOT / "usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz", "rt") as script:
        with sqlite3.connect(DATA / "glewlwyd.db") as database:
            database.executescript(script.read())
    shutil.copytree(SHARE / "webapp", DATA / "webapp", ignore=shutil.ignore_patterns("config.json"))
    shutil.copy(SHARE / "templates/config.json", DATA / "webapp/config.json")
    types = {".html": "text/html", ".js": "application/javascript", ".css": "text/css", ".json": "application/json"}
    listed = ",".join(f'{{ extension = "{name}" mime_type = "{mime}" compress = 0 }}' for name, mime in types.items())
    (DATA / "glewlwyd.conf").write_text(
        f"""
        port = {PORT}
        bind_address = "127.0.0.1"
        external_url = "{HOME}"
        login_url = "login.html"
        api_prefix = "api"
        static_files_path = "{DATA}/webapp"
        static_files_mime_types = ({listed})
        # The defaults: CORS for every origin.
        allow_origin = "*"
        allow_methods = "GET, POST, PUT, DELETE, OPTIONS"
        allow_headers = "Origin, X-Requested-With, Content-Type, Accept, Bearer, Authorization, DPoP"
        expose_headers = "Content-Encoding, Authorization"
        log_mode = "file"
        log_level = "INFO"
        log_file = "/dev/stderr"
        # The default works only with https.
        cookie_secure = 0
        session_expiration = 2419200
        session_key = "GLEWLWYD2_SESSION_ID"
        admin_scope = "g_admin"
        profile_scope = "g_profile"
        user_module_path = "{LIB}/user"
        user_middleware_module_path = "{LIB}/user_middleware"
        client_module_path = "{LIB}/client"
        user_auth_scheme_module_path = "{LIB}/scheme"
        plugin_module_path = "{LIB}/plugin"
        hash_algorithm = "SHA512"
        database = {{ type = "sqlite3" path = "{DATA}/glewlwyd.db" }}
        """
    )


def run(*arguments, **options):
    """Starts the unpacked program with the unpacked libraries."""
    libraries = ":".join(str(folder) for folder in (ROOT / "usr/lib").glob("*-linux-gnu*"))
    environment = {**os.environ, "LD_LIBRARY_PATH": libraries}
    return subprocess.Popen([ROOT / "usr/bin/glewlwyd", *arguments], env=environment, **options)


def version():
    """The version that the program prints."""
    return run("--version", stdout=subprocess.PIPE, text=True).communicate()[0].strip()


def responds():
    """Whether the provider responds."""
    try:
        return urllib.request.urlopen(f"{HOME}/config", timeout=5).status == 200
    except OSError:
        return False


def key_pair():
    """A new RSA private key and its public key, in PEM."""
    private = subprocess.run(["openssl", "genrsa", "2048"], check=True, capture_output=True).stdout
    public = subprocess.run(["openssl", "rsa", "-pubout"], input=private, check=True, capture_output=True).stdout
    return private.decode(), public.decode()


def administer():
    """Signs in as the administrator, and creates the scopes, the user, the client and the OpenID plugin."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def send(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{HOME}/api{path}", data, headers, method=method)
        try:
            with opener.open(request, timeout=10) as response:
                return response.read()
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{method} {path}: {error.code} {error.read().decode()}") from error

    # Glewlwyd's documentation gives this password for the first sign-in.
    send("POST", "/auth/", {"username": "admin", "password": "password"})
    for name, words in SCOPES.items():
        method, path = ("PUT", f"/scope/{name}") if name == "openid" else ("POST", "/scope/")
        send(method, path, {"name": name, "display_name": words, "password_required": True, "password_max_age": 0})
    send("POST", "/user/", {
        "username": "kari", "name": "Kari Nordmann", "email": "kari.nordmann@example.com",
        "password": "Fjord-and-fell-42", "scope": list(SCOPES), "enabled": True,
    })
    # The OpenID plugin reads the post-logout redirect URIs from a property of the client. By default, the client
    # database does not store this property.
    backend = json.loads(send("GET", "/mod/client/database"))
    backend["parameters"]["data-format"]["post_logout_redirect_uris"] = {"multiple": True, "read": True, "write": True}
    send("PUT", "/mod/client/database", backend)
    send("PUT", "/mod/client/database/reset")
    send("POST", "/client/", {
        "client_id": "spa", "name": "The app", "confidential": False, "enabled": True, "scope": [],
        "redirect_uri": [os.environ["REDIRECT_URI"]],
        "post_logout_redirect_uris": [os.environ["POST_LOGOUT_REDIRECT_URI"]],
        "authorization_type": ["code"], "token_endpoint_auth_method": ["none"],
    })
    private, public = key_pair()
    send("POST", "/mod/plugin/", {
        "module": "oidc", "name": "oidc", "display_name": "OpenID Connect",
        "parameters": {
            "iss": ISSUER, "jwt-type": "rsa", "jwt-key-size": "256", "key": private, "cert": public,
            "jwks-show": True, "access-token-duration": 3600, "refresh-token-duration": 1209600,
            "code-duration": 600, "refresh-token-rolling": True, "auth-type-code-enabled": True,
            "auth-type-token-enabled": False, "auth-type-none-enabled": False, "auth-type-password-enabled": False,
            "auth-type-client-enabled": False, "auth-type-refresh-enabled": False,
            "allowed-scope": list(SCOPES),
            # Without this, Glewlwyd ignores the code challenge.
            "pkce-allowed": True, "pkce-required-public-client": True,
            # Without these, UserInfo has neither name nor e-mail address.
            "name-claim": "mandatory", "name-claim-scope": [], "email-claim": "mandatory", "email-claim-scope": [],
            # Without this, there is no end-session endpoint.
            "session-management-allowed": True, "session-cookie-name": "GLEWLWYD2_OIDC_SID",
            "session-cookie-expiration": 2419200,
            # Without this, the sign-out page fails. The administration page sets it by default.
            "front-channel-logout-allowed": True,
        },
    })


def main():
    """Runs until SIGTERM."""
    first = not (DATA / "glewlwyd.conf").exists()
    if first:
        files()
    server = run(f"--config-file={DATA}/glewlwyd.conf", stdout=sys.stderr)

    def end(*_):
        server.terminate()

    signal.signal(signal.SIGTERM, end)
    while server.poll() is None and not responds():
        time.sleep(0.05)
    try:
        if first:
            administer()
        config = {"client_id": "spa", "scopes": list(SCOPES)}
        print(json.dumps({"issuer": ISSUER, "version": version(), "config": config}), flush=True)
        server.wait()
    finally:
        end()
        server.wait()


if __name__ == "__main__":
    main()
