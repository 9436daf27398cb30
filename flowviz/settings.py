"""Django's settings. What people may set is in config/; here is what follows from it.

Importing this writes nothing: the data folder and the secret key are made when first needed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.functional import lazystr

from flowviz import config, secret

CONFIG = config.load(os.environ)
ROOT = Path(__file__).resolve().parent.parent

DEBUG = False  # tracebacks are for the log; pages never show one
SECRET_KEY: str = lazystr(secret.Key(CONFIG))  # type: ignore[assignment]
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
PUBLIC_ORIGINS = CONFIG.public_origins

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",  # for the static files of /api/docs, which are served from here and from nowhere else
    "dashboard",
]

# Outermost first. Headers come before everything, so that no answer goes out without them.
MIDDLEWARE = [
    "dashboard.views.headers.SecurityHeadersMiddleware",
    "dashboard.api.problems.ProblemMiddleware",
    "dashboard.control.guard.AuthorityMiddleware",
    "dashboard.views.static.StaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "flowviz.urls"
ASGI_APPLICATION = "flowviz.asgi.application"
APPEND_SLASH = False

_loaders: list[Any] = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request"],
            "loaders": _loaders
            if CONFIG.reload
            else [("django.template.loaders.cached.Loader", _loaders)],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": CONFIG.data_dir / "flowviz.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 5},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_NAME = "flowviz_session"
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "flowviz_csrf"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True  # the page has its token from the page
CSRF_FAILURE_VIEW = "dashboard.views.errors.csrf_failure"

# Nobody uploads anything: bodies are a few arguments, or the positions of some hundred nodes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS: list[str] = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = CONFIG.reload
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0  # asked for anew each time: modules of two versions never meet on one page

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
LANGUAGE_CODE = "en"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "flowviz.journal.OneLine", "traces": CONFIG.log_level == "DEBUG"}
    },
    "filters": {"said": {"()": "dashboard.views.errors.SaidToThePerson"}},
    "handlers": {"stderr": {"class": "flowviz.journal.Terminal", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": CONFIG.log_level},
    "loggers": {
        # Refused hosts and paths that do not exist are answered; they are no news for a terminal.
        "django.security": {"level": "CRITICAL"},
        "django.request": {"level": "ERROR", "filters": ["said"]},
    },
}
