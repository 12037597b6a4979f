"""The terminal: ``optimize`` and ``surrogate``.

The two modules of that name import nothing heavy, so that ``--help`` answers at once; the work of a command
stands in a module of its own that is imported when the command runs. Results go to stdout, the rest to
stderr.
"""
