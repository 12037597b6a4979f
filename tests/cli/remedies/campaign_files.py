"""Messages about the campaign file, init, export and import."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.cli.conftest import Ended
from tests.cli.remedies.desk import CAMPAIGN, LIFE, Desk, case, meant, plain, words_of


@case("optimize init")
def no_campaign_file(desk: Desk) -> Iterator[Ended]:
    desk.toml.unlink()
    ended = desk.optimize("history")
    yield ended
    yield desk.said(ended)
    yield desk.optimize("history")


@case("delete it and run: optimize init", "save it as UTF-8 text", "give the name of a campaign file")
def files_that_are_no_campaign(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("")
    yield ended
    desk.toml.unlink()
    yield desk.said(ended)
    desk.toml.write_bytes('schema_version = 1\nname = "Füße"\n'.encode("cp1252"))
    yield desk.optimize("history")
    yield desk.with_file('schema_version = 1\nname = "Füße"\n')
    yield desk.run("optimize", "history", "--campaign", desk.folder)
    yield desk.optimize("history")


@case("correct that line (text needs quotes)", "start from what optimize init FILE.toml writes")
def files_that_are_no_toml(desk: Desk) -> Iterator[Ended]:
    yield desk.with_file("schema_version = 1\nname = mine\n")
    yield desk.with_file('schema_version = 1\nname = "mine"\n')
    ended = desk.with_file("schema_version = 1\nn = " + "9" * 5000)
    yield ended
    desk.toml.unlink()
    yield desk.run("optimize", "init", desk.toml)


@case("leave out comments")
def a_file_that_is_too_long(desk: Desk) -> Iterator[Ended]:
    yield desk.with_file("schema_version = 1\n" + "# what we did in May\n" * 3000)
    yield desk.with_file("schema_version = 1\n")


@case(
    "at the top, or make a new file: optimize init",
    "did you mean",
    "correct that value",
    "there",
    "did you mean",
)
def keys_and_values_of_the_file(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("n = 2\n")
    yield ended
    line = re.search(r"write (schema_version = \d+) at the top", plain(ended))
    assert line
    yield desk.with_file(f"{line[1]}\nn = 2\n")
    ended = desk.with_file("schema_version = 1\n[search]\nframework = ['copper']\n")
    yield ended
    yield desk.with_file(f"schema_version = 1\n[search]\n{meant(ended)} = ['copper']\n")
    yield desk.with_file("schema_version = 1\nn = 99\n")
    yield desk.with_file("schema_version = 1\nn = 24\n")
    yield desk.with_file("schema_version = 1\n[columns.thickness_um]\n")
    yield desk.with_file("schema_version = 1\n[columns.thickness_um]\nwas = 'felt'\n")
    ended = desk.with_file("schema_version = 1\n[objectives]\ncycle_life = 'max'\n")
    yield ended
    yield desk.with_file(f"schema_version = 1\n[objectives]\n{meant(ended)} = 'max'\n")


@case("write it as current_density_mA_cm2 = 1")
def a_condition_in_another_unit(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("schema_version = 1\n[conditions]\ncurrent_density_A_m2 = 10\n")
    yield ended
    line = re.search(r"write it as ([^.]*)\.", plain(ended))
    assert line
    yield desk.with_file(f"schema_version = 1\n[conditions]\n{line[1]}\n")


@case("name those that may be proposed, or leave the line out to allow all frameworks")
def a_search_in_nothing(desk: Desk) -> Iterator[Ended]:
    yield desk.with_file("schema_version = 1\n[search]\nframeworks = []\n")
    yield desk.with_file("schema_version = 1\n[search]\n")


@case("write the lowest and the highest value", *["widen [search] or change the electrolyte"] * 2)
def a_search_that_cannot_be(desk: Desk) -> Iterator[Ended]:
    yield desk.with_file("schema_version = 1\n[search.bounds]\nthickness_um = [50]\n")
    yield desk.with_file("schema_version = 1\n[search.bounds]\nthickness_um = [50, 200]\n")
    sulfide = CAMPAIGN.replace("n = 2", "n = 2\n[conditions]\nelectrolyte = 'lpsc'").replace(
        ', "carbon_fiber"', ""
    )
    yield desk.with_file(sulfide)
    yield desk.with_file(re.sub("frameworks.*\n", "", sulfide))
    yield desk.with_file(sulfide)
    yield desk.with_file(sulfide.replace("lpsc", "liquid_ether"))


@case("did you mean", "name a column of results-template.csv", "or leave [columns.")
def own_names_that_cannot_be(desk: Desk) -> Iterator[Ended]:
    ended = desk.with_file("schema_version = 1\n[columns.thicknes_um]\nwas = 'felt'\n")
    yield ended
    yield desk.with_file(f"schema_version = 1\n[columns.{meant(ended)}]\nwas = 'felt'\n")
    yield desk.with_file("schema_version = 1\n[columns.zzz]\nwas = 'felt'\n")
    yield desk.with_file("schema_version = 1\n[columns.replicate]\nwas = 'felt'\n")
    yield desk.with_file("schema_version = 1\n[columns.thickness_um]\nwas = 'porosity_top'\n")
    yield desk.with_file("schema_version = 1\n")


@case(
    "write such as methods = [", "to make.methods, or remove the table", "write [make.rolling] on a line of its own",
    "write such as agents = [", "write the lowest and the highest value", "give two numbers within these limits",
    "did you mean", "did you mean", "write one of these, or remove it", "correct that value",
)  # fmt: skip
def what_a_laboratory_makes(desk: Desk) -> Iterator[Ended]:
    def with_section(lines: str) -> Ended:
        return desk.with_file(CAMPAIGN + lines)

    has = "[make]\nmethods = ['electrospinning', 'sputtering', 'rolling']\n"
    for wrong, right in (
        ("[make]\nmethods = 'rolling'\n", "[make]\nmethods = ['rolling']\n"),
        (
            "[make]\nmethods = ['rolling']\n[make.bought]\n",
            "[make]\nmethods = ['rolling', 'bought']\n[make.bought]\n",
        ),
        ("[make]\nrolling = 3\nmethods = ['rolling']\n", "[make]\nmethods = ['rolling']\n[make.rolling]\n"),
        (has + "[make.sputtering]\nagents = 'silver'\n", has + "[make.sputtering]\nagents = ['silver']\n"),
        (has + "[make.rolling]\npore_size_um = [1]\n", has + "[make.rolling]\npore_size_um = [1, 20]\n"),
        (has + "[make.rolling]\nporosity = [0.9, 0.6]\n", has + "[make.rolling]\nporosity = [0.6, 0.9]\n"),
    ):
        yield with_section(wrong)
        yield with_section(right)
    for wrong in (
        has + "[make.roling]\nporosity = [0.6, 0.9]\n",
        has + "[make.rolling]\nporosities = [0.6, 0.9]\n",
    ):
        ended = with_section(wrong)
        yield ended
        yield with_section(wrong.replace("roling" if "roling" in wrong else "porosities", meant(ended)))
    yield with_section("[cells]\nper_hosts = 2\n")
    yield with_section("[cells]\nper_host = 2\n")
    yield with_section("[cells]\nper_host = 0\n")
    yield with_section("[cells]\nper_host = 1\n")


@case("let it end in .toml", "give another name, or remove it first", "make the folder")
def init_writes_where_it_can(desk: Desk) -> Iterator[Ended]:
    yield desk.run("optimize", "init", desk.folder / "new.txt")
    yield desk.run("optimize", "init", desk.folder / "new.toml")
    yield desk.run("optimize", "init", desk.folder / "new.toml")
    (desk.folder / "new.toml").unlink()
    yield desk.run("optimize", "init", desk.folder / "new.toml")
    yield desk.run("optimize", "init", desk.folder / "none" / "new.toml")
    (desk.folder / "none").mkdir()
    yield desk.run("optimize", "init", desk.folder / "none" / "new.toml")


@case(
    *["give another name, or remove the file: only an earlier export of this campaign is replaced"] * 2,
    "give the name of a file",
    "give another folder",
)
def export_replaces_nothing_else(desk: Desk) -> Iterator[Ended]:
    other = desk.write("mine", "notes.json")
    yield desk.optimize("export", other)
    yield desk.optimize("export", desk.folder / "sent.json")
    assert other.read_text() == "mine"
    theirs = desk.folder / "theirs.toml"
    theirs.write_text(CAMPAIGN)
    yield desk.run("optimize", "export", desk.folder / "sent.json", "--campaign", theirs)
    yield desk.run("optimize", "export", desk.folder / "theirs.json", "--campaign", theirs)
    (desk.folder / "sent.json").unlink()
    yield desk.run("optimize", "export", desk.folder / "sent.json", "--campaign", theirs)
    (desk.folder / "sent.json").unlink()
    yield desk.optimize("export", desk.folder)
    yield desk.optimize("export", desk.folder / "sent.json")
    yield desk.optimize("report", "--out", other)
    yield desk.optimize("report", "--out", desk.folder / "page")


@case("check its name", "export the campaign again", "export the campaign again", "give another name with --campaign",
      "let it end in .toml")  # fmt: skip
def import_takes_what_was_exported(desk: Desk) -> Iterator[Ended]:
    sent, new = desk.folder / "sent.json", desk.folder / "new.toml"

    def imported(file: Path, campaign: Path = new) -> Ended:
        return desk.run("optimize", "import", file, "--campaign", campaign)

    assert desk.optimize("export", sent).code == 0
    text = sent.read_text()
    yield imported(desk.folder / "snt.json")
    yield imported(sent)
    for damaged in (text[:-9], text.replace("copper", "nickel")):
        new.unlink(), new.with_suffix(".db").unlink()
        sent.write_text(damaged)
        ended = imported(sent)
        yield ended
        sent.unlink()
        assert desk.said(ended, **{"FILE.json": sent}).code == 0
        yield imported(sent)
    yield imported(sent)
    yield imported(sent, desk.folder / "newer.toml")
    yield imported(sent, desk.folder / "newest.txt")
    yield imported(sent, desk.folder / "newest.toml")


@case(
    "move that file away, or give the campaign file another name", "that file is something else; move it away"
)
def a_store_that_is_something_else(desk: Desk) -> Iterator[Ended]:
    import sqlite3

    store = desk.toml.with_suffix(".db")
    for k in range(2):
        store.unlink(missing_ok=True)
        if k:
            store.write_text("this is no database, and long enough to be one" * 30)
        else:
            connection = sqlite3.connect(store)
            connection.execute("create table theirs (a)")
            connection.close()
        yield desk.own({LIFE: 300 + k})
        store.rename(desk.folder / f"away{k}.db")
        yield desk.own({LIFE: 300 + k})


@case(
    "leave it out, and write it to the file ~/.pgpass",
    "leave the line out to keep cells beside this file",
    "check the address",
)
def a_store_that_cannot_be_named(desk: Desk) -> Iterator[Ended]:
    """The same address without the password is a store: it is given to init, which reaches none."""
    ended = desk.with_file("schema_version = 1\nstore = 'postgresql://anna:secret@db/lab'\n")
    yield ended
    address = words_of(ended, r"got '(\S+)'")[0].replace("***@", "anna@")
    yield desk.run("optimize", "init", desk.folder / "team.toml", "--store", address)
    yield desk.with_file("schema_version = 1\nstore = 'sqlite:///mine.db'\n")
    yield desk.with_file("schema_version = 1\n")
    yield desk.run("optimize", "init", desk.folder / "other.toml", "--store", "db/lab")
    yield desk.run("optimize", "init", desk.folder / "other.toml", "--store", "postgresql://db/lab")
