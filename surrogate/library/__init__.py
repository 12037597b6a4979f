"""What the commands do, for scripts: a campaign with its store and the champion, and tables of designs.

The commands call the same functions, so that a script and a command answer alike.
"""

MOST_SEED = 2**32 - 1  # what every random generator underneath takes
