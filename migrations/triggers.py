"""The triggers that keep the one door: who does not hold the log's head cannot write.

Frozen with the migrations that use them. SQLite drops a table's triggers when batch mode rebuilds
it: a migration that does so installs them again.
"""

from alembic import op

REFUSAL = "the directory is written through its log alone (changes.apply)"
APPEND_ONLY = "the log is never edited"

_ON_SQLITE = {
    "guard": """
        CREATE TRIGGER {name} BEFORE {verb} ON "{table}"
        WHEN NOT coalesce((SELECT writing FROM log_head WHERE id = 1), FALSE)
        BEGIN SELECT RAISE(ABORT, '{message}'); END
    """,
    "refuse": """
        CREATE TRIGGER {name} BEFORE {verb} ON "{table}"
        BEGIN SELECT RAISE(ABORT, '{message}'); END
    """,
    # REPLACE deletes what stands in its way without firing the trigger on DELETE.
    "replace": """
        CREATE TRIGGER {name} BEFORE INSERT ON "{table}"
        WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same})
        BEGIN SELECT RAISE(ABORT, '{message}'); END
    """,
    "head": """
        CREATE TRIGGER {name} BEFORE UPDATE ON log_head
        WHEN NOT (OLD.writing OR NEW.writing) OR NEW.size < OLD.size
          OR NEW.log_id <> OLD.log_id
        BEGIN SELECT RAISE(ABORT, '{message}'); END
    """,
}

_LOG_KEYS = {
    "change_sets": "id = NEW.id",
    "log_entries": "seq = NEW.seq OR (rid = NEW.rid AND revision = NEW.revision)",
    "log_payloads": "seq = NEW.seq",
}

_FUNCTIONS = f"""
    CREATE FUNCTION directory_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT coalesce((SELECT writing FROM log_head WHERE id = 1), FALSE) THEN
            RAISE EXCEPTION '{REFUSAL}';
        END IF;
        RETURN NULL;
    END $$;
    CREATE FUNCTION directory_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{APPEND_ONLY}';
    END $$;
    CREATE FUNCTION directory_guard_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT (OLD.writing OR NEW.writing) OR NEW.size < OLD.size
           OR NEW.log_id <> OLD.log_id THEN
            RAISE EXCEPTION '{REFUSAL}';
        END IF;
        RETURN NEW;
    END $$;
"""  # noqa: S608 - nothing but the constants above goes in


def install_log_triggers() -> None:
    """Guard the log: appended to by the holder of the head, edited by nobody."""
    if _is_sqlite():
        _sqlite("head", "log_head", "UPDATE", REFUSAL)
    else:
        op.execute(_FUNCTIONS)
        op.execute(
            "CREATE TRIGGER log_head_update BEFORE UPDATE ON log_head"
            " FOR EACH ROW EXECUTE FUNCTION directory_guard_head()"
        )
    for verb in ("INSERT", "DELETE"):
        _install("refuse", "log_head", verb, APPEND_ONLY)
    install_append_only_triggers(*_LOG_KEYS)


def install_append_only_triggers(*tables: str) -> None:
    """Guard tables of the log beside its head: appended to by its holder, edited by nobody."""
    for table in tables:
        _install("guard", table, "INSERT", REFUSAL)
        if _is_sqlite():
            op.execute(
                _ON_SQLITE["replace"].format(
                    name=f"{table}_replace",
                    table=table,
                    same=_LOG_KEYS[table],
                    message=APPEND_ONLY,
                )
            )
        for verb in ("UPDATE", "DELETE"):
            _install("refuse", table, verb, APPEND_ONLY)


def remove_log_functions() -> None:
    """Take away what PostgreSQL keeps apart from the tables; the triggers go with these."""
    if not _is_sqlite():
        for name in ("directory_guard", "directory_refuse", "directory_guard_head"):
            op.execute(f"DROP FUNCTION {name}() CASCADE")


def install_record_triggers(*tables: str) -> None:
    """Guard tables made from the log: written, changed and emptied by the holder of the head."""
    for table in tables:
        for verb in ("INSERT", "UPDATE", "DELETE"):
            _install("guard", table, verb, REFUSAL)


def _install(what: str, table: str, verb: str, message: str) -> None:
    if _is_sqlite():
        _sqlite(what, table, verb, message)
        return
    # Judging each statement once is enough, since the head is held or not for all its rows; a
    # statement that touches no row changes nothing and passes by the same judgement.
    function = {"guard": "directory_guard", "refuse": "directory_refuse"}[what]
    op.execute(
        f'CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON "{table}"'
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )
    if verb == "DELETE":
        op.execute(
            f'CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON "{table}"'
            " FOR EACH STATEMENT EXECUTE FUNCTION directory_refuse()"
        )


def _sqlite(what: str, table: str, verb: str, message: str) -> None:
    op.execute(
        _ON_SQLITE[what].format(
            name=f"{table}_{verb.lower()}", verb=verb, table=table, message=message
        )
    )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


_OPENED = "coalesce((SELECT opened_for FROM log_head WHERE id = 1 AND writing), '')"
_OPENINGS = {
    ("log_entries", "DELETE"): ("copy",),
    ("log_payloads", "DELETE"): ("copy", "erasure"),
    ("change_sets", "DELETE"): ("copy",),
    ("change_sets", "UPDATE"): ("erasure",),
}
"""What may be done to the log, and for what its head has to have been opened to do it."""

_OPENED_ON_SQLITE = """
    CREATE TRIGGER {name} BEFORE {verb} ON "{table}"
    WHEN {opened} NOT IN ({openings})
    BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
_OPENED_HEAD_ON_SQLITE = """
    CREATE TRIGGER {name} BEFORE UPDATE ON log_head
    WHEN NOT (OLD.writing OR NEW.writing)
      OR (coalesce(OLD.opened_for, NEW.opened_for, '') <> 'copy'
          AND (NEW.size < OLD.size OR NEW.log_id <> OLD.log_id
               OR coalesce(NEW.copy_of, '') <> coalesce(OLD.copy_of, '')))
    BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
_OPENED_FUNCTIONS = f"""
    CREATE FUNCTION directory_opened() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT {_OPENED} = ANY(TG_ARGV) THEN
            RAISE EXCEPTION '{APPEND_ONLY}';
        END IF;
        RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION directory_guard_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT (OLD.writing OR NEW.writing)
           OR (coalesce(OLD.opened_for, NEW.opened_for, '') <> 'copy'
               AND (NEW.size < OLD.size OR NEW.log_id <> OLD.log_id
                    OR coalesce(NEW.copy_of, '') <> coalesce(OLD.copy_of, ''))) THEN
            RAISE EXCEPTION '{REFUSAL}';
        END IF;
        RETURN NEW;
    END $$;
"""
_CLOSED_HEAD = _FUNCTIONS[_FUNCTIONS.index("CREATE FUNCTION directory_guard_head") :].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)


def open_log_triggers() -> None:
    """Let the holder of the head erase payloads, or put the copy of another log in place of this.

    Either only where the head says for which of the two it is held (``opened_for``).
    """
    if _is_sqlite():
        op.execute("DROP TRIGGER log_head_update")
        op.execute(_OPENED_HEAD_ON_SQLITE.format(name="log_head_update", message=REFUSAL))
    else:
        op.execute(_OPENED_FUNCTIONS)
    for (table, verb), openings in _OPENINGS.items():
        _drop(table, verb)
        name, quoted = f"{table}_{verb.lower()}", ", ".join(f"'{each}'" for each in openings)
        if _is_sqlite():
            op.execute(
                _OPENED_ON_SQLITE.format(
                    name=name,
                    verb=verb,
                    table=table,
                    opened=_OPENED,
                    openings=quoted,
                    message=APPEND_ONLY,
                )
            )
        else:
            op.execute(
                f'CREATE TRIGGER {name} BEFORE {verb} ON "{table}"'
                f" FOR EACH STATEMENT EXECUTE FUNCTION directory_opened({quoted})"
            )


def close_log_triggers() -> None:
    """Undo ``open_log_triggers``."""
    for table, verb in _OPENINGS:
        _drop(table, verb)
        if _is_sqlite():
            _sqlite("refuse", table, verb, APPEND_ONLY)
        else:
            op.execute(
                f'CREATE TRIGGER {table}_{verb.lower()} BEFORE {verb} ON "{table}"'
                " FOR EACH STATEMENT EXECUTE FUNCTION directory_refuse()"
            )
    if _is_sqlite():
        op.execute("DROP TRIGGER log_head_update")
        _sqlite("head", "log_head", "UPDATE", REFUSAL)
    else:
        op.execute("DROP FUNCTION directory_opened()")
        op.execute(_CLOSED_HEAD)


def _drop(table: str, verb: str) -> None:
    on = "" if _is_sqlite() else f' ON "{table}"'
    op.execute(f"DROP TRIGGER {table}_{verb.lower()}{on}")
