"""How a person wants to see the pages: language, size of type, theme. Kept in cookies, so it works signed out as well.

The language does not follow the browser: many phones in China are set to English by the shop. Chinese comes first, and
English is one tap away.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

TEXT_SIZES = ("normal", "large")
THEMES = ("auto", "light", "dark", "contrast")
TEXT_COOKIE = "linli_text"
THEME_COOKIE = "linli_theme"
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What the cookies say; the first choice where they say nothing or nonsense."""

    language: str
    text: str
    theme: str

    @property
    def is_large(self) -> bool:
        """Large type, 关怀模式?"""
        return self.text == "large"


def preferences_of(request: HttpRequest) -> Preferences:
    """The preferences in the cookies of a request."""
    languages = [code for code, _ in settings.LANGUAGES]
    return Preferences(
        language=_one_of(languages, request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)),
        text=_one_of(TEXT_SIZES, request.COOKIES.get(TEXT_COOKIE)),
        theme=_one_of(THEMES, request.COOKIES.get(THEME_COOKIE)),
    )


def keep_preference(response: HttpResponse, *, name: str, value: str) -> bool:
    """Set the cookie of one preference. False, and nothing kept, for a name or value that does not exist."""
    choices = {
        "language": (settings.LANGUAGE_COOKIE_NAME, [code for code, _ in settings.LANGUAGES]),
        "text": (TEXT_COOKIE, TEXT_SIZES),
        "theme": (THEME_COOKIE, THEMES),
    }
    cookie, values = choices.get(name, ("", ()))
    if value not in values:
        return False
    response.set_cookie(
        cookie, value, max_age=_A_YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
    )
    return True


class PreferencesMiddleware:
    """Switches the language for one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language preferred."""
        with translation.override(preferences_of(request).language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def _one_of(values: list[str] | tuple[str, ...], value: str | None) -> str:
    return value if value is not None and value in values else values[0]
