"""Which question an earlier one probably became."""

from dataclasses import dataclass, field

from collector.domain.tabular.likeness import likeness, proposals


@dataclass(frozen=True)
class Asked:
    name: str
    type: str = "string"
    table: str = ""
    labels: dict = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"{self.table}/{self.name}"


def test_the_same_words_are_likest():
    before = Asked("comunidad", labels={"es": "Comunidad"})
    renamed, other = Asked("nom_comunidad", labels={"es": "Comunidad"}), Asked("telefono", labels={"es": "Teléfono"})
    assert likeness(before, renamed) == 1.0 and likeness(before, other) < 0.5
    assert proposals(before, [other, renamed]) == [renamed]


def test_case_and_accents_do_not_count_and_types_do():
    assert likeness(Asked("Número"), Asked("numero")) == 1.0
    assert likeness(Asked("lugar", "geopoint"), Asked("lugar", "int")) == 0.0
    assert likeness(Asked("edad", "int"), Asked("edad", "decimal")) == 0.9


def test_only_fields_of_the_same_table_are_proposed():
    assert proposals(Asked("hijo"), [Asked("hijo", table="/hijos"), Asked("hijo")]) == []
