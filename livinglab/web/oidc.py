"""Identity providers of host organisations: OpenID Connect by Authlib.

Authorization code with PKCE (RFC 7636, S256), state and nonce; the ID token must be signed with a
public key of the provider (OpenID Connect Core 1.0 section 3.1.3.7). Discovery must name the issuer
that was configured (OpenID Connect Discovery 1.0 section 4.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import current_app
from joserfc.errors import JoseError
from requests import RequestException

from livinglab.domain.errors import NotFound, ProviderAway, Refusal
from livinglab.domain.messages import N_, Message
from livinglab.web import context

if TYPE_CHECKING:
    from flask import Flask, Response

    from config import IdentityProvider

EXTENSION = "livinglab.oidc"
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"})
"""Signatures by a private key only: a client's secret, or nothing, must not be able to sign."""
SECONDS = 10
"""How long a provider may take to answer before people are told that it is away."""
SKEW = 60
"""Seconds by which the provider's clock may be off."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who somebody is at a provider. ``second_factor``: it asked for more than one (RFC 8176)."""

    issuer: str
    subject: str
    name: str
    second_factor: bool


def install(app: Flask) -> None:
    """Register the providers of the settings; none is spoken to before somebody signs in."""
    oauth = OAuth(app)
    known = context.settings(app).identity_providers
    app.jinja_env.globals["identity_providers"] = known
    for provider in known:
        oauth.register(
            provider.id,
            client_id=provider.client_id,
            client_secret=provider.client_secret,
            server_metadata_url=_discovery(provider),
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )
    app.extensions[EXTENSION] = oauth


def provider(key: str) -> IdentityProvider:
    """The provider with that id.

    Raises:
        NotFound: there is none.
    """
    for known in context.settings().identity_providers:
        if known.id == key:
            return known
    raise NotFound


def begin(of: IdentityProvider, back: str) -> Response:
    """Send the browser to the provider, to come ``back`` to that address.

    Raises:
        ProviderAway: the provider does not answer, or not as it should.
    """
    try:
        return cast("Response", _client(of).authorize_redirect(back))
    except (RequestException, RuntimeError, ValueError, KeyError) as error:
        raise _away(of) from error


def finish(of: IdentityProvider) -> Account:
    """Who came back from the provider.

    Raises:
        Refusal: they did not sign in there, or what the browser brought does not hold.
        ProviderAway: the provider does not answer.
    """
    checks = {
        "iss": {"essential": True, "values": [of.issuer]},
        "aud": {"essential": True, "values": [of.client_id]},
    }
    try:
        token = _client(of).authorize_access_token(claims_options=checks, leeway=SKEW)
    except RequestException as error:
        raise _away(of) from error
    except (OAuthError, JoseError, RuntimeError, ValueError, TypeError, KeyError) as error:
        current_app.logger.warning("Sign-in by %s refused: %s", of.id, type(error).__name__)
        raise _unproven(of) from error
    claims = token.get("userinfo")
    if not claims or not isinstance(claims["sub"], str):
        raise _unproven(of)
    return Account(
        issuer=of.issuer,
        subject=claims["sub"],
        name=str(claims.get("name") or claims.get("preferred_username") or ""),
        second_factor="mfa" in (claims.get("amr") or ()),
    )


def _client(of: IdentityProvider) -> Any:  # noqa: ANN401  # Authlib has no types
    client = current_app.extensions[EXTENSION].create_client(of.id)
    metadata = client.load_server_metadata()
    if metadata.get("issuer") != of.issuer:
        raise ValueError("the provider names another issuer than the settings")
    offered = metadata.get("id_token_signing_alg_values_supported") or ("RS256",)
    metadata["id_token_signing_alg_values_supported"] = sorted(ALGORITHMS.intersection(offered))
    return client


def _discovery(of: IdentityProvider) -> str:
    return of.issuer.rstrip("/") + "/.well-known/openid-configuration"


def _away(of: IdentityProvider) -> ProviderAway:
    text = N_("%(provider)s does not answer. Try again in a minute or use your password.")
    return ProviderAway(Message(text, {"provider": of.name}))


def _unproven(of: IdentityProvider) -> Refusal:
    text = N_("%(provider)s did not confirm who you are. Begin again from the sign-in page.")
    return Refusal(Message(text, {"provider": of.name}))
