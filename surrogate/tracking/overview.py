"""The page to read first of a run: a few tables in one small HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_STYLE = """
body{font:14px/1.5 system-ui,sans-serif;color:#1d2430;background:#fff}
main{max-width:60rem;margin:1.5rem auto;padding:0 1rem}
h1{font-size:1.4rem;line-height:1.3}li,p,h2{overflow-wrap:anywhere}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .45rem;border-bottom:1px solid #d5dae2;text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}th{font-weight:600;white-space:normal;vertical-align:bottom}
"""


def overview_page(
    title: str, lead: Sequence[str], parts: Sequence[tuple[str, Sequence[Sequence[str]]]]
) -> str:
    """Write the page.

    Parameters
    ----------
    title : str
        What came out, in a line.
    lead : sequence of str
        Sentences below it, a paragraph each.
    parts : sequence of (heading, rows)
        Rows of equally many cells make a table, the first its heading; rows of one cell make a list. A part
        without rows is left out.

    Returns
    -------
    str
        HTML.
    """
    body = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(line)}</p>" for line in lead)]
    for heading, rows in parts:
        if rows:
            body += [f"<h2>{escape(heading)}</h2>", _list(rows) if len(rows[0]) == 1 else _table(rows)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>{''.join(body)}</main></body></html>"
    )


def _list(rows: Sequence[Sequence[str]]) -> str:
    return "<ul>" + "".join(f"<li>{escape(row[0])}</li>" for row in rows) + "</ul>"


def _table(rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
