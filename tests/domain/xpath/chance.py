"""Expressions made by chance over one small document, most of them sensible, some of them nonsense."""

from random import Random

DOCUMENT = ('<data id="z"><k>2</k><hh><name>A</name><age>30</age><m><x>1</x></m><m><x>2</x></m></hh>'
            '<hh at="v"><name>B</name><age>5</age><m><x>3</x></m></hh>'
            '<hh><name>C</name><age></age><m><x>4</x></m><m><x></x></m><m><x>6</x></m></hh>'
            '<tot></tot><w><q>1</q><q>2</q></w></data>')
PLACES = (None, "/data/hh[2]/age", "/data/hh[3]/m[2]/x", "/data/k", "/data/hh[1]", "/data/tot", "/data")
PATHS = ("/data/hh/name", "/data/hh/age", "/data/hh", "/data/hh/m/x", "/data/hh/m", "/data/k", "/data/w/q",
         "/data/tot", "/data/hh/@at", "../name", "../../hh/name", "../../hh", "../m/x",
         "../*", "..", ".", "./.", "../../k", "k",
         "../../../m", "current()/.", "current()/../name", "current()/../../hh", "/*/k", "/data/w/*", "/data/*",
         "@at", "../@at", "/other/k", "/data/nope", "../name/../age", "//x", "../hh[2]/x", "instance('c')/root")
LITERALS = ("''", "'A'", "'B'", '"2"', "'a b'", "' 3 '", "'1,5'", "'x'", "0", "1", "2", "3", "0.5", "5.", ".5",
            "100000")
CONDITIONS = ("position() = 1", "position() > 1", "name = 'B'", "age > 4", "x = 3", ". = 2", "2", "true()",
              "count(m) = 1", "../k = 2", "/data/k = 2", "name = current()/../name", "/data/hh/name = 'A'", "@at")
OPERATORS = (" + ", " - ", " * ", " div ", " mod ", " = ", " != ", " < ", "<=", " >", ">= ", " and ", " or ", " | ")
CALLS = {"if": 3, "coalesce": 2, "once": 1, "position": 0, "string": 1, "number": 1, "boolean": 1, "not": 1,
         "concat": 2, "indexed-repeat": 3, "no-such": 1, "selected": 2, "substr": 2, "string-length": 1,
         "int": 1, "round": 2, "translate": 3, "normalize-space": 1, "contains": 2, "starts-with": 2,
         "pow": 2, "selected-at": 2}
OF_SETS = ("count", "sum", "min", "max", "position", "concat", "count-non-empty", "join")
SCRAPS = ("a", "b-c", ".", "..", "/", "//", "*", "@", "::", "child::", "node()", "[", "]", "(", ")", ",", "1", "2.5",
          "-", "=", "!=", "<", "and", "or", "div", "|", "'s'", "$v", "$", "!", " ", "count(", "a:b", "a:*", "é", "字",
          "&", "#", "1e3", "\t", "'")

TYPES = {"/data/k": "int", "/data/hh/age": "int", "/data/hh/m/x": "decimal"}
ROWS = (("A", "ke", "1"), ("B", "ke", "2"), ("C", "ug", "3"), ("01", "x", "4"), ("1", "x", "5"), ("1.0", "", "6"),
        ("2", "q", ""), ("30", "ug", "8"), ("A", "zz", "9"), ("", "ke", "10"))
LIST = "<root>" + "".join(f"<item><name>{name}</name><c>{c}</c><v>{v}</v></item>" for name, c, v in ROWS) + "</root>"
FORM = f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>z</h:title><model><instance>{DOCUMENT}</instance><instance id="c">{LIST}</instance>
{"".join(f'<bind nodeset="{path}" type="{kind}"/>' for path, kind in TYPES.items())}</model></h:head>
<h:body><select1 ref="/data/tot"><label>t</label><itemset nodeset="instance('c')/root/item"><value ref="name"/>
<label ref="name"/></itemset></select1><group ref="/data/hh"><label>h</label><repeat nodeset="/data/hh">
<input ref="/data/hh/name"><label>n</label></input></repeat></group></h:body></h:html>"""


def looked_up(chance: Random, depth: int) -> str:
    """A path into the list c, found by conditions that an index can answer, or cannot."""
    value = expression(chance, depth - 1) if depth > 0 and chance.random() < 0.4 else path(chance, 0)
    value = chance.choice(LITERALS) if chance.random() < 0.3 else value
    if depth > 0 and chance.random() < 0.2:
        value = looked_up(chance, depth - 1)
    first = chance.choice((f"name = {value}", f"{value} = name", f"v = {value}", f"c = 'ke' and name = {value}",
                           "c = 'ke'", f"name = {value} or v > 5", f"v > {value}", f"name = {value} and position() > 2",
                           f"name = concat({value}, '')", "name = current()/.", "position() = 2"))
    second = chance.choice(("", "", "", "[position() = 1]", "[c = 'ke']", "[v > 1]"))
    found = f"instance('c')/root/item[{first}]{second}" + chance.choice(("/v", "/c", "/name", ""))
    return chance.choice((found, found, f"count({found})", f"string({found})", f"join(' ', {found})",
                          f"sum({found})"))


def path(chance: Random, depth: int) -> str:
    """A path, perhaps with a condition after one of its names."""
    steps = chance.choice(PATHS).split("/")
    if depth > 0 and chance.random() < 0.4 and steps[-1] not in ("", ".", ".."):
        inside = expression(chance, depth - 1) if chance.random() < 0.3 else chance.choice(CONDITIONS)
        steps[-1] += f"[{inside}]"
    return "/".join(steps)


def expression(chance: Random, depth: int) -> str:
    """An expression nested at most so deep."""
    roll = chance.random()
    if depth <= 0 or roll < 0.15:
        return chance.choice(LITERALS) if chance.random() < 0.5 else path(chance, 0)
    if roll < 0.35:
        return path(chance, depth)
    if roll < 0.65:
        operator = chance.choice(OPERATORS[:-1]) if chance.random() < 0.97 else OPERATORS[-1]
        return expression(chance, depth - 1) + operator + expression(chance, depth - 1)
    if roll < 0.7:
        return chance.choice(("-", "- -")) + expression(chance, depth - 1)
    if roll < 0.75:
        return f"({expression(chance, depth - 1)})"
    if roll < 0.85:
        return f"{chance.choice(OF_SETS)}({path(chance, depth - 1)})"
    if roll < 0.9:
        numbers = expression(chance, depth - 1)
        return chance.choice((f"indexed-repeat(/data/hh/name, /data/hh, {numbers})",
                              f"indexed-repeat(../name, .., {numbers})",
                              f"indexed-repeat(/data/hh/m/x, /data/hh, {numbers}, /data/hh/m, 2)"))
    name = chance.choice(tuple(CALLS))
    return f"{name}({', '.join(expression(chance, depth - 1) for _ in range(CALLS[name]))})"


def broken(chance: Random, text: str) -> str:
    """The text with scraps put in, taken out or swapped."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.randint(0, 3))
        text = text[:at] + chance.choice((*SCRAPS, "", "")) + text[end:]
    return text
