"""A small OpenID Connect provider on this machine, which can be told to misbehave.

Authorization code with PKCE (S256). ``claims`` are put over those of the ID token; ``algorithm``
and ``document`` change how it is signed and what discovery says.
"""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.serving import make_server

CLIENT = "living-lab"
SECRET = "a secret of the client"


class Provider:
    """Whoever asks is ``subject``, without being asked anything."""

    def __init__(self, issuer):
        self.issuer = issuer
        self.subject = "248289761001"
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.claims = {}
        self.document = {}
        self.algorithm = "RS256"
        self.codes = {}

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.document,
        }

    def authorize(self, asked):
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = dict(asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent):
        asked = self.codes.pop(sent["code"], None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "name": "Ada at the hall",
            "email": "ada@test.example",
            **self.claims,
        }
        return {"access_token": "of no use", "token_type": "Bearer", "id_token": self.sign(claims)}

    def sign(self, claims):
        if self.algorithm == "none":
            head = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
            body = urlsafe_b64encode(jsonify(claims).data).decode().rstrip("=")
            return f"{head}.{body}."
        key = OctKey.import_key(SECRET) if self.algorithm == "HS256" else self.key
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])


@contextmanager
def running():
    """A provider that answers on a free port of this machine."""
    app = Flask(__name__)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    provider = Provider(f"http://127.0.0.1:{server.port}")

    @app.get("/.well-known/openid-configuration")
    def discovery():
        return provider.discovery()

    @app.get("/keys")
    def keys():
        return {"keys": [provider.key.as_dict(private=False)]}

    @app.get("/authorize")
    def authorize():
        return redirect(provider.authorize(request.args))

    @app.post("/token")
    def token():
        answer = provider.token(request.form)
        return (answer, 200) if answer else ({"error": "invalid_grant"}, 400)

    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
