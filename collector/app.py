"""The front hall: the only file that knows every room, and that no room knows.

It must not start threads nor touch the disk. `cli/serve` and `wsgi.py` call create_app.
"""

import secrets
from pathlib import Path

from flask import Flask

from collector.services import (
    alike_marks,
    announcing,
    bulks,
    checking,
    entity_acts,
    flattening,
    invitations,
    phone_forms,
    rechecking,
    resets,
    returns,
)
from collector.services.unit import Step, Units
from collector.settings import Settings, from_environment
from collector.store import engine as engines
from collector.store.blobs.disk import DiskBlobs
from collector.store.tables import registry as _registry  # noqa: F401  the metadata must be whole
from collector.web import assets, errors, frame, journal, paths, proxies, refusals, wording
from collector.web.extensions import csrf, db

CHECK = ("check", Step(checking.check, checking.read))
FLATTEN = ("flatten", Step(announcing.after(phone_forms.noting(flattening.flatten)), flattening.read))
TELL = ("tell", Step(announcing.tell))
ENTITIES = (entity_acts.STEP, Step(entity_acts.apply_submission, entity_acts.read))
STEPS = {
    "submission.create": (FLATTEN, CHECK, ENTITIES),
    "submission.update.version": (FLATTEN, CHECK, ENTITIES,
                                  ("close_return", Step(returns.close_edited))),
    returns.ARRIVED: (("take_answer", Step(returns.take_answer)),),
    "submission.attachment.update": (("count_files", Step(announcing.counting(flattening.count_files))), CHECK),
    "submission.update": (TELL, ENTITIES),
    "submission.return": (TELL,),
    entity_acts.ERROR: (CHECK,),  # a finding on the record
    "submission.delete": (CHECK,),  # who shared a value or a file with it shares it no more
    "submission.restore": (CHECK, ENTITIES),
    bulks.ACTION: ((bulks.STEP, Step(bulks.go_on)),),
    rechecking.ACTION: ((rechecking.STEP, Step(rechecking.keep, rechecking.read)),),
    invitations.ACTION: ((invitations.STEP, Step(invitations.mailed, invitations.mail)),),
    resets.ASK: (("make_reset", Step(resets.make)),),
    resets.SEND: (("mail", Step(resets.mailed, resets.mail)),),
    alike_marks.ACTION: ((alike_marks.STEP, Step(alike_marks.keep, alike_marks.read)),),
}


def blueprints() -> list:
    """Every blueprint of the house, in the order of their rooms."""
    from collector.web import health
    from collector.web.api import (
        actor_properties,
        alike,
        app_users,
        assignments,
        audits,
        bulks,
        column_mappings,
        config,
        corrections,
        datasets,
        decisions,
        drafts,
        entities,
        entity_history,
        entity_tables,
        export_jobs,
        exports,
        findings,
        form_links,
        form_media,
        forms,
        mandates,
        odata,
        parked,
        positions,
        projects,
        public_links,
        recipes,
        returns,
        roles,
        rules,
        sessions,
        status,
        submission_files,
        submissions,
        user_preferences,
        users,
        versions,
        webhooks,
    )
    from collector.web.openrosa import form_list, media, submission
    return [health.health, form_list.openrosa_form_list, media.openrosa_media, submission.openrosa_submission,
            forms.forms, drafts.drafts, versions.versions, form_media.form_media,
            form_links.form_links, submissions.submissions, decisions.decisions, bulks.bulks,
            submission_files.submission_files, exports.exports, odata.odata, positions.places, corrections.corrections,
            alike.look_alikes, findings.findings, parked.parked,
            export_jobs.export_jobs, sessions.sessions, users.users, roles.roles, projects.projects,
            app_users.app_users, assignments.assignments, audits.audits, rules.rules, returns.returns,
            status.status, recipes.recipes,
            public_links.links, datasets.datasets, entity_tables.tables, entities.entities, entity_history.history,
            mandates.mandates, actor_properties.properties,
            user_preferences.user_preferences, config.config,
            webhooks.webhooks,
            column_mappings.column_mappings, *page_blueprints()]


def page_blueprints() -> list:
    """The pages that people see."""
    from collector.web.pages import (
        account,
        activity,
        alike,
        cleaning,
        comments,
        conflicts,
        correcting,
        datasets,
        deciding,
        docs,
        entities,
        entity_imports,
        exports,
        findings,
        home,
        inbox,
        invitations,
        joining,
        lineage,
        mandates,
        mappings,
        media,
        menu,
        overview,
        parked,
        people,
        phones,
        printing,
        programme,
        projects,
        public_links,
        recipe_steps,
        returns,
        rules,
        sign_in,
        statistics,
        status,
        trash,
        uploads,
        versions,
        webhooks,
    )
    return [sign_in.pages, home.pages, projects.pages, uploads.pages, phones.pages, public_links.pages, parked.pages,
            trash.pages,
            *{room.pages for room in (media, comments, printing, versions)},  # rooms of one blueprint
            people.pages, account.pages, invitations.pages, joining.pages, activity.pages,
            menu.pages, docs.pages, status.pages, findings.pages, webhooks.pages, overview.pages,
            programme.pages,
            rules.pages, returns.pages, statistics.pages, mandates.pages,
            inbox.pages, deciding.pages, correcting.pages, alike.pages,
            datasets.pages, entities.pages, conflicts.pages, entity_imports.pages,
            recipe_steps.pages, lineage.pages, mappings.pages, cleaning.pages, exports.pages]


def create_app(settings: Settings | None = None, clock=None, synchronous: str = "FULL",
               serves: bool = True) -> Flask:
    """A WSGI application. settings: read from the environment when left out.

    serves: whether it has routes; the worker and the other commands do without them.
    """
    settings = settings or from_environment()
    app = frame.Application("collector", root_path=str(Path(__file__).parent / "web"))
    _configure(app, settings)
    db.init_app(app)
    with app.app_context():
        engine = engines.prepare(db.engine, synchronous)
    units = Units(engine, DiskBlobs(settings.data), settings, STEPS, clock)
    app.extensions["collector.units"] = units
    csrf.init_app(app)
    app.url_map.converters["segment"] = paths.Segment
    app.url_map.converters["int"] = paths.RowNumber
    app.url_map.merge_slashes = False
    for blueprint in blueprints() if serves else ():
        app.register_blueprint(blueprint)
        if blueprint.dialect != "html":
            csrf.exempt(blueprint)
    errors.attach(app)
    journal.attach(app)  # before the frame: what is registered first comes last, when the answer is whole
    frame.attach(app, settings)
    assets.attach(app)
    wording.attach(app)
    app.wsgi_app = proxies.Proxies(paths.UndecodedPaths(refusals.Refusals(app, settings)), settings.trusted_proxies)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engines.options(settings.database, settings.threads),
        SECRET_KEY=settings.secret or secrets.token_hex(32),
        SESSION_COOKIE_NAME="collector_pages",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_TIME_LIMIT=None,
        MAX_CONTENT_LENGTH=settings.largest_request,
        MAX_FORM_MEMORY_SIZE=20_000_000,
        MAX_FORM_PARTS=20_000,  # a long record, corrected
        BABEL_DEFAULT_LOCALE=settings.language,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
