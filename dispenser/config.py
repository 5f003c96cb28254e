"""Settings: one strict TOML file, overridden by `DISPENSER_*` variables; a key that does not exist is an error."""

import difflib
import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from dispenser.core.periods import USUAL_PERIOD_DAYS

ENVIRONMENT_PREFIX = "DISPENSER_"
_MACHINE_ID = r"^[a-z0-9][a-z0-9-]{0,31}$"


class ConfigError(Exception):
    """The settings cannot be used; `problems` names all of them, each with what to do."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Keep all `problems`; at least one."""
        super().__init__("\n".join(problems))
        self.problems = problems


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _check_digit(gtin: str) -> str:
    digits = [int(digit) for digit in gtin]
    total = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(digits[:-1]))
    if (10 - total % 10) % 10 != digits[-1]:
        message = f"the check digit of GTIN {gtin} is wrong"
        raise ValueError(message)
    return gtin


class SiteSection(_Section):
    """The packing pharmacy as labels name it; `gtin` is the 14-digit GTIN that its pouch symbols carry."""

    name: str = Field(default="Demoapoteket", min_length=1, max_length=40)
    phone: str = Field(default="70 00 00 00", max_length=20)
    gtin: Annotated[str, Field(pattern=r"^\d{14}$"), AfterValidator(_check_digit)] = "02000000000008"


class MachineSection(_Section):
    """One machine: its name here, and where it answers."""

    id: str = Field(pattern=_MACHINE_ID)
    uri: str = Field(min_length=3)


class PeriodSection(_Section):
    """Packing cycle of a group: first day of its first period, and length in days (a usual one, R4)."""

    group: str = Field(min_length=1)
    first: date
    days: int = Field(default=USUAL_PERIOD_DAYS, ge=1, le=USUAL_PERIOD_DAYS)


class ServerSection(_Section):
    """Where panel and API listen; other host names than loopback must be listed to be answered."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535, strict=False)
    allowed_hosts: tuple[str, ...] = Field(default=("127.0.0.1", "localhost"), strict=False)


class Config(BaseSettings):
    """Everything that a site sets."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=ENVIRONMENT_PREFIX, env_nested_delimiter="__"
    )

    database: str = "sqlite:///var/dispenser.db"
    witness: str = ""
    """File with the newest order that each machine was sent, never restored with the database; empty: beside it."""
    catalogue: str = ""
    """Price list (CSV) to pack from; empty for the shipped demonstration catalogue."""
    machine_folder: str = "var/machines"
    """Folder with a sub-folder per machine, private to its driver: keys, trusted certificates, journals kept here."""
    demonstration_rules: bool = Field(default=False, strict=False)
    """Judge with the shipped rules for demonstration, by which no citizen may be treated."""
    deadline_check_seconds: int = Field(default=30, ge=1, le=3_600)
    site: SiteSection = SiteSection()
    server: ServerSection = ServerSection()
    machines: tuple[MachineSection, ...] = Field(default=(), strict=False)
    periods: tuple[PeriodSection, ...] = Field(default=(), strict=False)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment wins over the file; nothing else is read."""
        return env_settings, init_settings


def load(path: Path | None) -> Config:
    """Read the settings from `path` (None: no file, defaults and environment only).

    Raises:
        ConfigError: no such file, not TOML, an unknown key (nearest valid name told), or a value that cannot be.
    """
    values: dict[str, Any] = {}
    if path is not None:
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError((f"{path}: {error.strerror}",)) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError((f"{path}: not TOML: {error}",)) from error
    strangers = _unknown_variables()
    if strangers:
        raise ConfigError(strangers)
    try:
        config = Config(**values)
    except ValidationError as error:
        raise ConfigError(tuple(_problem(detail) for detail in error.errors())) from error
    _require_distinct(config)
    return config


def _unknown_variables() -> tuple[str, ...]:
    known = [ENVIRONMENT_PREFIX + name.upper() for name in Config.model_fields]
    known += [
        f"{ENVIRONMENT_PREFIX}{section.upper()}__{name.upper()}"
        for section in ("site", "server")
        for name in _SECTIONS[section].model_fields
    ]
    return tuple(
        f"{name}: there is no such setting; did you mean '{_nearest(name, known)}'?"
        for name in sorted(os.environ)
        if name.startswith(ENVIRONMENT_PREFIX) and name not in known
    )


def _nearest(name: str, known: list[str]) -> str:
    return difflib.get_close_matches(name, known, n=1, cutoff=0.0)[0]


def _require_distinct(config: Config) -> None:
    names = [machine.id for machine in config.machines]
    uris = [machine.uri for machine in config.machines]
    twice = sorted({value for values in (names, uris) for value in values if values.count(value) > 1})
    if twice:
        raise ConfigError(tuple(f"machines: '{value}' is there twice; each machine needs its own" for value in twice))


def _problem(detail: Any) -> str:  # noqa: ANN401 - pydantic's own error record
    place = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        key = str(detail["loc"][-1])
        near = difflib.get_close_matches(key, _names_at(detail["loc"][:-1]), n=1, cutoff=0.4)
        hint = f"; did you mean '{near[0]}'?" if near else f"; valid: {', '.join(_names_at(detail['loc'][:-1]))}"
        return f"{place}: there is no such setting{hint}"
    return f"{place}: {detail['msg']}"


_SECTIONS: dict[str, type[BaseModel]] = {
    "site": SiteSection,
    "server": ServerSection,
    "machines": MachineSection,
    "periods": PeriodSection,
}


def _names_at(place: tuple[str | int, ...]) -> list[str]:
    section = _SECTIONS.get(str(place[0])) if place else None
    return sorted((section or Config).model_fields)


def origins(config: Config, path: Path | None) -> list[tuple[str, str, str]]:
    """Return every effective setting as (name, value, origin: `file`, `environment` or `default`)."""
    in_file: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path else {}
    rows: list[tuple[str, str, str]] = []
    for name, value in config.model_dump(mode="json").items():
        entries = value.items() if isinstance(value, dict) else [("", value)]
        for key, entry in entries:
            dotted = f"{name}.{key}" if key else name
            variable = ENVIRONMENT_PREFIX + dotted.replace(".", "__").upper()
            there = key in in_file.get(name, {}) if key else name in in_file
            origin = "environment" if variable in os.environ else "file" if there else "default"
            rows.append((dotted, str(entry), origin))
    return rows
