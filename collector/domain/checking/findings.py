"""Room for what the check of a submission gives and what it must be told: findings and circumstances.

It must not know how a rule is evaluated.
`judging` makes findings; the services keep them; finding_sentences puts them into words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from collector.domain.fields import Texts

ERROR, WARNING, NOTE = "error", "warning", "note"
NOT_EVALUATED = "not-evaluated"

# error: the phone would not have let this pass, or something is missing. warning: worth a look. note: we cannot tell.
SEVERITY = {
    "constraint": ERROR, "required": ERROR, "choice": ERROR, "type": ERROR, "file": ERROR,
    "relevant": WARNING, "calculate": WARNING, "unknown": WARNING, "range": WARNING, "repeat-count": WARNING,
    NOT_EVALUATED: NOTE,
}
KINDS = tuple(SEVERITY)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule of the form says about one answer.

    ref: absolute, with [n] on repeat steps: /data/hh[2]/age. kind: a key of SEVERITY; beside those
    rule (beyond the form) and entity (what it says of a list could not be done). value: as it was sent.
    path: in the form, without root and positions: /hh/age, '' for none. messages: the form's own, by language.
    details: plain facts: computed (calculate), type (type), expected (repeat-count), start end step (range),
    rule expression reason (not-evaluated).
    """

    ref: str
    kind: str
    severity: str
    value: str
    path: str
    messages: Texts = field(default_factory=dict)
    details: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a submission does not tell itself.

    received_at: when it came in. at: when it was filled in, as somebody states it; counts where the submission has no
    time of its own. now: stands for every clock. zone: of the project, used where a time has no offset. properties: of
    the phone (deviceid, username ...). media: the form's own files by name, or a function of the name (None: not here).
    files: names of the submission's files that are here, None when they are not to be judged. entity_lists: names of
    media files that are entity lists: what is looked up there is left alone, the phone had the list of its day.
    """

    received_at: datetime | None = None
    zone: str = "UTC"
    properties: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, bytes] | Callable[[str], bytes | None] = field(default_factory=dict)
    files: frozenset[str] | None = None
    now: datetime | None = None
    at: datetime | None = None
    entity_lists: frozenset[str] = frozenset()

    def medium(self, name: str) -> bytes | None:
        """The form's own file of that name, None when it is not there."""
        return self.media(name) if callable(self.media) else self.media.get(name)
