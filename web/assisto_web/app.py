"""The Flask application: one factory, no globals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from flask import Blueprint, Flask, request

from assisto_caldav.failures import frames_of
from assisto_caldav.ports import Ports
from assisto_web import assets, errors, i18n, own_texts, security
from assisto_web.api.views import make_api
from assisto_web.client.routes import make_client
from assisto_web.demo import make_demo
from assisto_web.machines import machines
from assisto_web.phone_links import phone_links, text_links
from assisto_web.public.routes import make_public
from assisto_web.staff.routes import make_staff
from assisto_web.widget import make_widget

ExcInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]
MAX_FORM_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class DemoPages:
    """What only the demo shows: the folder of its mails."""

    mails: Path


class PageApp(Flask):
    """Flask, but its log holds no paths and no messages: both may carry what people wrote."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log an unexpected error: the route's template, and where it happened (design §9)."""
        rule = request.url_rule.rule if request.url_rule else "an unknown address"
        error = exc_info[1]
        where = frames_of(error) if error is not None else ""
        self.logger.error("Unexpected error at %s: %s", rule, where)


def make_app(
    ports: Ports, *, demo: DemoPages | None = None, more: tuple[Callable[[], Blueprint], ...] = ()
) -> Flask:
    """Return the web application over the given ports. ``more`` adds rooms of later issues."""
    app = PageApp(__name__, static_folder="static", static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=MAX_FORM_BYTES, MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES)
    app.extensions["assisto"] = ports
    app.extensions["assisto_demo"] = demo
    app.url_map.strict_slashes = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["phone_links"] = phone_links
    app.jinja_env.filters["text_links"] = text_links
    i18n.install(app)
    own_texts.install(app)
    assets.install(app)
    security.install(app)
    errors.install(app)
    app.register_blueprint(machines)
    app.register_blueprint(make_staff())
    app.register_blueprint(make_api())
    app.register_blueprint(make_widget())
    app.register_blueprint(make_client())
    for make_room in more:
        app.register_blueprint(make_room())
    if demo is not None:
        app.register_blueprint(make_demo(demo.mails))
    app.register_blueprint(make_public())
    return app
