"""Room where charts become what a page prints: words of bars and bins, places of rectangles and figures.

It must not count nor hide anything (`domain/tabular/charts`). Templates of `statistics` print what is made here.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date, gettext, ngettext

from collector.domain.tabular import charting, charts
from collector.domain.tabular.charts import Bin, Chart
from collector.domain.tabular.shape import Manner, Variable
from collector.web.wording import day, number

MOST_BARS = 12
ROOM = 296  # pixels that a phone of 360 has for a chart
LETTER = 6.9  # pixels of a figure
_TOP, _BASE = 14, 146


@dataclass(frozen=True, slots=True)
class DrawnBin:
    """A bar of a histogram: places in percent across and pixels down; words of the whole bin, mark below its edge."""

    words: str
    count: int
    x: str
    width: str
    y: str
    height: str
    middle: str
    shows_count: bool
    mark: str
    mark_x: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar of shares. count: '' where it is not shown; percent: '76 %'; link: where its records are, or ''."""

    words: str
    count: str
    percent: str
    width: str
    link: str = ""


def percent(share: float | None) -> str:
    """'76 %', '<1 %', '' for none."""
    if share is None:
        return ""
    rounded = round(share * 100)
    if rounded == 0 and share > 0:
        return "<1 %"
    return ">99 %" if rounded == 100 and share < 1 else f"{rounded} %"


def decimal(value: float) -> str:
    """A mean or median: '6.1', '1,204', '0.042'."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:.2g}"


def category_words(variable: Variable, manner: Manner):
    """What says a category of the variable to people; None is no answer."""
    labels = {one.name: manner.text(one.labels) or one.name for one in variable.categories}
    if variable.type == "boolean":
        labels = {"true": gettext("Sí"), "false": gettext("No")}
    return lambda name: gettext("Sin respuesta") if name is None else labels.get(name, name)


def drawn_bars(chart: Chart, words, links=lambda name: "") -> list[DrawnBar]:
    """The bars of shares, hidden ones without figures."""
    return [DrawnBar(words(one.name), "" if one.count is None else number(one.count), percent(one.share),
                     f"{100 * (one.share or 0):.4g}%", links(one.name) if one.count else "") for one in chart.bars]


def drawn_bins(chart: Chart, whole: bool, links=lambda bin: "") -> list[DrawnBin]:
    """The bars of a histogram; figures and marks as many as a phone has room for."""
    top, slot = max(one.count for one in chart.bins), 100 / len(chart.bins)
    edges = [_edge(chart.kind, one, whole, chart.bins) for one in chart.bins]
    widest = max(len(words) for words, _centred in edges)
    step = max(1, -(-int((widest + 1) * LETTER * len(chart.bins)) // ROOM))
    fits = max(len(number(one.count)) for one in chart.bins) * LETTER * len(chart.bins) <= ROOM
    found = []
    for at, (one, (mark, centred)) in enumerate(zip(chart.bins, edges, strict=True)):
        height = max(1 if one.count else 0, (_BASE - _TOP - 8) * one.count / top)
        found.append(DrawnBin(
            bin_words(chart.kind, one, whole), one.count, f"{at * slot + slot * .08:.5g}%", f"{slot * .84:.5g}%",
            f"{_BASE - height:.4g}", f"{height:.4g}", f"{(at + .5) * slot:.5g}%",
            bool(one.count) and (fits or one.count == top), "" if at % step else mark,
            f"{(at + .5 if centred else at) * slot:.5g}%", links(one) if one.count else ""))
    return found


def bin_words(kind: str, one: Bin, whole: bool) -> str:
    """What lies in a bin: '20–29', '80 o más', 'oct.–dic. 2026', '9/11/2026'."""
    say = _saying(kind, whole)
    if one.low is None and one.high is None:
        return gettext("todas las respuestas")
    if one.low is None:
        return gettext("antes de %(end)s", end=say(one.high)) if kind in charting.WHENS else gettext(
            "menos de %(end)s", end=say(one.high))
    if one.high is None:
        return gettext("desde %(start)s", start=say(one.low)) if kind in charting.WHENS else gettext(
            "%(start)s o más", start=say(one.low))
    if kind == charting.MONTHS and one.low % 12 == 0 and one.high - one.low >= 12:
        first, last = one.low // 12, one.high // 12 - 1
        return str(first) if first == last else f"{first}–{last}"
    if not whole and kind == charts.NUMBERS:
        return gettext("de %(start)s a menos de %(end)s", start=say(one.low), end=say(one.high))
    return say(one.low) if one.high - one.low == 1 else f"{say(one.low)}–{say(one.high - 1)}"


def days_of(kind: str, one: Bin) -> tuple[date, date] | None:
    """The first and last day of a bin of days or months with both ends; None for any other."""
    if kind not in (charting.DAYS, charting.MONTHS) or one.low is None or one.high is None:
        return None
    start, end = (_day_of, _day_of) if kind == charting.DAYS else (_month_of, _month_of)
    return start(one.low), end(one.high) - timedelta(days=1)


def summed_up(chart: Chart, bins: list[DrawnBin]) -> str:
    """What a histogram shows, in a sentence for who does not see it."""
    most = max(bins, key=lambda one: one.count)
    said = gettext("Lo más frecuente: %(words)s, con %(count)s de %(all)s.", words=most.words, count=number(most.count),
                   all=number(chart.answered))
    return f"{said} {averages(chart)}." if chart.mean is not None else said


def averages(chart: Chart) -> str:
    """'media 6.1, mediana 6'; '' where there is none."""
    if chart.mean is None:
        return ""
    return gettext("media %(mean)s, mediana %(median)s", mean=decimal(chart.mean), median=decimal(chart.median))


def answered_words(chart: Chart) -> str:
    """'1,190 respuestas, 1 % vacío'."""
    if chart.answered is None:
        return gettext("no se muestra cuántas respuestas hay")
    said = ngettext("%(count)s respuesta", "%(count)s respuestas", chart.answered, count=number(chart.answered))
    empty = percent(chart.missing_share)
    return said if not chart.missing else gettext("%(answers)s, %(share)s vacío", answers=said, share=empty)


def _edge(kind: str, one: Bin, whole: bool, bins: tuple[Bin, ...]) -> tuple[str, bool]:
    """(words below a bar, whether below its middle): single values in the middle, else the lower edge."""
    single = one.low is not None and one.high is not None and one.high - one.low == 1
    if one.low is None:
        return ("", False) if len(bins) > 1 else (gettext("todas"), True)
    if kind == charting.DAYS:
        return format_date(_day_of(one.low), "d/M"), single
    if kind == charting.MONTHS:
        years = one.low % 12 == 0 and (one.high is None or one.high - one.low >= 12)
        return (str(one.low // 12) if years else format_date(_month_of(one.low), "M/yy")), single or years
    return _saying(kind, whole)(one.low), single and (whole or kind != charts.NUMBERS)


def _saying(kind: str, whole: bool):
    if kind == charting.DAYS:
        return lambda value: day(_day_of(value))
    if kind == charting.MONTHS:
        return lambda value: format_date(_month_of(value), "MMM y")
    if kind == charting.HOURS:
        return lambda value: f"{value}:00"
    return lambda value: number(int(value)) if float(value).is_integer() else f"{value:,.10g}"


def _day_of(value: int) -> date:
    return date.fromordinal(max(1, min(value + 1, date.max.toordinal())))


def _month_of(value: int) -> date:
    return date(max(1, min(value // 12, 9999)), value % 12 + 1, 1)
