"""The terminal: ``optimize`` and ``surrogate``.

Modules with commands import nothing heavy at their top, so that ``--help`` answers at once; the work of a
command stands in a module of its own that is imported when the command runs. Results go to stdout, all else to
stderr.
"""
