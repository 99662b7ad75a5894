"""People and phones in the browser: an invitation taken on a phone, sessions, a new code, who did what."""

import pytest

from tests.browser.test_pages import demonstration
from tests.browser.visitor import LAPTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SECRET = "una frase larga y nueva"


@pytest.mark.parametrize(("size", "script"), [(PHONE, True), (PHONE, False), (LAPTOP, True)],
                         ids=["phone", "plain", "laptop"])
def test_an_invitation_becomes_an_account(size, script, visit, enter):
    manager = visit(size=size, script=script)
    manager.go("/sign-in")
    enter(manager)
    number = demonstration(manager).rpartition("/")[2]
    manager.go(f"/people?project={number}")
    manager.press("Invitar")
    manager.look("invitations-new")
    manager.page.fill("#name", "Dora Ñahui")
    manager.page.select_option("#role", "supervisor")
    manager.press("Crear enlace de invitación")
    manager.look("invitations-link")
    path = "/" + manager.text("#link").split("/", 3)[3]
    manager.go(f"/invitations?project={number}")
    manager.look("invitations")
    assert path not in manager.text()

    dora = visit(size=size, script=script)
    dora.go(path)
    dora.look("join")
    assert "Le invitan a" in dora.text() and "Supervisa" in dora.text()
    dora.page.fill("#email", "admin@example.org")
    dora.page.fill("#password", SECRET)
    dora.press("Crear mi cuenta")
    dora.look("join-against", 422)
    assert "ya tiene cuenta" in dora.text()
    dora.page.fill("#email", f"dora-{size[0]}-{script}@example.org")
    dora.page.fill("#password", SECRET)
    dora.press("Crear mi cuenta")
    dora.look("joined")
    assert "Su cuenta está lista" in dora.text()
    dora.go("/account")
    dora.look("account")
    assert "esta sesión" in dora.text()

    manager.go(f"/invitations?project={number}")
    assert "la aceptó Dora Ñahui" in manager.text()
    manager.go("/people")
    manager.page.locator("main th a", has_text="Dora").first.click()
    manager.page.wait_for_load_state()
    manager.look("person")
    manager.press("Crear enlace para contraseña nueva")
    manager.look("person-link")
    fresh = "/" + manager.text("#link").split("/", 3)[3]
    dora.go(fresh)
    dora.look("new-password")
    dora.page.fill("#password", f"{SECRET} otra")
    dora.press("Guardar")
    assert "Entre con ella" in dora.text()
    dora.go(fresh)
    dora.look("link-over", 404)


@pytest.mark.parametrize(("size", "script"), [(PHONE, True), (PHONE, False), (LAPTOP, True)],
                         ids=["phone", "plain", "laptop"])
def test_a_phone_gets_a_new_code_is_withdrawn_and_comes_back(size, script, visit, enter):
    visitor = visit(size=size, script=script)
    visitor.go("/sign-in")
    enter(visitor)
    project = demonstration(visitor)
    visitor.go(f"{project}/phones")
    visitor.look("phones-seen")
    visitor.page.locator("main th a").last.click()
    visitor.page.wait_for_load_state()
    visitor.press("Cambiar o retirar el acceso")
    visitor.press("Cambiar el código")
    assert "tiene un código nuevo" in visitor.text() and "vale hasta el" in visitor.text()
    visitor.press("Cambiar o retirar el acceso")
    visitor.look("phone-rotated")
    visitor.press("Terminar ya el anterior")
    assert "terminó el" in visitor.text()
    visitor.press("Cambiar o retirar el acceso")
    visitor.press("Retirar ")
    visitor.look("phone-withdrawn")
    visitor.press("Deshacer: devolver el acceso")
    assert "vuelve a tener acceso" in visitor.text()


@pytest.mark.parametrize("size", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_activity_tells_who_saw_what(size, visit, enter):
    visitor = visit(size=size)
    visitor.go("/sign-in")
    enter(visitor)
    project = demonstration(visitor)
    visitor.go(f"{project}/submissions")
    visitor.go(visitor.page.locator(".rec a").first.get_attribute("href"))
    visitor.go(f"{project}/activity?kind=seen")
    visitor.look("activity-seen")
    assert "Vio el registro" in visitor.text()
    visitor.go("/activity")
    visitor.look("activity")
    assert "Entró" in visitor.text()
    visitor.go("/sign-in/forgotten")
    visitor.look("forgotten")
