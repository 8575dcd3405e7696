"""Markdown from people and robots becomes HTML that can do nothing but be read."""

import pytest

from catalog.web.markdown import gist, render_markdown

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&#58;alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="https://example.com" onclick="alert(1)" style="position:fixed">x</a>',
    "<iframe src='https://example.com'></iframe>",
    "<form action='/delete'><button>Free</button></form>",
    "<style>body { display: none }</style>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    '<div class="notice bad" id="main">Your account is locked</div>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_is_harmless(text):
    html = render_markdown(text).lower()

    for forbidden in (
        "<script", "<img", "<svg", "<iframe", "<form", "<button", "<style", "<math",
        "onerror=", "onclick=", "style=", "class=", "id=", 'href="javascript', 'href="data',
    ):  # fmt: skip
        assert forbidden not in html.replace("&lt;", "").replace("&quot;", "")


def test_markdown_becomes_html():
    html = render_markdown("**Weekly** score, `churned`\n\n| a | b |\n|---|---|\n| 1 | ~~2~~ |")

    assert "<strong>Weekly</strong>" in html
    assert "<code>churned</code>" in html
    assert "<td>1</td>" in html
    assert "<s>2</s>" in html


def test_harmless_html_of_connectors_stays():
    html = render_markdown("<p>From <strong>dbt</strong><br>daily</p>")

    assert html == "<p>From <strong>dbt</strong><br>daily</p>"


def test_links_do_not_tell_where_they_were_followed():
    html = render_markdown("[docs](https://example.com/a?b=1&c=2)")

    assert 'href="https://example.com/a?b=1&amp;c=2"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_headings_stay_below_those_of_the_page():
    html = render_markdown("# One\n\nTwo\n===\n\n###### Six\n\n<h1>Raw</h1>")

    assert "<h3>One</h3>" in html
    assert "<h3>Two</h3>" in html
    assert "<h6>Six</h6>" in html
    assert "<h1" not in html
    assert "Raw" in html


def test_a_picture_is_a_link_so_that_nothing_is_loaded_from_elsewhere():
    html = render_markdown('![a "plot"](https://example.com/plot.png)')

    assert "<img" not in html
    assert 'href="https://example.com/plot.png"' in html
    assert 'a "plot"</a>' in html


def test_no_text_is_no_html():
    assert render_markdown("") == ""


def test_deep_nesting_ends():
    assert render_markdown("> " * 5_000 + "deep")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Scores each customer **once a week**.", "Scores each customer once a week."),
        ("# Title\n\nFirst `line`\nsecond\n\n* item", "Title First line second item"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A B 1 2"),
        ("See [the page](https://example.com) ![a picture](x.png)", "See the page a picture"),
        ("<b>bold</b> & <script>alert(1)</script>", "bold & alert(1)"),
        ("snake_case_stays", "snake_case_stays"),
        ("", ""),
    ],
)
def test_the_gist_of_a_text_has_no_marks(text, words):
    assert gist(text) == words


def test_the_gist_of_a_long_text_is_short():
    assert len(gist("word " * 100_000)) <= 240
    assert gist("word " * 100_000).endswith("…")
    assert len(gist("**" * 100_000)) <= 240
