"""The shape of data on its way to analysts: variables, tables, and rows gathered column by column.

It must not know the database, files or formats. `services/extracting` fills it from flat rows, `domain/cleaning`
changes it by a recipe, `domain/formats` writes it out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from collector.domain.fields import UNTRANSLATED, Field, Texts, readable
from collector.domain.values import Value

OPEN, INTERNAL, PERSONAL, SENSITIVE = PRIVACY = ("open", "internal", "personal", "sensitive")

# What the server knows of a record, as variables of the root table; their ids start with FACT.
FACT = "fact:"
KEY, PARENT_KEY = FACT + "KEY", FACT + "PARENT_KEY"
REVIEW_STATE, SUBMITTED = FACT + "ReviewState", FACT + "SubmissionDate"
DERIVED = "new:"  # ids of variables that a recipe made


@dataclass(frozen=True, slots=True)
class Category:
    """One value that a variable can take, with its labels by language."""

    name: str
    labels: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Variable:
    """One column as analysts see it.

    id: the path of its field ('/grupo/nombre'), 'fact:KEY' for what the server knows, 'new:edad' for what a recipe
    made; it never changes. name: 'grupo-nombre' below its table, as in ODK Central's CSV; formats make it legal.
    type: string int decimal boolean date time dateTime geopoint geotrace geoshape binary barcode select1 select rank.
    categories: of every version, those of the current one first. field: the question, None where no form asks it.
    earlier_names: names it had before a recipe renamed it. position: in a flat row, -1 for what is not kept there.
    """

    id: str
    name: str
    type: str
    labels: Texts = field(default_factory=dict)
    categories: tuple[Category, ...] = ()
    privacy: str = OPEN
    field: Field | None = None
    earlier_names: tuple[str, ...] = ()
    position: int = -1

    @property
    def is_fact(self) -> bool:
        """Whether the server knows it without asking."""
        return self.id.startswith(FACT)


@dataclass(frozen=True, slots=True)
class DataTable:
    """path: '' for the root, else the path of a repeat; name: unique in the form; parent: path of the table above,
    None for the root."""

    path: str
    name: str
    parent: str | None
    variables: tuple[Variable, ...]

    def variable(self, id: str) -> Variable | None:
        """The variable of this id, or None."""
        return next((one for one in self.variables if one.id == id), None)

    def with_variables(self, variables) -> "DataTable":
        """The same table with other variables."""
        return replace(self, variables=tuple(variables))


@dataclass(slots=True)
class Rows:
    """Rows of one table, column by column; every list is as long as `numbers`.

    numbers: of their submissions, highest first; instances: instanceIDs; keys: '' for the root, else
    'g/hijos[2]'; parents: key of the row above, '' when that is the root row, None for the root.
    cells: {variable id: values}. Values as domain/values makes them: geopoints are lists of four, select and rank text
    with one space between names, dates and times ISO text, no answer None. Facts KEY and PARENT_KEY are among them.
    """

    numbers: list[int]
    instances: list[str]
    keys: list[str]
    parents: list[str | None]
    cells: dict[str, list[Value]]

    def __len__(self) -> int:
        return len(self.numbers)

    def chosen(self, places: list[int]) -> "Rows":
        """Only the rows at these places, in this order."""
        pick = lambda values: [values[at] for at in places]  # noqa: E731
        return Rows(pick(self.numbers), pick(self.instances), pick(self.keys), pick(self.parents),
                    {id: pick(values) for id, values in self.cells.items()})


@dataclass(slots=True)
class Batch:
    """Some records with all of their rows: {path of table: rows}; every table of the extract is there."""

    tables: dict[str, Rows]

    @property
    def root(self) -> Rows:
        """The rows of the root table, one per record."""
        return self.tables[""]


@dataclass(frozen=True, slots=True)
class Manner:
    """How names and cells are written.

    languages: wanted first; labels: texts of choices in place of their names; split: one more column per choice of a
    select; group_paths: 'grupo-nombre' rather than 'nombre'; bom and neutralise: of CSV, for spreadsheets.
    """

    languages: tuple[str, ...] = ("es", "")
    labels: bool = False
    split: bool = False
    group_paths: bool = True
    bom: bool = False
    neutralise: bool = False

    def text(self, texts: Texts) -> str:
        """The text in the first language that has it, else in any; '' when there is none."""
        wanted = (*(texts.get(one) for one in self.languages), *texts.values())
        return readable(next((text for text in wanted if text and text != UNTRANSLATED), ""))

    def label(self, variable: Variable) -> str:
        """The label of a variable, or its name."""
        return self.text(variable.labels) or variable.name


Pieces = Callable[[], Iterator[Rows]]  # the rows of one table, from the start each time it is called
