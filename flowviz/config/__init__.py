"""Every setting of Flowviz: read once from the environment, validated, frozen.

`docs/settings.md` describes each for its users, and a test holds the two together. A bad value, or
a name that starts like ours and is not one, stops the start with a sentence that names it: a
setting that is silently ignored costs its user an afternoon.
"""

from flowviz.config.config import DEFAULT_PORT, Config, load
from flowviz.config.handing_on import for_services, without_secrets
from flowviz.config.names import SECRETS, SETTINGS
from flowviz.config.security import as_environment
from flowviz.config.values import ConfigError

__all__ = [
    "DEFAULT_PORT",
    "SECRETS",
    "SETTINGS",
    "Config",
    "ConfigError",
    "as_environment",
    "for_services",
    "load",
    "without_secrets",
]
