"""No line ends between a number and its unit."""

from __future__ import annotations

import pytest

from surrogate.report.line_breaks import kept_together
from surrogate.report.style import environment


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a 90 % interval", "a 90~% interval"),
        ("in 12 cells, 3 of 4", "in 12 cells, 3 of 4"),
        ("1.5 mA cm⁻² and 20 mAh g⁻¹", "1.5~mA~cm⁻² and 20~mAh~g⁻¹"),
        ("8.5 vol. %, 14 wt. %", "8.5~vol.~%, 14~wt.~%"),
        ("× 1.2 (± 3 mV, ≥ 600\n cycles)", "×~1.2 (±~3~mV, ≥~600~cycles)"),
        ("2 Shells, 3 hosts, 5 h", "2 Shells, 3 hosts, 5~h"),
        ("5 Ω cm² at 25 °C", "5~Ω~cm² at 25~°C"),
        ('<p title="5 %">5 %</p><pre>5 %</pre><b>6 %</b>', '<p title="5 %">5~%</p><pre>5 %</pre><b>6~%</b>'),
        ("<style>a{width:5 %}</style>5 %", "<style>a{width:5 %}</style>5~%"),
        ("<svg><text>5 %</text></svg> 5 %", "<svg><text>5 %</text></svg> 5~%"),
    ],
)  # fmt: skip
def test_numbers_keep_their_units(text: str, kept: str) -> None:
    assert kept_together(text).replace("\N{NO-BREAK SPACE}", "~") == kept


def test_every_page_is_written_so() -> None:
    made = environment().from_string("<p>{{ share }} % of <b>{{ number }}</b></p>")
    assert (
        made.render(share=90, number="5 µm") == "<p>90\N{NO-BREAK SPACE}% of <b>5\N{NO-BREAK SPACE}µm</b></p>"
    )
