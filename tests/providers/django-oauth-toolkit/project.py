"""The URLs of the project, and what its ID tokens say."""

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator


class Validator(OAuth2Validator):
    """As shipped, tokens and UserInfo say nothing of a user but `sub`."""

    oidc_claim_scope = OAuth2Validator.oidc_claim_scope | {"name": "profile", "email": "email"}

    def get_additional_claims(self, request):
        """Adds these to UserInfo and to the ID token, as far as the scopes go."""
        return {"name": request.user.get_full_name(), "email": request.user.email}


urlpatterns = [
    path("login/", LoginView.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
