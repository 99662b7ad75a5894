"""API of app users (phones): list, make, change, withdraw and back, a new token, the settings QR code as a picture.

It must not know what stands in the QR code (`domain/formats/settings_qr`).
"""

from flask import Response

from collector.services import actor_properties, phone_keys, phones
from collector.services.unit import UnitOfWork
from collector.web.api.answers import file
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


@app_users.get("", answers=[(AppUserShape, ExtendedAppUserShape)])
def list_all(unit: UnitOfWork, project_id: int):
    """The phones of the project; the token of one that was withdrawn is null."""
    found = phones.list_phones(unit, project_id)
    if is_extended():
        return ExtendedAppUserShape(many=True).dump(actor_properties.beside(unit, found))
    return AppUserShape(many=True).dump(found)


@app_users.post("", prepare=body_as(NewAppUserShape()), answers=AppUserShape)
def create(unit: UnitOfWork, given: dict, project_id: int):
    """The new phone with its token."""
    properties = given.pop("properties")
    phone = phones.add_phone(unit, project_id, **given)
    actor_properties.put(unit, phone, properties)
    return AppUserShape().dump(phone)


@app_users.get("/<int:phone_id>", answers=(AppUserShape, ExtendedAppUserShape))
def show(unit: UnitOfWork, project_id: int, phone_id: int):
    """One phone."""
    found = phones.find_phone(unit, phone_id, project_id)
    return _extended(unit, found) if is_extended() else AppUserShape().dump(found)


@app_users.patch("/<int:phone_id>", prepare=body_as(ActorChangeShape()), answers=ExtendedAppUserShape)
def change(unit: UnitOfWork, given: dict, project_id: int, phone_id: int):
    """The phone as it is now."""
    actor_properties.change(unit, phones.find_phone(unit, phone_id, project_id), **given)
    return _extended(unit, phones.find_phone(unit, phone_id, project_id))


@app_users.delete("/<int:phone_id>", answers=SUCCESS)
def withdraw(unit: UnitOfWork, project_id: int, phone_id: int):
    """The phone is withdrawn: its token opens nothing."""
    phones.revoke_phone(unit, phone_id, project_id)
    return SUCCESS


@app_users.post("/<int:phone_id>/rotate", prepare=body_as(RotationShape()), answers=AppUserShape)
def rotate(unit: UnitOfWork, given: dict, project_id: int, phone_id: int):
    """Ours: the phone with a new token; the old one works for some more days."""
    return AppUserShape().dump(phone_keys.rotate(unit, phone_id, project_id, **given))


@app_users.post("/<int:phone_id>/restore", answers=AppUserShape)
def restore(unit: UnitOfWork, project_id: int, phone_id: int):
    """Ours: a withdrawn phone has its token and its forms again."""
    return AppUserShape().dump(phones.restore_phone(unit, phone_id, project_id))


@app_users.get("/<int:phone_id>/qr.png", answers=file("image/png", parts=False))
def picture(unit: UnitOfWork, project_id: int, phone_id: int):
    """The QR code that sets up ODK Collect, as a picture."""
    text = phones.settings_text(unit, phone_id, project_id)
    return _secret(Response(phones.qr_png(text), mimetype="image/png"))


@app_users.get("/<int:phone_id>/qr.svg", answers=file("image/svg+xml", parts=False))
def drawing(unit: UnitOfWork, project_id: int, phone_id: int):
    """The same as a drawing."""
    text = phones.settings_text(unit, phone_id, project_id)
    return _secret(Response(phones.qr_svg(text), mimetype="image/svg+xml"))


def _extended(unit: UnitOfWork, phone: phones.Phone) -> dict:
    return ExtendedAppUserShape().dump(actor_properties.beside(unit, [phone])[0])


def _secret(response: Response) -> Response:
    """The key of the phone is in the picture: no cache on the way may keep it."""
    response.headers["Cache-Control"] = "no-store"
    return response
