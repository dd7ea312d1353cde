"""The account's addresses, each with its view."""

from __future__ import annotations

from flask import Blueprint

from assisto_web.client import accounts


def make_client() -> Blueprint:
    """Return the pages under ``/<institution>/account``."""
    room = Blueprint("client", __name__, template_folder="templates")
    get, post = ["GET"], ["POST"]
    rules = (
        ("/", "account", accounts.account, get),
        ("/login", "log_in", accounts.enter, get),
        ("/login", "log_in_act", accounts.enter_act, post),
        ("/register", "register", accounts.join, get),
        ("/register", "register_act", accounts.join_act, post),
        ("/logout", "log_out", accounts.leave, post),
        ("/recover", "recover", accounts.ask_recovery, get),
        ("/recover", "recover_act", accounts.recover_act, post),
        ("/recovery", "renew", accounts.renew, post),
        ("/appointment", "show", accounts.show, post),
        ("/delete", "end", accounts.ask_end, get),
        ("/delete", "end_act", accounts.end, post),
    )
    for address, endpoint, view, methods in rules:
        room.add_url_rule(f"/<institution_id>/account{address}", endpoint, view, methods=methods)
    return room
