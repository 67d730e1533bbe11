"""The settings: where they come from, what a wrong one says, and what is never shown."""

import json
from pathlib import Path

import pytest

from tracker.config import (
    Settings,
    load_settings,
    mask_password,
    shown_settings,
    unknown_keys,
)
from tracker.core.errors import ConfigError


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, clean_environment: None) -> None:
    """Start each test without any setting, in an empty folder."""


WRONG = [
    ("DATABASE_URL", "mysql://host/name", "expected an address that starts with sqlite:/// or postgresql://"),
    ("DATABASE_URL", "kansen.db", "expected an address that starts with sqlite:/// or postgresql://"),
    ("PUBLIC_URL", "kansen.example.org", "expected an address that starts with https:// or http://"),
    ("SECRET_KEY", "too-short", "expected at least 32 characters"),
    ("LANGUAGE", "de", "expected 'nl' or 'en'"),
    ("SOURCE_URLS", "sedia=http://x", 'expected a JSON object such as {"sedia": "http://…"}'),
    ("SOURCE_URLS", "[1]", 'expected a JSON object such as {"sedia": "http://…"}'),
    ("SOURCE_URLS", '"http://x"', 'expected a JSON object such as {"sedia": "http://…"}'),
    (
        "SOURCE_URLS",
        '{"sedia": 8000}',
        "expected an address that starts with http:// or https:// for 'sedia'",
    ),
    ("SOURCE_URLS", '{"sedia": ""}', "expected an address that starts with http:// or https:// for 'sedia'"),
    (
        "SOURCE_URLS",
        '{"portal": "http://x", "sedia": "ftp://x"}',
        "expected an address that starts with http:// or https:// for 'sedia'",
    ),
    ("REQUEST_DELAY", "-1", "expected a number from 0 to 60"),
    ("REQUEST_DELAY", "1,5", "expected a number from 0 to 60"),
    ("REQUEST_DELAY", "nan", "expected a number from 0 to 60"),
    ("REQUEST_TIMEOUT", "0", "expected a number above 0, at most 600"),
    ("REQUEST_TIMEOUT", "soon", "expected a number above 0, at most 600"),
    ("REQUEST_ATTEMPTS", "0", "expected a whole number from 1 to 10"),
    ("REQUEST_ATTEMPTS", "2.5", "expected a whole number from 1 to 10"),
    ("REQUEST_BACKOFF", "61", "expected a number from 0 to 60"),
    ("SMTP_PORT", "0", "expected a whole number from 1 to 65535"),
    ("SMTP_PORT", "70000", "expected a whole number from 1 to 65535"),
    ("SMTP_PORT", "smtp", "expected a whole number from 1 to 65535"),
    ("SMTP_SECURITY", "ssl", "expected 'none', 'starttls' or 'tls'"),
    ("SMTP_TIMEOUT", "inf", "expected a number above 0, at most 600"),
    (
        "SMTP_SENDER",
        "Europese kansen",
        "expected Name <address>, such as Europese kansen <kansen@example.org>",
    ),
    ("SCHEDULE_COLLECT", "24:00", "expected a time such as 06:30"),
    ("SCHEDULE_COLLECT", "6.30", "expected a time such as 06:30"),
    ("SCHEDULE_DIGEST", "08:60", "expected a time such as 06:30"),
    ("SCHEDULE_DIGEST", "²:00", "expected a time such as 06:30"),
    ("LOG_LEVEL", "loud", "expected 'debug', 'info', 'warning' or 'error'"),
    ("OPERATOR", "Beheer <beheer@example.org>", "expected a plain address, such as beheer@example.org"),
    ("PATIENCE_HOURS", "0", "expected a number from 1 to 720"),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_wrong_value_is_one_line_with_the_key_and_what_was_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(f"TRACKER_{name}", value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert str(caught.value).startswith(f"TRACKER_{name}: {expected}")
    assert "\n" not in str(caught.value)
    assert caught.value.key == f"TRACKER_{name}"
    if name == "SECRET_KEY":
        assert value not in str(caught.value)


def test_every_setting_that_can_be_wrong_is_in_the_table() -> None:
    free = {
        "profile",
        "framework",
        "contacts",
        "out",
        "contact_address",
        "smtp_host",
        "smtp_user",
        "smtp_password",
    }
    free |= {"own_calls", "sources_on", "interreg_app_id", "interreg_key"}
    assert {name.lower() for name, _, _ in WRONG} | free == set(Settings.model_fields)


def test_a_wrong_database_address_does_not_repeat_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", "mysql://user:hush@host/name")
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "postgresql+psycopg://user@host/name"),
        ("REQUEST_DELAY", "0"),
        ("SMTP_PORT", "65535"),
        ("SMTP_SENDER", "kansen@example.org"),
        ("SCHEDULE_COLLECT", "0:05"),
        ("SOURCE_URLS", '{"sedia": "http://127.0.0.1:8000/search"}'),
    ],
)
def test_values_at_the_edge_are_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"TRACKER_{name}", value)
    kept = getattr(load_settings(), name.lower())
    assert kept == (json.loads(value) if name == "SOURCE_URLS" else type(kept)(value))


def test_settings_are_read_from_a_file_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text(
        'TRACKER_OUT=digests\nTRACKER_LANGUAGE=nl\nTRACKER_SMTP_SENDER="Één <a@b.nl>"\n'
    )
    monkeypatch.setenv("TRACKER_LANGUAGE", "en")
    settings = load_settings()
    assert (settings.out, settings.language, settings.smtp_sender) == (Path("digests"), "en", "Één <a@b.nl>")


def test_a_settings_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TRACKER_OUT=\xff\xfe\n")
    with pytest.raises(ConfigError, match=r"^\.env: expected text in UTF-8"):
        load_settings()


def test_a_key_left_empty_is_a_key_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRACKER_SMTP_PORT=\nTRACKER_CONTACTS=\n")
    monkeypatch.setenv("TRACKER_SMTP_HOST", "")
    settings = load_settings()
    assert not settings.mail_is_on
    assert settings.contacts is None
    assert settings.smtp_port == 587


def test_the_default_database_is_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert load_settings().database_url == f"sqlite:///{tmp_path}/data/kansen/kansen.db"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_settings().database_url == f"sqlite:///{tmp_path}/.local/share/kansen/kansen.db"


def test_secrets_and_the_database_password_are_masked() -> None:
    settings = load_settings(
        {
            "database_url": "postgresql://tracker:hush@db.example.org/kansen",
            "secret_key": "hush" * 8,
            "smtp_password": "hush",
            "source_urls": {"sedia": "http://127.0.0.1/"},
        }
    )
    rows = shown_settings(settings)
    shown = {key: value for key, value, _ in rows}
    assert not any("hush" in value for value in shown.values())
    assert shown["TRACKER_DATABASE_URL"] == "postgresql://tracker:********@db.example.org/kansen"
    assert shown["TRACKER_SECRET_KEY"] == shown["TRACKER_SMTP_PASSWORD"] == "********"
    assert shown["TRACKER_SOURCE_URLS"] == '{"sedia": "http://127.0.0.1/"}'
    assert shown["TRACKER_CONTACTS"] == ""
    assert list(shown) == [f"TRACKER_{name.upper()}" for name in Settings.model_fields]
    assert all(description for _, _, description in rows)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("sqlite:///folder/file.db", "sqlite:///folder/file.db"),
        ("postgresql://host/name", "postgresql://host/name"),
        ("postgresql://user@host/name", "postgresql://user@host/name"),
        ("postgresql://user:p@ss:w@host/name", "postgresql://user:********@host/name"),
        ("postgresql://host/name?user=me&password=hush", "postgresql://host/name?user=me&password=********"),
        ("postgresql:///name?password=hush&host=a", "postgresql:///name?password=********&host=a"),
    ],
)
def test_a_database_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert mask_password(address) == shown


def test_keys_that_mean_nothing_are_found_with_the_nearest_known_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# a remark\nexport TRACKER_SMPT_HOST=mail\nOTHER=1\nTRACKER_OUT=out\n")
    monkeypatch.setenv("TRACKER_DATABASE", "sqlite://")
    monkeypatch.setenv("TRACKER_XYZZY", "1")
    monkeypatch.setenv("TRACKER_REAL_DATA", "data")
    monkeypatch.setenv("tracker_language", "nl")
    assert unknown_keys() == [
        ("TRACKER_DATABASE", "TRACKER_DATABASE_URL"),
        ("TRACKER_SMPT_HOST", "TRACKER_SMTP_HOST"),
        ("TRACKER_XYZZY", None),
    ]
