"""What a person reads: the description of a host, the figures and the self-contained HTML report.

    from surrogate.report.summary import describe       # light: the terminal uses it
    from surrogate.report.figures import figures        # plotly figures, for MLflow too
    from surrogate.report.html import write_report

Nothing is imported here, so that the terminal does not wait for plotly.
"""
