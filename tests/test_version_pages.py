"""The Versions tab, two versions compared, and an entity as it was."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import lifecycle
from catalog.links import page_url, verb_url
from catalog.models import EntityVersion
from catalog.web.word_diff import MOST_PIECES, marked, readable
from tests import builders as make


def text_of(answer):
    return answer.content.decode()


def address(entity, **query):
    url = f"{page_url(entity.entity_type, entity.fully_qualified_name)}?tab=versions"
    return url + "".join(f"&{name}={value}" for name, value in query.items())


def compared(entity, **query):
    url = verb_url("compare", entity.entity_type, entity.fully_qualified_name)
    return url + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def was(entity, version):
    kind, name = page_url(entity.entity_type, entity.fully_qualified_name)[1:].split("/", 1)
    return f"/version/{kind}/{version}/{name}"


@pytest.fixture
def reader(client, charlie):
    client.force_login(charlie)
    return client


@pytest.fixture
def model(admin):
    """A model of four versions: created, described, with another algorithm, with an owner."""
    model = make.a_model(description="It tells who is about to leave.")
    for number, change in enumerate(
        (
            {"description": "It tells <b>who</b> will leave."},
            {"algorithm": "lightgbm"},
            {"owners": [{"id": str(admin.pk), "type": "user"}]},
        )
    ):
        lifecycle.update(model, change, actor=admin)
        age = timedelta(hours=4 - number)  # or the next edit would continue this one
        for rows in (EntityVersion.objects.filter(entity=model.pk), type(model).objects.all()):
            for row in rows.order_by("-version")[:1]:
                type(row).objects.filter(pk=row.pk).update(updated_at=row.updated_at - age)
        model.refresh_from_db()
    return model


def test_the_timeline_is_newest_first_with_authors_sentences_and_majors(reader, model):
    page = text_of(reader.get(address(model)))
    entries = page.split('<ol class="timeline">')[1].split("</ol>")[0].split("<li")[1:]
    text = "".join(entries)
    places = [text.index(f"v{version}") for version in ("1.3", "1.2", "0.2", "0.1")]
    assert places == sorted(places)
    assert text.count("<span>major</span>") == 1
    for words in (
        "Added the owner ada",
        "Changed the algorithm from “xgboost” to “lightgbm”",
        "Changed the description",
        "Created it",
        "<strong>ada</strong>",
        "<strong>system</strong>",
    ):
        assert words in text
    assert f'href="{was(model, "1.2")}"' in text
    assert f'href="{compared(model)}to=1.2&amp;from=0.2"' in text


def test_a_long_history_has_pages(reader):
    for number in range(45):
        table = make.a_table(retentionPeriod=f"P{number}D")
    first = text_of(reader.get(address(table)))
    assert "v4.5<" in first
    assert "v2.5<" not in first
    assert "45 versions" in first
    older = text_of(reader.get(address(table, after="2.6")))
    assert "v2.5<" in older
    assert "v2.6<" not in older
    last = text_of(reader.get(address(table, after="0.6")))
    assert "Created it" in last
    assert 'rel="next"' not in last
    newer = text_of(reader.get(address(table, before="0.5")))
    assert "v0.6<" in newer
    assert "v2.5<" in newer
    assert "v0.5<" not in newer
    assert "Created it" not in newer
    assert 'rel="prev"' in newer
    assert 'rel="next"' in newer
    assert 'rel="prev"' not in text_of(reader.get(address(table, before="2.5")))


def test_ten_versions_cost_what_one_costs(reader):
    asked = []
    for number in (1, 10):
        for n in range(number):
            table = make.a_table(f"t{number}", retentionPeriod=f"P{n}D")
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(address(table)).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("cursor", ["x", "-1", "NaN", "1e99", "%00", "Infinity"])
def test_a_cursor_that_is_no_version_is_refused_politely(reader, cursor):
    assert reader.get(address(make.a_table(), after=cursor)).status_code == 400
    assert reader.get(address(make.a_table(), before=cursor)).status_code == 400


# --- Comparing ---


def test_two_versions_are_compared_field_by_field_and_word_by_word(reader, model):
    page = text_of(reader.get(compared(model, **{"from": "0.1", "to": "1.3"})))
    assert "It tells <del>" not in page  # the words around stay as they are
    assert "&lt;<ins>" in page or "<ins>&lt;" in page
    assert "<b>who</b>" not in page
    assert "<del>xgboost</del>" in page
    assert "<ins>lightgbm</ins>" in page
    assert "Owner ada" in page


def test_by_default_the_newest_two_are_compared(reader, model):
    page = text_of(reader.get(compared(model)))
    assert "1.2 → 1.3" in page
    assert "Owner ada" in page
    assert "lightgbm" not in page
    assert "0.1 → 0.2" in text_of(reader.get(compared(model, to="0.2")))


def test_the_order_may_be_turned(reader, model):
    page = text_of(reader.get(compared(model, **{"from": "1.3", "to": "0.1"})))
    assert "1.3 → 0.1" in page
    assert "<ins>xgboost</ins>" in page


def test_a_version_compared_with_itself_is_the_same(reader, model):
    page = text_of(reader.get(compared(model, **{"from": "0.2", "to": "0.2"})))
    assert "one and the same version" in page
    only = make.a_table()
    assert "one and the same version" in text_of(reader.get(compared(only)))


def test_features_are_compared_one_by_one(reader):
    make.a_model()
    sources = [{"name": "amount", "dataType": "number"}]
    model = make.a_model(
        mlFeatures=[make.sales_feature(featureSources=sources, description="Words")],
        mlHyperParameters=[{"name": "eta", "value": "0.1"}],
    )
    page = text_of(reader.get(compared(model, **{"from": "0.1", "to": str(model.version)})))
    assert "Feature sales" in page
    assert "Feature persona" in page
    assert "Hyperparameter eta" in page
    assert "Hyperparameter max_depth" in page
    assert "<del>3</del>" in page
    assert "<ins>1</ins>" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"from": "0.1", "to": "9.9"}, 404),
        ({"from": "9.9"}, 404),
        ({"from": "x"}, 400),
        ({"to": "NaN"}, 400),
        ({"to": "-1"}, 400),
        ({"from": "1e40"}, 400),
        ({"to": "0.11"}, 404),
    ],
)
def test_versions_that_are_none_are_no_server_error(reader, query, status):
    assert reader.get(compared(make.a_table(), **query)).status_code == status


def test_choosing_other_versions_swaps_a_fragment(reader, model):
    answer = reader.get(compared(model), headers={"HX-Request": "true"})
    assert "<html" not in text_of(answer)
    assert "1.2 → 1.3" in text_of(answer)


# --- As it was ---


def test_an_old_version_is_read_whole(reader, model):
    page = text_of(reader.get(was(model, "0.1")))
    assert "You are reading an old version" in page
    for words in (
        "It tells who is about to leave.",
        "xgboost",
        "left_within_90_days",
        "s3://models/churn",
        "persona",
        "PCA",
        "What kind of customer this is.",
        "max_depth",
        "How deep a tree may grow.",
        "warehouse.shop.public.orders",
    ):
        assert words in page, words
    assert "lightgbm" not in page
    assert 'rel="next"' in page
    assert 'rel="prev"' not in page
    newest = text_of(reader.get(was(model, "1.3")))
    assert "This is the newest version" in newest
    assert 'rel="next"' not in newest
    assert "/user/ada" in newest


def test_an_old_table_shows_its_nested_columns_and_tags(reader):
    address = make.a_column("address STRUCT", "city STRING PII.Sensitive")
    table = make.a_table("people", address)
    page = text_of(reader.get(was(table, "0.1")))
    assert '<tr data-depth="1"><th scope="row"><code class="name">city</code>' in page
    assert "/tag/PII.Sensitive" in page


@pytest.mark.parametrize("version", ["9.9", "0.11", "x", "NaN", "-1", "1e99", "0.1.2"])
def test_a_version_that_never_was_is_not_found(reader, version):
    assert reader.get(was(make.a_table(), version)).status_code in (400, 404)


# --- Marking words, pure ---


def test_words_are_marked_where_they_differ():
    old, new = marked("the quick fox", "the slow fox")
    assert old == "the <del>quick</del> fox"
    assert new == "the <ins>slow</ins> fox"


def test_what_is_marked_is_escaped():
    old, new = marked("<i> & a", "<i> & <script>")
    assert "<i>" not in old + new
    assert "<script>" not in new
    assert re.sub(r"</?ins>", "", new) == "&lt;i&gt; &amp; &lt;script&gt;"


@pytest.mark.parametrize("break_every", [7, 1])
def test_long_texts_are_compared_by_lines_or_not_at_all_but_never_for_long(break_every):
    words = [f"word{n}" + ("\n" if n % break_every == 0 else "") for n in range(MOST_PIECES)]
    old, new = marked(" ".join(words), " ".join([*words[:-1], "other"]))
    assert "other" in new
    assert ("<del>" in old) == (break_every == 7)


def test_values_are_read_as_lines():
    value = {"name": "a", "sources": [{"name": "x", "n": 1}, "y"], "on": True, "none": None}
    assert readable(value) == "name: a\nsources:\n  - name: x\n    n: 1\n  - y\non: yes"
