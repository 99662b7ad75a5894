"""Room for a submission on its way to its next version: the XML tree, with a name for every place in it.

It must not know rules nor inputs. A place is a ref without the root, '/hogar[2]/edad'; the number of an instance is its
own and stays when others come or go. `refilling` judges the tree, `correction` makes the next version of it.
"""

import re

from lxml import etree

from collector.domain.checking.plan import Plan, Spot
from collector.domain.checking.record import BLANKS
from collector.domain.xmltext import local_name

OPENROSA = "http://openrosa.org/xforms"
OWN = frozenset(("/meta/instanceID", "/meta/deprecatedID"))  # each version has its own
_number = re.compile(r"\[[1-9][0-9]{0,8}\]")  # a longer one is nobody's: no text is made a number of any length


def path_of(place: str) -> str:
    """The path in the form of a place."""
    return _number.sub("", place)


class Draft:
    """root: a tree of the draft's own, that it changes. at: place -> element, of all that the form knows."""

    def __init__(self, root: etree._Element, plan: Plan):
        self.root, self.plan = root, plan
        self.at: dict[str, etree._Element] = {"": root}
        self._greatest: dict[str, int] = {}  # of the instances ever there, by place without its own number
        self._walk(root, "", plan.root)

    def texts(self) -> dict[str, str]:
        """Place -> trimmed text of every answer, in the order of the tree."""
        return {place: (element.text or "").strip(BLANKS) for place, element in self._in_order()
                if self._spot(place).is_leaf and path_of(place) not in OWN}

    def refs(self) -> dict[str, str]:
        """Ref as the check writes it ('/data/hogar[2]/edad', counted as the tree is now) -> place."""
        found, root = {}, f"/{local_name(self.root)}"
        counted: dict[tuple[str, str], int] = {}
        names = {"": root}
        for place, element in self._in_order():
            above, name = place.rpartition("/")[0], local_name(element)
            step = f"/{name}"
            if self._spot(place).repeats:
                counted[above, name] = counted.get((above, name), 0) + 1
                step += f"[{counted[above, name]}]"
            names[place] = names[above] + step
            found[names[place]] = place
        return found

    def write(self, place: str, text: str) -> None:
        """Nothing; the answer there is this text."""
        element = self.at.get(place)
        if element is None:
            element = self.make(place)
        element.text = text or None

    def make(self, place: str) -> etree._Element:
        """The empty element there, where the form has it among its neighbours; what is around it is made too."""
        above = place.rpartition("/")[0]
        parent = self.at.get(above)
        if parent is None:
            parent = self.make(above)
        spot = self._spot(place)
        space = etree.QName(parent).namespace
        element = etree.SubElement(parent, f"{{{space}}}{spot.name}" if space else spot.name)
        parent.insert(self._turn(parent, above, spot), element)
        self.at[place] = element
        self._note(place)
        return element

    def grow(self, place: str) -> None:
        """Nothing; a new instance of a repeat is there, its answers as the form has them at first."""
        self.make(place)
        self._fill(place, self._spot(place))

    def free(self, place: str) -> str:
        """The place of one more instance; place: without a number of its own."""
        return f"{place}[{self._greatest.get(place, 0) + 1}]"

    def drop(self, place: str) -> None:
        """Nothing; what is there, and all below it, is no more."""
        element = self.at.get(place)
        if element is None or not place:
            return
        element.getparent().remove(element)
        for here in [one for one in self.at if one == place or one.startswith(f"{place}/")]:
            del self.at[here]

    def rename(self, former: str, instance_id: str) -> None:
        """Nothing; the tree says that it is this instance and replaces the former one."""
        meta = next(self.root.iterchildren("{*}meta"), None)
        if meta is None:
            meta = next((one for one in self.root.iterfind(".//{*}meta") if one.find("{*}instanceID") is not None),
                        None)
        if meta is None:
            meta = etree.SubElement(self.root, f"{{{OPENROSA}}}meta", nsmap={"orx": OPENROSA})
        own = meta.find("{*}instanceID")
        if own is None:
            space = etree.QName(meta).namespace
            own = etree.SubElement(meta, f"{{{space}}}instanceID" if space else "instanceID")
        replaced = meta.find("{*}deprecatedID")
        if replaced is None:
            space = etree.QName(own).namespace
            replaced = etree.SubElement(meta, f"{{{space}}}deprecatedID" if space else "deprecatedID")
            meta.insert(meta.index(own) + 1, replaced)
        own.text, replaced.text = instance_id, former

    def _walk(self, element: etree._Element, place: str, spot: Spot) -> None:
        counts: dict[str, int] = {}
        for child in element:
            name = local_name(child)
            below = spot.children.get(name)
            if below is None or any(key.endswith("}template") for key in child.attrib):
                continue
            counts[name] = counts.get(name, 0) + 1
            if not below.repeats and counts[name] > 1:  # the phone reads the first alone
                continue
            here = f"{place}/{name}[{counts[name]}]" if below.repeats else f"{place}/{name}"
            self.at[here] = child
            self._note(here)
            self._walk(child, here, below)

    def _in_order(self):
        known = {element: place for place, element in self.at.items() if place}
        for element in self.root.iter():
            if element in known:
                yield known[element], element

    def _spot(self, place: str) -> Spot:
        return self.plan.spots[path_of(place)]

    def _note(self, place: str) -> None:
        if place.endswith("]"):
            bare, _, number = place[:-1].rpartition("[")
            self._greatest[bare] = max(self._greatest.get(bare, 0), int(number))

    def _fill(self, place: str, spot: Spot) -> None:
        for name, below in spot.children.items():
            if below.repeats:
                continue
            element = self.make(f"{place}/{name}")
            if below.is_leaf:
                element.text = below.default or None
            self._fill(f"{place}/{name}", below)

    def _turn(self, parent: etree._Element, above: str, spot: Spot) -> int:
        """Where a child of this spot goes: behind the last one that the form has before it."""
        known, turn = self.plan.spots[path_of(above)].children, 0
        for number, child in enumerate(list(parent)[:-1]):  # the last one is the new one
            other = known.get(local_name(child))
            if other is not None and other.order <= spot.order:
                turn = number + 1
        return turn
