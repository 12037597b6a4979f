"""The work of ``surrogate rules``: the table of what is never proposed."""

from __future__ import annotations

from surrogate.cli.console import print_result


def rules() -> None:
    """Print each rule with what is allowed, why, and who says so."""
    from surrogate.report.rule_table import rule_rows

    for row in rule_rows():
        print_result(f"{row.name}: {row.limit}\n    {row.reason} [{row.source}]")
