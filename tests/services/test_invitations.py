"""Links that make somebody a person here: given once, kept as a hash, taken once, in the name of who gave them."""

from datetime import UTC, datetime, timedelta

import pytest

from collector.domain import access
from collector.domain.access import RowScope
from collector.domain.problems import Problem
from collector.services import grants, invitations, people, tasks
from tests import builders
from tests.post_office import NAME, PASSWORD, open_office

LATER = "la frase de dora"


def actor_of(units, one):
    with units.reading(access.SYSTEM) as unit:
        return people.actor(unit, one.id)


def invite(units, who, role="supervisor", project_id=1, form=None, **given):
    """(id, address)"""
    return units.write(actor_of(units, who), lambda unit: invitations.invite(
        unit, grants.place(unit, project_id, form), grants.role(role), **given))


def token_of(address):
    return address.rpartition("/")[2]


def take(units, address, email="dora@example.org", name="Dora"):
    with units.reading(access.NOBODY) as unit:
        hashed = people.hash_password(unit, email, LATER)
    return units.write(access.NOBODY, lambda unit: invitations.take(unit, token_of(address), email, name, hashed))


def listed(units, project_id=1):
    with units.reading(access.SYSTEM) as unit:
        return invitations.list_invitations(unit, grants.place(unit, project_id))


def code_of(work):
    with pytest.raises(Problem) as raised:
        work()
    return raised.value.code


def test_who_takes_the_link_has_the_account_and_the_role(units, bob):
    _number, address = invite(units, bob)
    assert address.startswith("http://localhost/join/") and len(token_of(address)) == 43
    made = take(units, address, "Dora@Example.org")
    with units.reading(access.SYSTEM) as unit:
        dora = people.actor(unit, made)
        assert people.verify(unit, "dora@example.org", LATER) == made
    assert dora.grants == (access.Grant(20, ("project", 1)),)
    one = listed(units)[0]
    assert (one.state, one.giver, one.taker) == ("used", "Bob", "Dora")


def test_the_token_is_nowhere_in_the_database(units, bob):
    token = token_of(invite(units, bob)[1])
    with units.engine.connect() as connection:
        for table in ("invitations", "events", "tasks"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall():
                assert token not in str(row) and token.encode() not in [bytes(v) for v in row if isinstance(v, bytes)]


def test_a_link_is_taken_once_and_not_after_its_days_nor_when_withdrawn(units, bob):
    _number, address = invite(units, bob)
    take(units, address)
    assert code_of(lambda: take(units, address, "otra@example.org")) == 404.31
    number, address = invite(units, bob)
    units.write(actor_of(units, bob), lambda unit: invitations.withdraw(unit, number, 1))
    assert code_of(lambda: take(units, address, "otra@example.org")) == 404.31
    assert code_of(lambda: units.write(actor_of(units, bob),
                                       lambda unit: invitations.withdraw(unit, number, 1))) == 404.31
    _number, address = invite(units, bob)
    units.clock = lambda: datetime.now(UTC) + timedelta(days=invitations.DAYS, seconds=1)
    assert code_of(lambda: take(units, address, "otra@example.org")) == 404.31
    assert code_of(lambda: take(units, "x" * 43, "otra@example.org")) == 404.31
    assert [one.state for one in listed(units)] == ["over", "withdrawn", "used"]


def test_nobody_invites_beyond_their_own_rights(units, bob, carol):
    assert code_of(lambda: invite(units, bob, "admin")) == 403.1
    assert code_of(lambda: invite(units, bob, "admin", None)) == 403.1
    assert code_of(lambda: invite(units, carol)) == 403.1


def test_who_gave_it_must_still_hold_it_when_it_is_taken(units, bob, system):
    _number, address = invite(units, bob)
    system(lambda unit: grants.drop_grant(unit, grants.place(unit, 1), access.MANAGER, bob.id))
    assert code_of(lambda: take(units, address)) == 404.31
    with units.reading(access.SYSTEM) as unit:
        assert people.list_users(unit, "dora") == []
    assert [one.state for one in listed(units)] == ["open"]


def test_rows_and_an_end_are_given_along(units, bob, phone):
    builders.simple_form(units)
    until = datetime.now(UTC) + timedelta(days=30)
    _number, address = invite(units, bob, form="simple", rows=RowScope(phones=(phone.id,)), until=until)
    made = take(units, address)
    with units.reading(access.SYSTEM) as unit:
        dora = people.actor(unit, made)
        assert people.find_user(unit, made).expires_at == until
    assert [(one.place[0], one.rows) for one in dora.grants] == [("form", RowScope(phones=(phone.id,)))]
    assert listed(units)[0].xml_form_id == "simple"


def test_who_has_an_account_keeps_it_and_gets_the_role(units, bob, carol):
    _number, address = invite(units, bob)
    assert code_of(lambda: take(units, address, "carol@example.org")) == 409.41
    units.write(actor_of(units, carol), lambda unit: invitations.take_as_oneself(unit, token_of(address)))
    assert actor_of(units, carol).grants == (access.Grant(20, ("project", 1)),)
    _number, again = invite(units, bob)
    assert code_of(lambda: units.write(
        actor_of(units, carol), lambda unit: invitations.take_as_oneself(unit, token_of(again)))) == 409.43
    _number, anothers = invite(units, bob, email="otra@example.org")
    assert code_of(lambda: units.write(
        actor_of(units, carol), lambda unit: invitations.take_as_oneself(unit, token_of(anothers)))) == 409.42


def test_an_e_mail_that_was_named_cannot_be_changed(units, bob):
    _number, address = invite(units, bob, email="Dora@example.org")
    made = take(units, address, "mallory@example.org")
    with units.reading(access.SYSTEM) as unit:
        assert people.find_user(unit, made).email == "dora@example.org"


@pytest.mark.parametrize("given", ["no es un correo", "a@b\r\nBcc: c@d"])
def test_what_is_no_e_mail_is_refused(units, bob, given):
    assert code_of(lambda: invite(units, bob, email=given)) == 400.8


def test_without_a_server_of_mail_none_is_promised(units, bob):
    assert code_of(lambda: invite(units, bob, email="dora@example.org", mail=True)) == 409.45


def test_mail_brings_a_link_that_works_and_is_sent_again_when_the_server_of_mail_refused(units, bob):
    clock = units.clock
    with open_office() as office:
        units.settings = units.settings.with_(
            smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none", smtp_user=NAME, smtp_password=PASSWORD,
            smtp_from="Collector <avisos@example.org>")
        office.closed = True
        invite(units, bob, email="dora@example.org", name="Dora Ñahui", mail=True)
        tasks.run_all(units)
        assert office.letters == [] and listed(units)[0].mailed_at is None
        office.closed = False
        units.clock = lambda: clock() + timedelta(minutes=1)
        tasks.run_all(units)
        letter = office.letters[0]
        assert len(office.letters) == 1 and letter["X-Signed-In"] == "True"
        assert letter["To"] == "dora@example.org" and "Proyecto de prueba" in letter["Subject"]
        assert "Hola Dora Ñahui:" in letter.get_content()
        assert listed(units)[0].mailed_at is not None
        assert take(units, office.link_in())


def test_a_withdrawn_invitation_is_not_mailed(units, bob):
    with open_office() as office:
        units.settings = units.settings.with_(smtp_host="127.0.0.1", smtp_port=office.port, smtp_security="none",
                                              smtp_from="avisos@example.org")
        units.wake = lambda: None
        number, _address = invite(units, bob, email="dora@example.org", mail=True)
        units.write(actor_of(units, bob), lambda unit: invitations.withdraw(unit, number, 1))
        tasks.run_all(units)
        assert office.letters == []
