"""No password of an address is left in a text, and nothing else is taken out of it."""

from __future__ import annotations

import pytest

from surrogate.passwords import without_passwords


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("got 'postgresql://lab:ge heim@127.0.0.1:1/mine'", "got 'postgresql://***@127.0.0.1:1/mine'"),
        ("got 'postgresql://lab:ge'he\"im@h/mine'.", "got 'postgresql://***@h/mine'."),
        ("postgresql://lab:a@b/c@h/mine", "postgresql://***@h/mine"),
        ("postgresql://lab:12 34@h:5432/mine", "postgresql://***@h:5432/mine"),
        ("of http://h:8000/ and postgresql://u:ge heim@h/x", "of http://h:8000/ and postgresql://***@h/x"),
        ("postgresql://h/mine?password=ge,heim&x=1", "postgresql://h/mine?password=***&x=1"),
        ("'postgresql://h/mine?password=ge'heim'.", "'postgresql://h/mine?password=***'."),
        ("host=h password='my geheim' user=u", "host=h password=*** user=u"),
        ("password = geheim", "password = ***"),
        ("{'password': 'ge heim', 'user': 'u'}", "{'password': ***, 'user': 'u'}"),
        ("invalid address 'u:geheim@127.0.0.1:1'", "invalid address '***@127.0.0.1:1'"),
        ("TOKEN=geheim;", "TOKEN=***;"),
        ("store: postgresql:/u:geheim@h/d", "store: postgresql:/***@h/d"),
        ("postgresql://h/d?pass%77ord=geheim&x=1", "postgresql://h/d?pass%77ord=***&x=1"),
        ("postgresql://h/d?options=-cpassword%3Dgeheim", "postgresql://h/d?options=-cpassword%3D***"),
    ],
)
def test_passwords_are_left_out(text: str, left: str) -> None:
    assert without_passwords(text) == left
    assert without_passwords(left) == left


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8000/docs, or write to people@example.org",
        "tcp://10.0.0.5:8786. Allowed: an address",
        "row 3, column password: not a column",
        "MLflow store: sqlite:///mlruns/mlflow.db (of /home/x)",
        "give a token of your own: any text",
        "https://example.org/a%20b?name%20of=somebody",
    ],
)
def test_what_holds_no_password_stays(text: str) -> None:
    assert without_passwords(text) == text
