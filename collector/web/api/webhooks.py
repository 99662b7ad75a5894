"""API of webhooks: those of a project, their secrets, their deliveries.

It must not decide who may (`services/webhooks`) nor send. Ours: ODK Central has none.
"""

from collector.services import webhooks as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, number_asked
from collector.web.api.schemas.webhooks import (
    DeliveryShape,
    NewWebhookShape,
    WebhookChangeShape,
    WebhookShape,
)
from collector.web.blueprint import UnitBlueprint

webhooks = UnitBlueprint("api_webhooks", __name__, dialect="json", url_prefix="/v1/projects/<int:project_id>/webhooks")
AT_ONCE = 250
_ONE = "/<int:number>"
_DELIVERY = _ONE + "/deliveries/<int:delivery_id>"


@webhooks.get("")
def list_all(unit: UnitOfWork, project_id: int):
    return WebhookShape(many=True).dump(services.list_hooks(unit, project_id))


@webhooks.post("", prepare=body_as(NewWebhookShape()))
def create(unit: UnitOfWork, given: dict, project_id: int):
    row, secret = services.add_hook(unit, project_id, **given)
    return _told(unit, project_id, row.id) | {"secret": secret}


@webhooks.get(_ONE)
def show(unit: UnitOfWork, project_id: int, number: int):
    return _told(unit, project_id, number)


@webhooks.patch(_ONE, prepare=body_as(WebhookChangeShape()))
def change(unit: UnitOfWork, given: dict, project_id: int, number: int):
    services.change_hook(unit, project_id, number, **given)
    return _told(unit, project_id, number)


@webhooks.delete(_ONE)
def delete(unit: UnitOfWork, project_id: int, number: int):
    services.delete_hook(unit, project_id, number)
    return SUCCESS


@webhooks.post(_ONE + "/secret")
def change_secret(unit: UnitOfWork, project_id: int, number: int):
    secret = services.change_secret(unit, project_id, number)
    return _told(unit, project_id, number) | {"secret": secret}


@webhooks.post(_ONE + "/test")
def test(unit: UnitOfWork, project_id: int, number: int):
    return DeliveryShape().dump(services.send_test(unit, project_id, number))


@webhooks.get(_ONE + "/deliveries")
def list_deliveries(unit: UnitOfWork, project_id: int, number: int):
    return DeliveryShape(many=True).dump(
        services.list_deliveries(unit, project_id, number, number_asked("before"), AT_ONCE))


@webhooks.post(_DELIVERY + "/retry")
def retry(unit: UnitOfWork, project_id: int, number: int, delivery_id: int):
    return DeliveryShape().dump(services.send_again(unit, project_id, number, delivery_id))


@webhooks.post(_DELIVERY + "/skip")
def skip(unit: UnitOfWork, project_id: int, number: int, delivery_id: int):
    return DeliveryShape().dump(services.leave_out(unit, project_id, number, delivery_id))


def _told(unit: UnitOfWork, project_id: int, number: int) -> dict:
    return WebhookShape().dump(services.find_hook(unit, project_id, number))
