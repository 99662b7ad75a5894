"""Acts about submissions -> the same in ODK Central's words: one act for each file, numbers under Central's names.

Must not know where the history is kept. What only we note of an act stays beside what Central knows of it.
Next: services/activity hands it to the API.
"""

CREATE, EDIT, FILE = "submission.create", "submission.update.version", "submission.attachment.update"
EXPORT, CENTRALS_EXPORT = "submission.export", "form.submission.export"
_KNOWN = (CREATE, EDIT, FILE, "submission.update", "submission.delete", "submission.restore")
_ARRIVALS = (CREATE, EDIT)


def as_told(action: str, details: dict | None, submission_id: int | None) -> list[tuple[str, dict | None]]:
    """[(action, details)], the latest first. Files that came with a submission are acts of their own."""
    if action == EXPORT:
        return [(CENTRALS_EXPORT, None)]
    if action not in _KNOWN:
        return [(action, details)]
    said = dict(details or {})
    files, version = said.pop("files", ()), said.pop("versionId", None)
    said.pop("complete", None)
    numbered = {} if version is None else {"submissionDefId": version}
    of_files = [(FILE, {"instanceId": said.get("instanceId"), **numbered, "name": one["name"],
                        "oldBlobId": one.get("before"), "newBlobId": one.get("sha256"),
                        **{name: said[name] for name in ("notes",) if name in said}}) for one in reversed(files)]
    return of_files if action == FILE else [*of_files, (action, {**said, "submissionId": submission_id, **numbered})]


def asked(action: str) -> tuple[str, ...]:
    """The actions of ours among which those are found that Central calls so."""
    if action == FILE:
        return (FILE, *_ARRIVALS)
    return (EXPORT,) if action == CENTRALS_EXPORT else ()
