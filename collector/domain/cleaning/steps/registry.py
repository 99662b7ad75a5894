"""The one list of all types of cleaning steps: (settings, ground) -> Work, or Gone where it cannot run there.

It must not know rows. `running` asks here; a new type is one function in a module beside it, listed here.
"""

from collections.abc import Callable

from collector.domain.cleaning.ground import Ground
from collector.domain.cleaning.steps import (
    categories,
    columns,
    duplicates,
    parsing,
    privacy,
    rows,
    texts,
    where,
)
from collector.domain.cleaning.steps.work import Work

MODULES = (rows, texts, categories, parsing, where, duplicates, columns, privacy)
STEPS: dict[str, Callable[[object, Ground], Work]] = {
    name: made for module in MODULES for name, made in module.STEPS.items()}
