"""Room for what a phone may fetch: the forms it is shown, with their files.

It must not know addresses nor HTTP; `web/openrosa` writes the lists. Rights are asked as everywhere.
Lists are remembered under the project's edition, which every change of them counts up in the database.
"""

import threading
import weakref
from collections import OrderedDict
from dataclasses import dataclass

from collector.domain import problems
from collector.services import form_media
from collector.services.form_media import MediaLine
from collector.services.forms import FormView
from collector.services.unit import UnitOfWork
from collector.store.queries import form_media as media_queries
from collector.store.queries import forms, projects

_LIMIT = 200

_lists: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Offered:
    """A form that phones are shown. md5: of the definition; expects_files: whether it has a manifest."""

    form_id: int
    xml_form_id: str
    name: str
    version: str
    md5: str
    expects_files: bool
    place: tuple[tuple[str, int], ...]

    def places(self) -> tuple[tuple[str, int], ...]:
        """Where a grant reaches this form from."""
        return self.place


def project_language(unit: UnitOfWork, project_id: int) -> str:
    """The language of messages to phones of this project, '' when there is no such project."""
    project = projects.find_project(unit.session, project_id)
    return project.language if project else ""


def form_list(unit: UnitOfWork, project_id: int, xml_form_id: str | None = None) -> list[Offered]:
    """The open forms of a project that the actor may fill or read, by title; only one when its id is given.

    Raises 404.1, and 403.1 for a phone whose key was withdrawn.
    """
    if unit.actor.ended:
        raise problems.bad_key()
    edition = forms.find_edition(unit.session, project_id)
    if edition is None:
        raise problems.not_found("El proyecto", "The project")
    return [one for one in _offered(unit, project_id, edition)
            if (xml_form_id is None or one.xml_form_id == xml_form_id)
            and (unit.may("open_form.read", one) or unit.may("form.read", one))]


def draft_list(unit: UnitOfWork, view: FormView) -> list[Offered]:
    """The one form that a test of its draft is shown; the view is what `find_form` gave."""
    return [_of(view.form, view.version, bool(media_queries.list_media(unit.session, view.version.id)))]


def present_media(unit: UnitOfWork, view: FormView) -> list[MediaLine]:
    """The files that are here, of a version which `find_form` gave, by name."""
    return [line for line in form_media.media_of(unit, view) if line.present]


def _offered(unit: UnitOfWork, project_id: int, edition: tuple) -> tuple[Offered, ...]:
    """Every open published form, from memory while the database says that nothing changed."""
    key = (project_id, *edition)
    with _lock:
        known = _lists.setdefault(unit.units, OrderedDict())
        if key in known:
            known.move_to_end(key)
            return known[key]
    found = _read(unit, project_id)
    with _lock:
        known[key] = found
        while len(known) > _LIMIT:
            known.popitem(last=False)
    return found


def _read(unit: UnitOfWork, project_id: int) -> tuple[Offered, ...]:
    pairs = [(form, version) for form, version in forms.list_current(unit.session, project_id) if form.state == "open"]
    expecting = media_queries.which_expect(unit.session, [version.id for _form, version in pairs])
    return tuple(_of(form, version, version.id in expecting) for form, version in pairs)


def _of(form, version, expects_files: bool) -> Offered:
    return Offered(form.id, form.xml_form_id, version.title or form.xml_form_id, version.version, version.hash,
                   expects_files, form.places())
