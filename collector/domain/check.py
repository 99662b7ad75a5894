"""Room for the door of the check: one submission held against the rules of its form, answered with findings.

It must not know where submissions, media and clocks come from. Semantics are those of the phone's engine; what cannot
be evaluated is said, never passed over. services keep the findings, finding_sentences puts them into words.
"""

from datetime import UTC, datetime

from lxml import etree

from collector.domain.checking.clock import Clock, clock_of
from collector.domain.checking.findings import (
    KINDS,
    NOT_EVALUATED,
    SEVERITY,
    Circumstances,
    Finding,
)
from collector.domain.checking.judging import Judging
from collector.domain.checking.lists import Lists, Shelf
from collector.domain.checking.plan import Plan, plan_of
from collector.domain.fields import FormModel
from collector.domain.instance import is_encrypted
from collector.domain.xmltext import local_name, read_xml

__all__ = ["KINDS", "SEVERITY", "Checker", "Circumstances", "Finding", "prepare"]

STEPS = 1_500_000  # of evaluation, for one submission: two or three seconds at worst

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # for what needs any day; rules that ask for the time are not evaluated


class Checker:
    """A form made ready, to be kept for as long as its version is: safe for many threads."""

    def __init__(self, model: FormModel, plan: Plan):
        self.model = model
        self.plan = plan
        self._shelf = Shelf(model)

    def lists(self, circumstances: Circumstances) -> Lists:
        """The lists that the form's expressions look things up in."""
        return Lists(self._shelf, circumstances)

    def check(self, xml: bytes | str | etree._Element, circumstances: Circumstances | None = None,
              steps: int = STEPS) -> list[Finding]:
        """Every finding, in the order of the form. Raises XMLFault for what is no XML, and nothing else.

        steps: what all evaluation together may take; beyond it the rest is reported as not evaluated.
        """
        root = xml if isinstance(xml, etree._Element) else read_xml(xml)
        try:
            return self._check(root, circumstances or Circumstances(), steps)
        except Exception as fault:  # noqa: BLE001 - a fault of ours must not keep a submission from its place
            return [self._whole(f"{type(fault).__name__}: {fault}"[:300])]

    def _check(self, root: etree._Element, circumstances: Circumstances, steps: int) -> list[Finding]:
        if is_encrypted(root):
            return [self._whole("The submission is encrypted")]
        lists = self.lists(circumstances)
        clock = clock_of(root, self.model, circumstances)
        found = self._judged(root, lists, clock, clock.last, steps)
        if self.plan.has_clock and clock.known and clock.first != clock.last \
                and any(one.kind != NOT_EVALUATED for one in found):
            first = self._judged(root, lists, clock, clock.first, steps)
            at_both = {(one.ref, one.kind) for one in first}
            found = [one for one in found if one.kind == NOT_EVALUATED or (one.ref, one.kind) in at_both]
        if local_name(root) != self.model.root_name:
            other, expected = f"/{local_name(root)}", {"expected": self.model.root_name}
            found.insert(0, Finding(other, "unknown", SEVERITY["unknown"], "", "", {}, expected))
        return found

    def _judged(self, root: etree._Element, lists: Lists, clock: Clock, now: datetime | None,
                steps: int) -> list[Finding]:
        return Judging(self.plan, root, lists, clock, now or NO_TIME, steps).run()

    def _whole(self, reason: str) -> Finding:
        return Finding(f"/{self.model.root_name}", NOT_EVALUATED, SEVERITY[NOT_EVALUATED], "", "", {},
                       {"rule": "form", "expression": "", "reason": reason})


def prepare(model: FormModel) -> Checker:
    """The checker of a form version. Takes tens of milliseconds; whoever calls keeps it."""
    return Checker(model, plan_of(model))
