"""Laws of cleaning that hold for every recipe and every batch."""

from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.domain.cleaning.ground import EXAMPLES
from collector.domain.cleaning.recipe import Recipe
from collector.domain.cleaning.running import Cleaning
from collector.domain.tabular.shape import FACT, Batch
from tests.domain.cleaning.small import CHILDREN, TABLES, TOYS, WITH_KEY, batch_of, plain, recipe, step

words = st.sampled_from([None, "ana", " Ana", "ANA ", "luz", "María de la Luz", "12,5", "3/4/2024", "-12.1, -77.2"])
numbers = st.sampled_from([None, 0, 3, 18, 40, "doce"])
cells = st.fixed_dictionaries({
    "/nombre": words, "/g/edad": numbers, "/g/peso": st.sampled_from([None, 1.5, 60.0]), "/nota": words,
    "/cargo": st.sampled_from([None, "apu", "jefe", "otro", "raro"]),
    "/usos": st.sampled_from([None, "agua", "agua luz", "gas luz"]),
    "/nacido": st.sampled_from([None, "1990-05-17", "2024-01-02", "ayer"]),
    "/lugar": st.sampled_from([None, [-12.04, -77.03, 3.0, None], "por ahí"]),
    FACT + "ReviewState": st.sampled_from([None, "approved", "rejected", "edited"])})


@st.composite
def batches(draw):
    records = draw(st.lists(cells, min_size=1, max_size=7))
    children, toys = [], []
    for number in range(len(records), 0, -1):
        for at in range(1, draw(st.integers(0, 2)) + 1):
            children.append((number, at, {"/hijos/alias": draw(words), "/hijos/anos": draw(numbers)}))
            toys += [(number, at, one, {"/hijos/cosas/juguetes/que": draw(words)})
                     for one in range(1, draw(st.integers(0, 2)) + 1)]
    return batch_of(*records, children=children, toys=toys)


NEW = iter(range(10**9))
conditions = st.sampled_from(["${edad} > 10", "count(/data/hijos/cosas/juguetes) > 1",
                              "true()", "${nombre} = 'ana'", "count(/data/hijos) > 1", "${anos} > 3",
                              "string-length(${nota}) > 3", "today() > ${nacido}", "position(..) = 1"])
texts = st.sampled_from(["/nombre", "/nota", "/hijos/alias", "/cargo", "new:x"])
steps = st.one_of(
    st.builds(lambda: step("trim")), st.builds(lambda: step("keep_states")),
    st.builds(lambda table, where, effect: step("filter_rows", table=table, where=where, effect=effect),
              st.sampled_from(["", "/hijos", TOYS.path]), conditions, st.sampled_from(["keep", "drop"])),
    st.builds(lambda one, to: step("case", columns=[one], to=to), texts, st.sampled_from(["lower", "upper", "title"])),
    st.builds(lambda one, how: step("accents", columns=[one], how=how), texts, st.sampled_from(["strip", "nfc"])),
    st.builds(lambda others: step("recode", column="/cargo", map={"apu": "jefe", "raro": ""}, others=others),
              st.sampled_from(["keep", "blank"])),
    st.builds(lambda: step("merge", column="/usos", from_=["agua", "luz"], to="servicio")),
    st.builds(lambda folded: step("map_table", column="/nombre", rows=[["ana", "1"], ["luz", "2"]], folded=folded),
              st.booleans()),
    st.builds(lambda: step("parse_number", columns=["/nota"], decimal=",")),
    st.builds(lambda: step("parse_date", columns=["/nota"])), st.builds(lambda: step("parse_point", column="/nota")),
    st.builds(lambda one, where: step("set_where", column=one, where=where, value="7"),
              st.sampled_from(["/nota", "/g/edad", "/hijos/anos"]), conditions),
    st.builds(lambda one, where: step("set_where", column=one, where=where, expression="${nombre}"), texts, conditions),
    st.builds(lambda one, where: step("blank_where", column=one, where=where), texts, conditions),
    st.builds(lambda number, before: step("fix_cell", record=f"uuid:{number}", column="/nombre", value="Eva",
                                          **({"before": before} if before else {})),
              st.integers(1, 7), st.sampled_from(["", " Ana", "ana"])),
    st.builds(lambda keep, keys: step("deduplicate", columns=keys, keep=keep, apart=["uuid:2"]),
              st.sampled_from(["first", "last", "fullest", "approved"]),
              st.sampled_from([["/nombre"], ["/nombre", "/cargo"], ["/nota"]])),
    st.builds(lambda table: step("derive", name="x", table=table, type="string",
                                 expression="concat(${nombre}, '-', ${edad})"), st.sampled_from(["", "/hijos"])),
    st.builds(lambda one: step("rename", column=one, to=f"y{next(NEW)}"), texts),
    st.builds(lambda one: step("order", columns=[one]), texts),
    st.builds(lambda one: step("drop", columns=[one]), texts),
    st.builds(lambda one, to: step("classify", columns=[one], class_=to), texts, st.sampled_from(["open", "personal"])),
    st.builds(lambda how: step("protect", class_="personal", how=how), st.sampled_from(["mask", "pseudonym", "month"])),
    st.builds(lambda: step("protect", columns=["/lugar"], how="area")),
    st.builds(lambda: step("protect", columns=[FACT + "KEY"], how="pseudonym")))


def made_of(said) -> Recipe:
    """Only one step may make a column."""
    return recipe(*[one for at, one in enumerate(said)
                    if one["type"] != "derive" or not any(two["type"] == "derive" for two in said[:at])])


recipes = st.lists(steps, max_size=6).map(made_of)
law = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run(made: Recipe, *parts: Batch) -> tuple[list[dict], Cleaning]:
    ready = Cleaning(made, TABLES, WITH_KEY)
    if ready.needs_survey:
        for one in parts:
            ready.survey(one)
        ready.settle()
    return [plain(ready.clean(one)) for one in parts], ready


def whole(made: Recipe, batch: Batch):
    """All that comes out: tables, rows, counts."""
    [found], ready = run(made, batch)
    return ready.tables, found, counts_of(ready), ready.faults


def counts_of(ready: Cleaning) -> dict:
    return {id: (one.rows, one.cells, one.unevaluated, one.examples) for id, one in ready.tallies.items()}


def part(batch: Batch, numbers) -> Batch:
    return Batch({path: rows.chosen([at for at, one in enumerate(rows.numbers) if one in numbers])
                  for path, rows in batch.tables.items()})


@law
@given(recipes, batches())
def test_what_was_sent_is_never_touched(made, batch):
    before, lists = deepcopy(plain(batch)), {path: rows.cells for path, rows in batch.tables.items()}
    whole(made, batch)
    assert plain(batch) == before
    assert all(batch.tables[path].cells is cells for path, cells in lists.items())


@law
@given(recipes, batches(), st.data())
def test_a_step_that_is_off_is_as_if_it_were_not_there(made, batch, data):
    if made.steps:
        id = data.draw(st.sampled_from([one.id for one in made.steps]))
        assert whole(made.switched(id, False), batch) == whole(made.without(id), batch)


@law
@given(recipes, batches(), st.data())
def test_taking_a_step_back_and_applying_it_again_is_identity(made, batch, data):
    first = whole(made, batch)
    if made.steps:
        id = data.draw(st.sampled_from([one.id for one in made.steps]))
        off = made.switched(id, False)
        whole(off, batch)
        assert whole(off.switched(id, True), batch) == first
    assert whole(made, batch) == first
    everything_off = Recipe(tuple(one for one in made.steps if False))
    assert whole(everything_off, batch)[:2] == (TABLES, plain(batch))


@law
@given(recipes, batches(), st.integers(0, 7), st.integers(0, 7))
def test_how_records_are_cut_into_batches_does_not_matter(made, batch, low, high):
    numbers = batch.root.numbers
    low, high = min(low, high), max(low, high)
    parts = [part(batch, numbers[start:end]) for start, end in ((0, low), (low, high), (high, len(numbers)))]
    [together], one = run(made, batch)
    found, several = run(made, *parts)
    for path in together:
        for at in range(4):
            assert [value for piece in found for value in piece[path][at]] == together[path][at]
        for id, values in together[path][4].items():
            assert [value for piece in found for value in piece[path][4].get(id, [])] == values
    # which examples come first depends on the cut, for steps on several columns
    assert {id: (rows, cells, unevaluated, len(examples) if len(examples) >= EXAMPLES else sorted(map(repr, examples)))
            for id, (rows, cells, unevaluated, examples) in counts_of(several).items()} == {
        id: (rows, cells, unevaluated, len(examples) if len(examples) >= EXAMPLES else sorted(map(repr, examples)))
        for id, (rows, cells, unevaluated, examples) in counts_of(one).items()}


INDEPENDENT = [step("case", columns=["/nombre"], to="upper"), step("recode", column="/cargo", map={"apu": "jefe"}),
               step("parse_date", columns=["/nota"]), step("set_where", column="/g/edad", where=". > 10", value="1"),
               step("protect", columns=["/lugar"], how="area"), step("filter_rows", table=TOYS.path, where=". = ''"),
               step("keep_states"), step("merge", column="/usos", from_=["agua"], to="luz"),
               step("case", columns=["/hijos/alias"], to="lower")]


@law
@given(st.permutations(INDEPENDENT), batches())
def test_the_order_of_steps_on_different_columns_does_not_matter(said, batch):
    one, two = whole(recipe(*INDEPENDENT), batch), whole(recipe(*said), batch)
    assert one[:2] == two[:2]


@law
@given(recipes, batches())
def test_the_story_of_a_cell_ends_with_the_cell(made, batch):
    if FACT + "KEY" in [id for one in made.steps if one.type == "protect" for id in one.settings.columns]:
        made = Recipe(tuple(one for one in made.steps if one.type != "protect"))
    [clean], ready = run(made, batch)
    counts = {id: one.cells for id, one in ready.tallies.items()}
    told = dict.fromkeys(counts, 0)
    ids = {table.path: {one.id for one in table.variables} for table in TABLES}
    for table in ready.tables:
        ids[table.path] |= {one.id for one in table.variables}
    for path, wanted in ids.items():
        rows = batch.tables[path]
        numbers, _, keys, _, cells = clean[path]
        places = {pair: at for at, pair in enumerate(zip(numbers, keys, strict=True))}
        for number, key in zip(rows.numbers, rows.keys, strict=True):
            for id in wanted:
                story = ready.explain(part(batch, {number}), path, key, id)
                at = places.get((number, key))
                assert story.is_there == (at is not None and id in cells)
                if story.is_there:
                    assert story.final == cells[id][at]
                steps = [story.raw, *(change.after for change in story.changes)]
                for change, before in zip(story.changes, steps, strict=False):
                    assert change.before == before
                    told[change.step] += not change.dropped and change.before != change.after
                assert story.final == steps[-1]
    assert told == counts
    assert {id: one.cells for id, one in ready.tallies.items()} == counts


@law
@given(recipes, batches())
def test_every_row_below_belongs_to_a_row_that_is_there(made, batch):
    [found], _ = run(made, batch)
    for path, above in ((CHILDREN.path, ""), (TOYS.path, CHILDREN.path)):
        there = set(zip(found[above][0], found[above][2], strict=True))
        assert set(zip(found[path][0], found[path][3], strict=True)) <= there
    for rows in found.values():
        assert {len(values) for values in (*rows[:4], *rows[4].values())} == {len(rows[0])}


@law
@given(recipes, batches())
def test_the_tables_tell_the_very_columns_that_come_out(made, batch):
    [found], ready = run(made, batch)
    for table in ready.tables:
        assert {one.id for one in table.variables} == set(found[table.path][4])


@law
@given(recipes, batches(), st.data())
def test_a_preview_of_few_columns_counts_what_the_whole_does(made, batch, data):
    if not made.steps:
        return
    id = data.draw(st.sampled_from([one.id for one in made.steps]))
    cut = made.until(id)
    needed = Cleaning(cut, TABLES, WITH_KEY).needed(id)
    small = Batch({path: type(rows)(rows.numbers, rows.instances, rows.keys, rows.parents,
                                    {one: values for one, values in rows.cells.items() if one in needed[path]})
                   for path, rows in batch.tables.items() if needed[path] or not path})
    assert whole(cut, small)[2] == whole(cut, batch)[2]
