"""Where a line of a page must not end: between a number and its unit, and between a sign and its number.

Data flow: a rendered page -> its text, without what is never broken (code, drawings) or never shown (styles, scripts)
-> the same with spaces that do not break. The engine of all pages does it (``style.environment``).
"""

from __future__ import annotations

import re

NO_BREAK = "\N{NO-BREAK SPACE}"
_UNITS = (
    "%", "µm", "nm", "mm", "mg", "cm²", "mA", "mAh", "mV", "MPa", "°C", "Ω", "S", "h", "cycles", "days", "points",
    "USD", "cents", "cent", "vol.", "wt.",
)  # fmt: skip
_KEPT = re.compile(r"<(style|script|pre|code|svg|title)\b.*?</\1>|<[^>]*>", re.DOTALL)
_SPACE = re.compile(
    rf"(?<=[\d∞])\s+(?=(?:{'|'.join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))})(?![\w]))"
    r"|(?:(?<=vol\.)|(?<=wt\.))\s+(?=%)"  # 45 vol. %
    r"|(?<=\w)\s+(?=(?:cm|g|m)⁻[¹²])"  # mA cm⁻²
    r"|(?<=Ω)\s+(?=cm²)"
    r"|(?<=[×±≥≤])\s+(?=\d)"
)


def kept_together(page: str) -> str:
    """Replace the spaces of a page at which no line may end.

    Parameters
    ----------
    page : str
        HTML; a part of it between two tags is looked at by itself.

    Returns
    -------
    str
        Tags and what stands in drawings and code are as they were.
    """
    parts, at = [], 0
    for kept in _KEPT.finditer(page):
        parts += [_SPACE.sub(NO_BREAK, page[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*parts, _SPACE.sub(NO_BREAK, page[at:])])
