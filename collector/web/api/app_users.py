"""API of app users (phones): list, make, change, withdraw and back, a new token, the settings QR code as a picture.

It must not know what stands in the QR code (`domain/formats/settings_qr`).
"""

from flask import Response

from collector.services import actor_properties, phone_keys, phones
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, is_extended
from collector.web.api.schemas.people import (
    ActorChangeShape,
    AppUserShape,
    ExtendedAppUserShape,
    NewAppUserShape,
    RotationShape,
)
from collector.web.blueprint import UnitBlueprint

app_users = UnitBlueprint("api_app_users", __name__, url_prefix="/v1/projects/<int:project_id>/app-users",
                          dialect="json")


@app_users.get("")
def list_all(unit: UnitOfWork, project_id: int):
    found = phones.list_phones(unit, project_id)
    if is_extended():
        return ExtendedAppUserShape(many=True).dump(actor_properties.beside(unit, found))
    return AppUserShape(many=True).dump(found)


@app_users.post("", prepare=body_as(NewAppUserShape()))
def create(unit: UnitOfWork, given: dict, project_id: int):
    properties = given.pop("properties")
    phone = phones.add_phone(unit, project_id, **given)
    actor_properties.put(unit, phone, properties)
    return AppUserShape().dump(phone)


@app_users.get("/<int:phone_id>")
def show(unit: UnitOfWork, project_id: int, phone_id: int):
    found = phones.find_phone(unit, phone_id, project_id)
    return _extended(unit, found) if is_extended() else AppUserShape().dump(found)


@app_users.patch("/<int:phone_id>", prepare=body_as(ActorChangeShape()))
def change(unit: UnitOfWork, given: dict, project_id: int, phone_id: int):
    actor_properties.change(unit, phones.find_phone(unit, phone_id, project_id), **given)
    return _extended(unit, phones.find_phone(unit, phone_id, project_id))


@app_users.delete("/<int:phone_id>")
def withdraw(unit: UnitOfWork, project_id: int, phone_id: int):
    phones.revoke_phone(unit, phone_id, project_id)
    return SUCCESS


@app_users.post("/<int:phone_id>/rotate", prepare=body_as(RotationShape()))
def rotate(unit: UnitOfWork, given: dict, project_id: int, phone_id: int):
    """Ours: the phone with a new token; the old one works for some more days."""
    return AppUserShape().dump(phone_keys.rotate(unit, phone_id, project_id, **given))


@app_users.post("/<int:phone_id>/restore")
def restore(unit: UnitOfWork, project_id: int, phone_id: int):
    """Ours: a withdrawn phone has its token and its forms again."""
    return AppUserShape().dump(phones.restore_phone(unit, phone_id, project_id))


@app_users.get("/<int:phone_id>/qr.png")
def picture(unit: UnitOfWork, project_id: int, phone_id: int):
    text = phones.settings_text(unit, phone_id, project_id)
    return _secret(Response(phones.qr_png(text), mimetype="image/png"))


@app_users.get("/<int:phone_id>/qr.svg")
def drawing(unit: UnitOfWork, project_id: int, phone_id: int):
    text = phones.settings_text(unit, phone_id, project_id)
    return _secret(Response(phones.qr_svg(text), mimetype="image/svg+xml"))


def _extended(unit: UnitOfWork, phone: phones.Phone) -> dict:
    return ExtendedAppUserShape().dump(actor_properties.beside(unit, [phone])[0])


def _secret(response: Response) -> Response:
    """The key of the phone is in the picture: no cache on the way may keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response
