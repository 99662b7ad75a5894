"""All tables in one import, so that the metadata is whole for migrations and tests."""

from collector.store.tables import (
    actor_properties,
    alike,
    answers,
    blobs,
    comments,
    datasets,
    entities,
    events,
    export_jobs,
    findings,
    forms,
    invitations,
    people,
    preferences,
    programmes,
    projects,
    public_links,
    recipes,
    returns,
    review,
    rules,
    submissions,
    tasks,
    webhooks,
)

__all__ = ["actor_properties", "alike", "answers", "blobs", "comments", "datasets",
           "entities", "events", "export_jobs", "findings", "forms",
           "invitations", "people", "preferences", "programmes", "projects", "public_links", "recipes", "returns",
           "review", "rules", "submissions", "tasks", "webhooks"]
