"""What a recipe card says of a proposed host, as typed data and as text; how it looks is up to the page.

Data flow: a batch, its campaign and what is believed of its hosts together (``campaign.comparison``, which comes with
``campaign.batch.Batch`` and goes with ``cli.batch_files.BatchContext``)
-> :func:`~surrogate.report.cards.card.cards_of` -> a :class:`~surrogate.report.cards.card.Card` for each row::

    cards = cards_of(batch, campaign, comparison, planned)   # the last two may be None
    cards[0].make      # Make: layers and their grams, the mass to check, route, tolerances, agents, cost, hazards
    cards[0].test      # CyclingTest: control, cells to build and why, conditions, when to stop
    cards[0].why       # Why: physics / literature / cells, worth of each feature, the simplest host, chances, limits
    decision_of(batch, campaign, comparison)                 # Decision or None: the first line of a report
    next_of(batch, campaign, folder)                         # Next: the command to tell, template, cell ids

``words`` writes all of it as lines (label, text), ``markdown`` as a page. Every number is a float with its unit
in its name; every ``*_text`` or ``text`` is ready to print, with three significant digits at most. Nothing here makes
HTML.

======================  ==============================================================
``layers``              Layer, Part: a host cut into layers of uniform make, weighed
``make``                Make, Tolerance
``agents``              Agents: what may be put on instead
``route``               Route, Step
``cycling``             CyclingTest, Replicates, StopRule
``bars``                Bar: what the cells have to show in each objective, and how likely they do
``why``                 Why, Chance
``answers``             Answer, Split: what is predicted beside the control, and what brings it
``worths``              Worth, Simplest: what each feature is worth, and what may be left out
``against``             a host against its control: numbers and words that the others share
``decision``            Decision
``next_steps``          Next
``card``                Card, ``cards_of``
``words``               lines and cells of text of all of these
``markdown``            their Markdown
======================  ==============================================================
"""
