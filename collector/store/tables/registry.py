"""All tables in one import, so that the metadata is whole for migrations and tests."""

from collector.store.tables import (
    alike,
    answers,
    blobs,
    comments,
    events,
    export_jobs,
    findings,
    forms,
    invitations,
    people,
    projects,
    recipes,
    returns,
    review,
    rules,
    submissions,
    tasks,
    webhooks,
)

__all__ = ["alike", "answers", "blobs", "comments", "events", "export_jobs", "findings", "forms",
           "invitations", "people", "projects", "recipes", "returns", "review", "rules", "submissions",
           "tasks", "webhooks"]
