"""A codebook -> one HTML page to print or keep: no script, nothing fetched from elsewhere, bars drawn in place.

It must not know files or the database; what may be told is decided in `codebook.py`.
Next: services/building puts it into the package.
"""

import re
from collections.abc import Iterator
from html import escape

from collector.domain.fields import Texts, readable
from collector.domain.tabular.codebook import (
    FORMAT_NAMES,
    Book,
    Chapter,
    Entry,
    code_of,
    distinct,
    required,
    rounded,
    share,
)
from collector.domain.tabular.codebook_words import word

_STYLE = """
@page { size: A4; margin: 15mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.4 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 0 auto; padding: 1rem;
  max-width: 55rem }
h1 { font-size: 1.7em; margin: 0 0 .5em } h2 { font-size: 1.3em; margin: 2em 0 .5em; break-after: avoid;
  border-bottom: 2px solid #1a1a1a } h3 { font-size: 1.05em; margin: 0 0 .25em; break-after: avoid }
article { border-top: 1px solid #767676; padding: .8em 0; break-inside: avoid; overflow-x: auto }
p { margin: .2em 0 } code, h3 { overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .1em 1em; margin: .4em 0 }
dt { color: #555 } dd { margin: 0; overflow-wrap: anywhere }
table { border-collapse: collapse; margin: .5em 0; width: 100% }
caption { text-align: start; font-weight: 600; padding: .2em 0 }
th, td { text-align: start; vertical-align: top; padding: .15em .5em .15em 0; border-bottom: 1px solid #ccc;
  overflow-wrap: anywhere } td.n, th.n { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap }
thead { display: table-header-group } tr { break-inside: avoid }
svg { display: block; width: 7rem; height: .8em; margin-top: .3em } rect { fill: #2b6a99 }
ul { columns: 3 11rem; padding-inline-start: 1.2em } li { overflow-wrap: anywhere }
@media print { body { max-width: none; padding: 0 } a { color: inherit; text-decoration: none }
  rect { -webkit-print-color-adjust: exact; print-color-adjust: exact } }
"""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def codebook_html(book: Book) -> Iterator[str]:
    """The page, piece by piece; a variable at a time."""
    title = f"{word('codebook', book.language)}: {book.title}"
    language = "en" if book.language.startswith("en") else "es"
    yield (f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
           '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
           f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
           f"<h1>{_safe(title)}</h1>\n")
    yield _list(book.about)
    yield from _contents(book)
    for at, chapter in enumerate(book.chapters):
        yield f'<section aria-labelledby="t{at}">\n<h2 id="t{at}">{_told(book, chapter)}</h2>\n'
        for place, one in enumerate(chapter.entries):
            yield _article(book, one, f"v{at}-{place}")
        yield "</section>\n"
    yield "</main>\n</body>\n</html>\n"


def _contents(book: Book) -> Iterator[str]:
    yield f'<nav aria-labelledby="contents">\n<h2 id="contents">{_safe(word("contents", book.language))}</h2>\n'
    for at, chapter in enumerate(book.chapters):
        yield f'<p><a href="#t{at}">{_told(book, chapter)}</a></p>\n<ul>\n'
        for place, one in enumerate(chapter.entries):
            yield f'<li><a href="#v{at}-{place}">{_safe(one.variable.name)}</a></li>\n'
        yield "</ul>\n"
    yield "</nav>\n"


def _told(book: Book, chapter: Chapter) -> str:
    return _safe(word("of_table", book.language, chapter.name, chapter.rows, len(chapter.entries)))


def _article(book: Book, one: Entry, id: str) -> str:
    parts = [f'<article aria-labelledby="{id}">\n<h3 id="{id}">{_safe(one.variable.name)}</h3>\n']
    parts += _texts(book, one.variable.labels, "question")
    if one.field is not None:
        parts += _texts(book, one.field.hints, "hint")
    parts.append(_list(_facts(book, one)))
    if not one.shown:
        kind = word(f"privacy.{one.variable.privacy}", book.language)
        parts.append(f"<p>{_safe(word('withheld', book.language, kind))}</p>\n")
    elif one.variable.type in ("string", "barcode", "intent") and one.field is not None:
        parts.append(f"<p>{_safe(word('text_only', book.language))}</p>\n")
    parts.append(_options(book, one))
    parts.append(_bins(book, one))
    parts.append("</article>\n")
    return "".join(parts)


def _texts(book: Book, texts: Texts, key: str) -> list[str]:
    """A paragraph for each language that has the text; which language is told where there are several."""
    found = []
    for language in book.languages:
        text = book.text(texts, language)
        if text:
            heading = word(f"{key}_in", book.language, language) if language else word(key, book.language)
            found.append(f"<p><strong>{_safe(heading)}:</strong> <span{_lang(language)}>{_safe(text)}</span></p>\n")
    return found


def _facts(book: Book, one: Entry) -> list[tuple[str, object]]:
    """(what, value) of all that is told in a line; what has no value is left out."""
    say = lambda key, *given: word(key, book.language, *given)  # noqa: E731
    names = [(say("name_in", FORMAT_NAMES.get(format, format)), ", ".join(one.names.get(format, ())))
             for format in book.formats]
    own = one.field
    asked = [] if own is None else [
        (say("required"), required(own, book.language)), (say("relevant"), readable(own.relevant)),
        (say("constraint"), readable(own.constraint)),
        *((say("message_in", language) if language else say("message"), book.text(own.constraint_messages, language))
          for language in book.languages),
        (say("calculate"), readable(own.calculate))]
    measured = [(say("mean"), rounded(one.summary.mean)), (say("median"), rounded(one.summary.median))]
    missing, part = one.summary.missing, share(one.summary.missing, one.rows)
    first, last = one.span
    found = [
        *names, (say("type"), say(f"type.{one.variable.type}")), *asked,
        (say("privacy"), say(f"privacy.{one.variable.privacy}")), (say("answered"), one.summary.answered),
        (say("missing"), missing if part is None else f"{missing} ({part} %)"),
        (say("distinct"), distinct(book, one)), (say("odd"), one.odd or None),
        (say("minimum" if one.is_number else "first"), first),
        *(measured if one.is_number and one.shown else []),
        (say("maximum" if one.is_number else "last"), last),
        (say("versions"), ", ".join(one.versions)), (say("earlier"), ", ".join(one.variable.earlier_names)),
        (say("path"), one.variable.id)]
    return [(what, value) for what, value in found if value not in (None, "")]


def _list(pairs) -> str:
    lines = [f"<dt>{_safe(what)}</dt><dd>{_safe(value)}</dd>\n" for what, value in pairs]
    return f"<dl>\n{''.join(lines)}</dl>\n" if lines else ""


def _options(book: Book, one: Entry) -> str:
    if not one.options:
        return ""
    counted = any(option.count is not None for option in one.options)
    heads = [_head(word("value", book.language)), *(
        _head(word("label_in", book.language, language) if language else word("label", book.language))
        for language in book.languages)]
    lines = []
    for option in one.options:
        cells = [f'<th scope="row">{_safe(option.name)}</th>']
        cells += [f"<td{_lang(one)}>{_safe(book.text(option.labels, one))}</td>" for one in book.languages]
        lines.append("<tr>" + "".join(cells + (_counts(option.count, one) if counted else [])) + "</tr>\n")
    if one.others:
        told = _safe(word("others", book.language))
        lines.append(f'<tr><th scope="row" colspan="{1 + len(book.languages)}">{told}</th>'
                     f'{"".join(_counts(one.others, one))}</tr>\n')
    return _table(book, one, heads + (_count_heads(book) if counted else []), lines)


def _bins(book: Book, one: Entry) -> str:
    """The bars of numbers, dates or times, with their table."""
    found = list(one.whens)
    for bin in one.bins:
        low = one.span[0] if bin.low is None else bin.low
        high = one.span[1] if bin.high is None else bin.high
        if one.summary.whole and bin.high is not None:
            high -= 1
        found.append((f"{low}" if low == high else f"{low} – {high}", bin.count))
    lines = [f'<tr><th scope="row">{_safe(told)}</th>{"".join(_counts(often, one))}</tr>\n'
             for told, often in found]
    return _table(book, one, [_head(word("range", book.language)), *_count_heads(book)], lines) if lines else ""


def _table(book: Book, one: Entry, heads: list[str], lines: list[str]) -> str:
    caption = _safe(word("distribution", book.language, one.variable.name))
    return (f"<table>\n<caption>{caption}</caption>\n<thead><tr>{''.join(heads)}</tr></thead>\n"
            f"<tbody>\n{''.join(lines)}</tbody>\n</table>\n")


def _head(text: str, number: bool = False) -> str:
    return f'<th scope="col"{" class=n" if number else ""}>{_safe(text)}</th>'


def _count_heads(book: Book) -> list[str]:
    return [_head(word("count", book.language), True), _head(word("share", book.language), True),
            _head(word("bar", book.language))]


def _counts(count: int | None, one: Entry) -> list[str]:
    """The cells of a count: the number, its share of the answers, and the share as a bar."""
    part = share(count, one.summary.answered)
    bar = "" if part is None else (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect width="{min(part, 100)}" height="10"></rect></svg>')
    told = "" if part is None else f"{part} %"
    return [f'<td class="n">{"" if count is None else count}</td>', f'<td class="n">{told}</td>', f"<td>{bar}</td>"]


def _lang(language: str) -> str:
    code = code_of(language)
    return (f' lang="{code}"' if code else "") + ' dir="auto"'


def _safe(value: object) -> str:
    """The value as text of a page: nothing in it is markup, nothing in it may not stand in HTML."""
    return escape(_UNSEEN.sub("\ufffd", str(value)), quote=True)
