"""API of public links of a form: list, make, show, change, withdraw. Who has the token may fill the form.

It must not know what a link may do (`services/public_links`).
"""

from collector.services import actor_properties, public_links
from collector.services.unit import UnitOfWork
from collector.web.api.requests import SUCCESS, body_as, is_extended
from collector.web.api.schemas.people import (
    ActorChangeShape,
    ExtendedPublicLinkShape,
    NewPublicLinkShape,
    PublicLinkShape,
)
from collector.web.blueprint import UnitBlueprint

links = UnitBlueprint("api_public_links", __name__, dialect="json",
                      url_prefix="/v1/projects/<int:project_id>/forms/<segment:xml_form_id>/public-links")


@links.get("", answers=[(PublicLinkShape, ExtendedPublicLinkShape)])
def list_all(unit: UnitOfWork, project_id: int, xml_form_id: str):
    """The links of the form; the token of one that was ended is null."""
    found = public_links.list_links(unit, project_id, xml_form_id)
    if is_extended():
        return ExtendedPublicLinkShape(many=True).dump(actor_properties.beside(unit, found))
    return PublicLinkShape(many=True).dump(found)


@links.post("", prepare=body_as(NewPublicLinkShape()), answers=PublicLinkShape)
def create(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str):
    """The new link with its token."""
    properties = given.pop("properties")
    link = public_links.add_link(unit, project_id, xml_form_id, **given)
    actor_properties.put(unit, link, properties)
    return PublicLinkShape().dump(link)


@links.get("/<int:link_id>", answers=(PublicLinkShape, ExtendedPublicLinkShape))
def show(unit: UnitOfWork, project_id: int, xml_form_id: str, link_id: int):
    """One link."""
    found = public_links.find_link(unit, project_id, xml_form_id, link_id)
    return _extended(unit, found) if is_extended() else PublicLinkShape().dump(found)


@links.patch("/<int:link_id>", prepare=body_as(ActorChangeShape()), answers=ExtendedPublicLinkShape)
def change(unit: UnitOfWork, given: dict, project_id: int, xml_form_id: str, link_id: int):
    """The link as it is now."""
    actor_properties.change(unit, public_links.find_link(unit, project_id, xml_form_id, link_id), **given)
    return _extended(unit, public_links.find_link(unit, project_id, xml_form_id, link_id))


@links.delete("/<int:link_id>", answers=SUCCESS)
def withdraw(unit: UnitOfWork, project_id: int, xml_form_id: str, link_id: int):
    """The link is withdrawn: its token opens nothing."""
    public_links.delete_link(unit, project_id, xml_form_id, link_id)
    return SUCCESS


def _extended(unit: UnitOfWork, link: public_links.PublicLink) -> dict:
    return ExtendedPublicLinkShape().dump(actor_properties.beside(unit, [link])[0])
