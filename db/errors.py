"""Turns what a database driver says into the product's own errors, in words that name what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from tracker.core.errors import StorageBusyError, StorageError

# Each message is in Dutch and English.
# https://www.sqlite.org/rescode.html: the low byte of an extended code is the primary code
_SQLITE_MESSAGES = {
    8: (
        "de database of zijn map is alleen te lezen; geef deze gebruiker het recht om daar te schrijven",
        "the database file or its folder is read-only; give this user the right to write there",
    ),
    10: (
        "de schijf weigert de database te lezen of te schrijven; kijk of de schijf gezond is en ruimte heeft",
        "the disk refuses to read or write the database; look at the disk's health and free space",
    ),
    11: (
        "de database is beschadigd; zet een reservekopie terug",
        "the database file is damaged; restore it from a backup",
    ),
    13: (
        "de schijf is vol; maak ruimte en probeer het opnieuw",
        "the disk is full; free some space and try again",
    ),
    14: (
        "de database kan niet worden geopend; kijk of de map bestaat en beschreven mag worden",
        "the database file cannot be opened; see whether its folder exists and may be written",
    ),
    26: (
        "het bestand is geen database; kijk of het adres van de database het goede bestand noemt",
        "the file is not a database; see whether the database address names the right file",
    ),
}
_SQLITE_BUSY = (5, 6)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_MESSAGES = {
    "25006": (
        "de database is alleen te lezen; verbind met een server die schrijven toestaat",
        "the database is read-only; connect to a server that accepts writing",
    ),
    "42501": (
        "de gebruiker van de database mist een recht; geef hem het gebruik van de tabellen",
        "the database user lacks a right; grant it the use of this database's tables",
    ),
    "53100": (
        "de schijf van de databaseserver is vol; maak ruimte en probeer het opnieuw",
        "the disk of the database server is full; free some space and try again",
    ),
    "53300": (
        "de databaseserver heeft te veel verbindingen; sluit er een paar of verhoog de grens",
        "the database server has too many connections; close some or raise its limit",
    ),
}
_POSTGRESQL_BUSY = ("40001", "40P01", "55P03")

_BUSY = (
    "een ander programma gebruikt de database; probeer het opnieuw als dat klaar is",
    "another process is using the database; try again when it has finished",
)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Raise what an operator can mend as StorageError, what passes by waiting as StorageBusyError.

    Any other error, an IntegrityError among them, is a bug and passes unchanged.
    """
    try:
        yield
    except DBAPIError as error:
        clear = _explain(error)
        if clear is None:
            raise
        raise clear from error


def _explain(error: DBAPIError) -> StorageError | None:
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        primary = sqlite_code & 0xFF
        if primary in _SQLITE_BUSY:
            return _error(StorageBusyError, _BUSY)
        return _error(StorageError, _SQLITE_MESSAGES[primary]) if primary in _SQLITE_MESSAGES else None
    state = getattr(error.orig, "sqlstate", None)
    if state in _POSTGRESQL_BUSY:
        return _error(StorageBusyError, _BUSY)
    if state in _POSTGRESQL_MESSAGES:
        return _error(StorageError, _POSTGRESQL_MESSAGES[state])
    if isinstance(error, OperationalError) and (state is None or state[:2] in ("08", "28", "3D", "57")):
        detail = str(error.orig).strip().splitlines()[0]
        return StorageError(
            f"the database server cannot be used ({detail}); see whether it runs and the address is right",
            nl=f"de databaseserver is niet te gebruiken ({detail}); kijk of hij draait en of het adres klopt",
        )
    return None


def _error(kind: type[StorageError], message: tuple[str, str]) -> StorageError:
    dutch, english = message
    return kind(english, nl=dutch)
