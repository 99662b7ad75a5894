"""Room that makes an invented record keep the rules of its form: as a phone it computes, and asks only what applies.

It must not invent answers (`demo/answers`). The check itself says what a phone would have written.
"""

from lxml import etree

from collector.domain.check import Checker, Circumstances
from collector.domain.xmltext import read_xml

ROUNDS = 6  # what one calculation changes may decide whether another question is asked


def mended(checker: Checker, xml: bytes, circumstances: Circumstances) -> bytes:
    """The XML with every calculation as the phone makes it, and without answers to what was not asked."""
    root = read_xml(xml)
    for _round in range(ROUNDS):
        found = [one for one in checker.check(etree.tostring(root), circumstances)
                 if one.kind in ("calculate", "relevant")]
        if not found:
            break
        for one in found:
            for node in root.xpath(_local(one.ref)):
                if one.kind == "calculate":
                    node.text = one.details.get("computed", "")
                elif node.getparent() is not None:
                    node.getparent().remove(node)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _local(ref: str) -> str:
    """The place as an XPath that minds no namespaces."""
    steps = []
    for step in ref.split("/")[1:]:
        name, bracket, position = step.partition("[")
        steps.append(f"*[local-name()='{name}']{bracket}{position}")
    return "/" + "/".join(steps)
