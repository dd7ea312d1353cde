"""TOML files to frozen dataclasses; every problem is reported, with file, line and key."""

from assisto_caldav.config.check import check, main_check
from assisto_caldav.config.load import examine, load
from assisto_caldav.config.model import (
    Config,
    Database,
    Log,
    LogLevel,
    Mail,
    ObjectLimits,
    Secrets,
    Server,
    Sessions,
    SmtpSecurity,
)
from assisto_caldav.config.problems import Problem
from assisto_caldav.config.source import ConfigSource

__all__ = [
    "Config",
    "ConfigSource",
    "Database",
    "Log",
    "LogLevel",
    "Mail",
    "ObjectLimits",
    "Problem",
    "Secrets",
    "Server",
    "Sessions",
    "SmtpSecurity",
    "check",
    "examine",
    "load",
    "main_check",
]
