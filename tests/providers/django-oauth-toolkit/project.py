"""The URLs of the project, and the claims of its ID tokens."""

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):
    """Adds name and e-mail address. By default, the only claim about a user in ID token and UserInfo is `sub`."""

    oidc_claim_scope = OAuth2Validator.oidc_claim_scope | {"name": "profile", "email": "email"}

    def get_additional_claims(self, request):
        """Claims for UserInfo and the ID token. Each is sent only if its scope was granted."""
        return {"name": request.user.get_full_name(), "email": request.user.email}


urlpatterns = [
    path("login/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
