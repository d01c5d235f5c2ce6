"""The one writer of small tables."""

from wordneg.evaluation import html_table, text_table

HEADS = ["", "one", "two"]
ROWS = [["first", "1", "<b>"], ["second one", "", "22"]]


def test_columns_line_up():
    assert text_table(HEADS, ROWS).splitlines() == [
        "            one  two",
        "first         1  <b>",
        "second one        22",
    ]
    assert text_table(HEADS, ROWS, left=3).splitlines()[1:] == ["first       1    <b>", "second one       22"]


def test_wide_tables_are_cut_into_parts():
    heads = [f"sampler-{n}" for n in range(15)]
    table = text_table(["", *heads], [["a", *["1"] * 15], ["bcd", *["22"] * 15]], width=120)
    parts = table.split("\n\n")
    assert len(parts) == 2
    assert all(len(line) <= 120 for line in table.splitlines())
    assert parts[1].splitlines()[0].split() == heads[len(parts[0].splitlines()[0].split()) :]


def test_html_shows_what_is_written_and_names_rows_and_columns():
    page = html_table(HEADS, ROWS, ["a < b"], caption="R&D")
    assert "&lt;b&gt;" in page
    assert "a &lt; b" in page
    assert "R&amp;D</caption>" in page
    assert page.count('scope="col"') == 3
    assert page.count('scope="row"') == 2
    assert "<p" not in html_table(HEADS, ROWS)
    assert "<caption" not in html_table(HEADS, ROWS)
