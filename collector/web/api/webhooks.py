"""API of webhooks: those of a project, their secrets, their deliveries.

It must not decide who may (`services/webhooks`) nor send. Ours: ODK Central has none.
"""

from collector.services import webhooks as services
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, number_asked
from collector.web.api.schemas.webhooks import (
    DeliveryShape,
    NewSecretShape,
    NewWebhookShape,
    WebhookChangeShape,
    WebhookShape,
)
from collector.web.blueprint import UnitBlueprint

webhooks = UnitBlueprint("api_webhooks", __name__, dialect="json", url_prefix="/v1/projects/<int:project_id>/webhooks")
AT_ONCE = 250
_ONE = "/<int:number>"
_DELIVERY = _ONE + "/deliveries/<int:delivery_id>"


@webhooks.get("", answers=[WebhookShape])
def list_all(unit: UnitOfWork, project_id: int):
    """The webhooks of the project."""
    return WebhookShape(many=True).dump(services.list_hooks(unit, project_id))


@webhooks.post("", prepare=body_as(NewWebhookShape()), answers=NewSecretShape)
def create(unit: UnitOfWork, given: dict, project_id: int):
    """The new webhook with its secret, which is told this once."""
    row, secret = services.add_hook(unit, project_id, **given)
    return _told(unit, project_id, row.id) | {"secret": secret}


@webhooks.get(_ONE, answers=WebhookShape)
def show(unit: UnitOfWork, project_id: int, number: int):
    """One webhook."""
    return _told(unit, project_id, number)


@webhooks.patch(_ONE, prepare=body_as(WebhookChangeShape()), answers=WebhookShape)
def change(unit: UnitOfWork, given: dict, project_id: int, number: int):
    """The webhook as it is now."""
    services.change_hook(unit, project_id, number, **given)
    return _told(unit, project_id, number)


@webhooks.delete(_ONE, answers=SUCCESS)
def delete(unit: UnitOfWork, project_id: int, number: int):
    """The webhook is gone."""
    services.delete_hook(unit, project_id, number)
    return SUCCESS


@webhooks.post(_ONE + "/secret", answers=NewSecretShape)
def change_secret(unit: UnitOfWork, project_id: int, number: int):
    """The webhook with a new secret, which is told this once."""
    secret = services.change_secret(unit, project_id, number)
    return _told(unit, project_id, number) | {"secret": secret}


@webhooks.post(_ONE + "/test", answers=DeliveryShape)
def test(unit: UnitOfWork, project_id: int, number: int):
    """A delivery without content, to try the address."""
    return DeliveryShape().dump(services.send_test(unit, project_id, number))


@webhooks.get(_ONE + "/deliveries", answers=[DeliveryShape], asks="before")
def list_deliveries(unit: UnitOfWork, project_id: int, number: int):
    """What was told to it, newest first."""
    return DeliveryShape(many=True).dump(
        services.list_deliveries(unit, project_id, number, number_asked("before"), AT_ONCE))


@webhooks.post(_DELIVERY + "/retry", answers=DeliveryShape)
def retry(unit: UnitOfWork, project_id: int, number: int, delivery_id: int):
    """The delivery, to be sent again."""
    return DeliveryShape().dump(services.send_again(unit, project_id, number, delivery_id))


@webhooks.post(_DELIVERY + "/skip", answers=DeliveryShape)
def skip(unit: UnitOfWork, project_id: int, number: int, delivery_id: int):
    """The delivery, left out so that those behind it go on."""
    return DeliveryShape().dump(services.leave_out(unit, project_id, number, delivery_id))


def _told(unit: UnitOfWork, project_id: int, number: int) -> dict:
    return WebhookShape().dump(services.find_hook(unit, project_id, number))
