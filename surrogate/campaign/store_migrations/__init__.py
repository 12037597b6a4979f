"""How the tables of a campaign store came to be what they are, for alembic: a script for each version.

A change of ``store_schema`` is a new script in ``versions`` whose revision is the new ``SCHEMA_VERSION``;
``tests/campaign/test_store_versions.py`` compares where the scripts lead with the tables of ``store_schema``. Scripts
name their columns themselves: what they do does not change with the program.
"""
