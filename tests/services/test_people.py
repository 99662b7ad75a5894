"""Who a token or a password stands for; users; passwords; bounded guesses."""

from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.domain.problems import Problem
from collector.services import passwords, people, phones, tries
from tests import builders

EMAIL = "alice@example.org"


def read(units, work, actor=access.NOBODY):
    with units.reading(actor) as unit:
        return work(unit)


def statements(units, work) -> int:
    """How many SQL statements the work ran, as SQLite itself was told them."""
    seen = []
    with units.reading(access.NOBODY) as unit:
        driver = unit.session.connection().connection.dbapi_connection
        driver.set_trace_callback(seen.append)
        try:
            work(unit)
        finally:
            driver.set_trace_callback(None)
    return len(seen)


@pytest.mark.sqlite
def test_token_stands_for_the_actor_with_grants_in_one_statement(units, alice):
    found = read(units, lambda unit: people.actor_of_token(unit, alice.token))
    assert (found.id, found.kind, found.name) == (alice.id, "user", "Alice")
    assert found.grants == (access.Grant(1, ("site", 0)),)
    assert found.session_id and len(found.csrf) == 64
    assert statements(units, lambda unit: people.actor_of_token(unit, alice.token)) == 1


def test_unknown_token_is_nobody(units):
    assert read(units, lambda unit: people.actor_of_token(unit, "x" * 64)) is None
    assert read(units, lambda unit: people.actor_of_token(unit, "\udcff")) is None


def test_only_the_hash_of_a_users_token_is_stored(units, alice, phone):
    with units.engine.connect() as connection:
        stored = dict(connection.exec_driver_sql("SELECT key, token FROM sessions").fetchall())
    assert stored[people.key_of(alice.token)] is None
    assert stored[people.key_of(phone.token)] == phone.token


def test_session_past_its_end_is_nobody(units, alice):
    units.clock = lambda: datetime.now(UTC) + timedelta(days=units.settings.session_days, seconds=1)
    assert read(units, lambda unit: people.actor_of_token(unit, alice.token)) is None


def test_withdrawn_phone_is_known_without_grants(units, phone, system):
    system(lambda unit: phones.revoke_phone(unit, phone.id))
    found = read(units, lambda unit: people.actor_of_token(unit, phone.token))
    assert found.ended and found.id == phone.id and found.grants == () and found.project_id == 1


def test_password_is_remembered_and_forgotten_when_it_changes(units, system, monkeypatch):
    ask = lambda: read(units, lambda unit: people.actor_of_password(unit, EMAIL, builders.PASSWORD))  # noqa: E731
    monkeypatch.setattr(people, "_REMEMBERED", passwords.Remembered())
    hashes = []
    real = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda *given: hashes.append(1) or real(*given))
    assert ask().name == "Alice" and ask().name == "Alice"
    assert len(hashes) == 1
    person = ask().id
    system(lambda unit: people.set_password(unit, person, people.hash_password(unit, EMAIL, "otra frase larga")))
    assert ask() is None
    assert len(hashes) == 2


def test_wrong_password_and_unknown_email_are_the_same_problem(units, monkeypatch):
    hashed = []
    real = passwords._hasher
    monkeypatch.setattr(passwords, "_hasher", lambda memory: hashed.append(memory) or real(memory))
    for email in (EMAIL, "nadie@example.org"):
        with pytest.raises(Problem) as raised:
            read(units, lambda unit, email=email: people.verify(unit, email, "no es esta frase"))
        assert raised.value.code == 401.2 and raised.value.details == {}
    assert len(hashed) == 2


def test_ten_failed_tries_make_one_wait_and_only_from_there(units, monkeypatch):
    def guess(address, password="no es esta frase"):
        return read(units, lambda unit: people.verify(unit, EMAIL, password, address))

    left = lambda: read(units, lambda unit: people.tries_left(unit, EMAIL, "192.0.2.1"))[0]  # noqa: E731
    for number in range(tries.BY_PAIR):
        assert left() == tries.BY_PAIR - number
        with pytest.raises(Problem):
            guess("192.0.2.1")
    assert left() == 0
    with pytest.raises(Problem) as raised:
        guess("192.0.2.1", builders.PASSWORD)
    assert raised.value.code == 401.2 and 0 < raised.value.details["wait"] <= tries.SPAN + 1
    assert guess("192.0.2.2", builders.PASSWORD)
    now = tries.time.monotonic()
    monkeypatch.setattr(tries.time, "monotonic", lambda: now + tries.SPAN + 1)
    assert left() == tries.BY_PAIR
    assert guess("192.0.2.1", builders.PASSWORD)


def test_many_emails_from_one_address_are_bounded():
    counted = tries.Tries()
    for number in range(tries.BY_ADDRESS):
        counted.failed(f"{number}@example.org", "192.0.2.7")
    assert counted.left("other@example.org", "192.0.2.7")[0] == 0
    assert counted.left("other@example.org", "192.0.2.8")[0] == tries.BY_PAIR


def test_right_password_ends_the_count(units):
    for _ in range(3):
        with pytest.raises(Problem):
            read(units, lambda unit: people.verify(unit, EMAIL, "no es esta frase", "192.0.2.3"))
    read(units, lambda unit: people.verify(unit, EMAIL, builders.PASSWORD, "192.0.2.3"))
    assert read(units, lambda unit: people.tries_left(unit, EMAIL, "192.0.2.3"))[0] == tries.BY_PAIR


@pytest.mark.parametrize("password, code", [
    ("corta", 400.21), ("123456789", 400.21), ("á" * 37, 400.38), ("x" * 73, 400.38), ("aaaaaaaaaaaa", 400.44),
    ("abababababab", 400.44), ("1234567890", 400.44), ("Contraseña1", 400.44), ("persona@example.org", 400.44),
    ("una frase larga", None), ("x" * 36 + "abcd1234", None)])
def test_rules_of_passwords(password, code):
    if code is None:
        assert passwords.check(password, "persona@example.org") is None
        return
    with pytest.raises(Problem) as raised:
        passwords.check(password, "persona@example.org")
    assert raised.value.code == code


def test_made_up_password_meets_the_rules_and_differs():
    made = {passwords.made_up() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.check(password)


def test_first_administrator_once_only(units, system, tmp_path):
    assert system(lambda unit: people.first_administrator(unit, "otra@example.org", "")) is None
    alice = read(units, lambda unit: people.list_users(unit, EMAIL), access.SYSTEM)[0]
    system(lambda unit: people.retire_user(unit, alice.id))
    made = system(lambda unit: people.first_administrator(unit, "Otra@Example.org"))
    signed = system(lambda unit: people.sign_in(unit, "otra@example.org", made))
    assert access.may(signed.actor.grants, "user.create", (access.SITE,))


def test_first_administrator_is_for_the_command_line(units, alice):
    found = read(units, lambda unit: people.actor_of_token(unit, alice.token))
    with pytest.raises(Problem) as raised:
        units.write(found, lambda unit: people.first_administrator(unit, "x@example.org"))
    assert raised.value.code == 403.1


def test_retired_email_is_free_again(units, system):
    one = system(lambda unit: people.add_user(unit, "dora@example.org", "Dora"))
    with pytest.raises(Problem) as raised:
        system(lambda unit: people.add_user(unit, "DORA@example.org"))
    assert raised.value.code == 409.3 and raised.value.details["fields"] == ["email", "deleted"]
    system(lambda unit: people.retire_user(unit, one.id))
    again = system(lambda unit: people.add_user(unit, "dora@example.org"))
    assert again.id != one.id
    assert again.name == "dora@example.org"


def test_changed_password_ends_other_sessions_but_not_ones_own(units, alice):
    other = builders.person(alice.app, "alice")
    me = read(units, lambda unit: people.actor_of_token(unit, alice.token))
    units.write(me, lambda unit: people.set_password(unit, me.id, passwords.Hashed("x")))
    assert not read(units, lambda unit: people.actor_of_token(unit, alice.token)).ended
    assert read(units, lambda unit: people.actor_of_token(unit, other.token)).ended


def test_at_most_two_hashes_at_once(monkeypatch):
    import threading
    running, most, lock = 0, 0, threading.Lock()

    class Slow:
        def hash(self, password):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            threading.Event().wait(0.02)
            with lock:
                running -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", lambda memory: Slow())
    threads = [threading.Thread(target=passwords.hashed, args=("frase larga", 8)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2
