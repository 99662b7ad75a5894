"""What must become of an entity, said a second time and plainly: all versions kept as whole values, every rule asked
anew by looking at them. It shares nothing with the server; tests compare the two."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sent:
    """A change as a phone sends it. values: what it says, with the label as `label`. trunk None and branch '': made
    with a network; trunk None with a branch: of a line that began with making the entity."""

    values: dict
    base: int | None = None
    trunk: int | None = None
    branch: str = ""
    creates: bool = False


@dataclass
class Stood:
    """A version: all values after it, and how it came about."""

    values: dict
    sent: Sent | None
    base: int | None = None
    conflict: str | None = None
    contested: set = field(default_factory=set)


class Reference:
    """One entity: what arrives is received, what people change is edited; `versions` is what must stand."""

    def __init__(self):
        self.versions: list[Stood] = []
        self.waiting: list[Sent] = []
        self.refused: list[Sent] = []

    def edit(self, values: dict) -> None:
        """A person changes the newest version."""
        self.versions.append(Stood({**self.versions[-1].values, **values}, None, len(self.versions)))

    def receive(self, sent: Sent) -> None:
        """A phone's change arrives; it and all that waited for it are done as soon as they can be."""
        self.waiting.append(sent)
        moved = True
        while moved:
            moved = False
            for one in sorted(self.waiting, key=lambda one: (one.branch, one.base or 0)):
                if self._try(one):
                    self.waiting.remove(one)
                    moved = True

    def open_conflict(self) -> str | None:
        """What the whole entity shows: the gravest of all."""
        seen = {one.conflict for one in self.versions}
        return "hard" if "hard" in seen else "soft" if "soft" in seen else None

    def _try(self, sent: Sent) -> bool:
        if sent.creates:
            self._create(sent)
            return True
        base = self._base(sent)
        if base == "wait":
            return False
        if base is None:
            self.refused.append(sent)
            return True
        self._update(sent, base)
        return True

    def _create(self, sent: Sent) -> None:
        if self.versions:
            self.refused.append(sent)
        else:
            self.versions.append(Stood(dict(sent.values), sent))

    def _base(self, sent: Sent):
        """The version it was made from, 'wait' while that is not here, None when it never will be."""
        count = len(self.versions)
        if not sent.branch:
            return sent.base if 1 <= sent.base <= count else None
        if sent.trunk is None and not count:
            return "wait"
        if sent.base == (sent.trunk or 1):
            return sent.base if 1 <= sent.base <= count else None
        for number in range(count, 0, -1):
            made = self.versions[number - 1].sent
            if made and made.branch == sent.branch and made.base == sent.base - 1:
                return number
        return "wait"

    def _update(self, sent: Sent, base: int) -> None:
        here, there = self.versions[-1].values, self.versions[base - 1].values
        after = Stood({**here, **sent.values}, sent, base)
        since = self.versions[base:]
        if since:
            after.conflict = "soft"
            for name, value in sent.values.items():
                if here.get(name, "") != there.get(name, "") and here.get(name, "") != value:
                    after.contested.add(name)
                    after.conflict = "hard"
        elif sent.branch:
            own = [one.sent is not None and one.sent.branch == sent.branch
                   for one in self.versions[(sent.trunk or 1):]]
            if not all(own):
                after.conflict = "soft"
        self.versions.append(after)
