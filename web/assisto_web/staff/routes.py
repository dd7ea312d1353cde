"""The counsellors' addresses, each with its view."""

from __future__ import annotations

from flask import Blueprint

from assisto_web.staff import (
    absences,
    admin,
    answers,
    booking_times,
    login,
    me,
    messages,
    offering,
    reissue,
)


def make_staff() -> Blueprint:
    """Return the staff pages under ``/staff``."""
    room = Blueprint("staff", __name__, template_folder="templates", url_prefix="/staff")
    get, post = ["GET"], ["POST"]
    rules = (
        ("/login", "login", login.show, get),
        ("/login", "log_in", login.enter, post),
        ("/logout", "log_out", login.leave, post),
        ("/password/<secret>", "password", login.choose_password, get),
        ("/password/<secret>", "set_password", login.save_password, post),
        ("/", "inbox", answers.show_inbox, get),
        ("/parked", "settle", answers.settle, post),
        ("/appointments/<appointment_id>", "appointment", answers.show, get),
        ("/appointments/<appointment_id>", "answer", answers.act, post),
        ("/messages", "messages", messages.show, get),
        ("/appointments/<appointment_id>/messages", "thread", messages.thread, get),
        ("/appointments/<appointment_id>/messages", "write", messages.write, post),
        ("/appointments/<appointment_id>/code", "reissue", reissue.act, post),
        ("/appointments/<appointment_id>/offer", "offer", offering.show, get),
        ("/appointments/<appointment_id>/offer", "send_offer", offering.act, post),
        ("/booking-times", "booking_times", booking_times.show, get),
        ("/booking-times", "save_rule", booking_times.save, post),
        ("/booking-times/change", "change_rule", booking_times.change, post),
        ("/absences", "absences", absences.show, get),
        ("/absences", "save_absence", absences.save, post),
        ("/absences/remove", "remove_absence", absences.remove, post),
        ("/me", "me", me.show, get),
        ("/me/settings", "save_settings", me.save, post),
        ("/me/password", "change_password", me.password, post),
        ("/me/devices", "make_device", me.make_device, post),
        ("/me/devices/revoke", "revoke_device", me.revoke_device, post),
        ("/admin/", "admin", admin.show, get),
        ("/admin/reset", "reset", admin.send_reset, post),
    )
    for address, endpoint, view, methods in rules:
        room.add_url_rule(address, endpoint, view, methods=methods)
    return room
