"""Odd bodies, names and parameters on every verb of every route: never a 500, always in shape."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import Entity
from tests import builders
from tests.wire import KINDS, at, kind_of, refused, told

pytestmark = pytest.mark.django_db
UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def model(db):
    return builders.a_model(owners=builders.with_references([builders.a_user("alice")]))


BODIES = (
    b"",
    b" ",
    b"null",
    b"true",
    b"0",
    b"-1",
    b"1e308",
    b'""',
    b'"x"',
    b"[]",
    b"[[]]",
    b"[null]",
    b"[1]",
    b'["x"]',
    b"[{}]",
    b"{}",
    b'{"":1}',
    b'{"id":null}',
    b'{"id":[]}',
    b'{"name":[],"service":{},"columns":1,"tags":{},"owners":"x","edge":[]}',
    b'{"name":{"a":1},"email":[],"teams":5,"serviceType":[],"domains":[[]]}',
    b'{"edge":{"fromEntity":[],"toEntity":5}}',
    b'{"updatedVoteType":{}}',
    b'[{"op":"add","path":"/tags/0","value":5}]',
    b'[{"op":"replace","path":"/name","value":[]}]',
    b'[{"op":"add","path":"/description","value":{}}]',
    b'[{"op":"add","path":"/owners","value":{"a":1}}]',
)
BROKEN = (
    b"{",
    b"[",
    b'{"a":}',
    b"{'a':1}",
    b"nul",
    b"NaN",
    b"Infinity",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"a=b",
    b"<a/>",
    b'"\xed\xa0\x80"',
    b'{"name":"\\ud800"}',
    b'{"name":"\x00"}',
    b'{"name":"\\u0000"}',
    b'{"\\u0000":1}',
    b'[[["a\\u0000"]]]',
    b"[" * 2000 + b"]" * 2000,
    b'{"a":' * 65 + b"1" + b"}" * 65,
    b"[" * 65 + b'"\\u0000"' + b"]" * 65,
)


def routes(resolver=None, prefix=""):
    """Yield a path below the API's root for each of its routes, and what it can hold."""
    if resolver is None:
        api = next(
            found
            for found in get_resolver().url_patterns
            if isinstance(found, URLResolver) and str(found.pattern) == "api/v1/"
        )
        yield from routes(api)
        return
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from routes(found, prefix + str(found.pattern))
        elif isinstance(found, URLPattern) and not str(found.pattern).startswith("^"):
            yield prefix + str(found.pattern)


ROUTES = sorted(set(routes()))
# All kinds share their views: all is tried on those with ways of their own, a part elsewhere.
OWN_WAYS = ("mlmodels", "tables", "users", "tags", "services/mlmodelServices", "lineage", "events")
TYPICAL = [route for route in ROUTES if route.startswith(OWN_WAYS)]
ODD = ("%00", "%FF", "x", "%F0%9F%92%A5", "a%2Fb", "%22", "'", "..", "name", UUID)


def filled(route, model, text):
    """Return the route's path with ids that are there and `text` for everything else."""
    for name in ("pk", "source", "target", "to_pk", "user"):
        route = route.replace(f"<id:{name}>", str(model.pk))
    for name in ("kind", "to_kind", "source", "version"):
        route = route.replace(f"<str:{name}>", text)
    return route.replace("<fqn:name>", text)


def is_well(answer):
    """Assert that an answer is a success or a refusal as the wire knows them."""
    if answer.status_code >= 400:
        refused(answer, answer.status_code)
        assert answer["Content-Type"] == "application/json"
    else:
        assert answer.status_code in (200, 201, 202)


def test_the_routes_are_known():
    assert len(ROUTES) > 17 * 10
    assert "lineage" in ROUTES
    assert "mlmodels/<id:pk>/vote" in ROUTES
    assert not any("<" in filled(route, builders.a_shell(), "x") for route in ROUTES)


@pytest.mark.parametrize("verb", ["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_no_body_on_any_route_is_a_500(api, model, verb):
    of_kind = {"users": builders.a_user("zoe"), "tables": builders.what_churn_needs()}
    for route in ROUTES:
        entity = of_kind.get(route.partition("/")[0], model)
        path = filled(route, entity, "x")
        answer = api(verb, path)
        if verb != "HEAD":
            is_well(answer)
        if answer.status_code == 405 or verb not in ("PUT", "POST", "PATCH", "DELETE"):
            continue
        for body in BODIES if route in TYPICAL else BODIES[::7]:
            is_well(api(verb, path, raw=body))
            Entity.objects.filter(pk=entity.pk).update(deleted=False)
    # Nothing of that may have left a mark that cannot be read.
    for kind in KINDS:
        told(api.get(kind_of(kind).collection, fields="*", include="all", limit=100))


@pytest.mark.parametrize("verb", ["PUT", "POST", "PATCH"])
def test_what_is_no_json_is_400_on_every_route(api, model, verb):
    for route in ROUTES:
        path = filled(route, model, "x")
        if api(verb, path, raw=b"{").status_code not in (404, 405):
            for body in BROKEN if route in ("mlmodels", "lineage") else BROKEN[-4:]:
                refused(api(verb, path, raw=body), 400)


def test_what_is_wrong_with_a_body_is_told(api):
    refused(api.put("mlmodels", raw=b"{"), 400, "The body is not valid JSON")
    refused(api.put("mlmodels", raw=b'{"a":"\\u0000"}'), 400, "NUL")
    refused(api.put("mlmodels", raw=b'{"a":' * 65 + b"1" + b"}" * 65), 400, "nested deeper")


def test_no_name_on_any_route_is_a_500(api, model):
    for route in TYPICAL:
        for text in ODD if "<str:" in route or "<fqn:" in route else ():
            for verb in ("GET", "PUT", "PATCH", "DELETE"):
                is_well(api(verb, filled(route, model, text), raw=b"[]"))


PARAMETERS = ("\0", "é", "-1", "x" * 3000, "9" * 400, ",,,")
NAMES = (
    "limit offset before after include fields service database databaseSchema domain parent "
    "directChildrenOf team isBot isAdmin parentTeam isJoinable upstreamDepth downstreamDepth "
    "entityCreated entityUpdated entityDeleted timestamp changeSource"
).split()


@pytest.mark.parametrize("text", PARAMETERS, ids=lambda text: ascii(text[:4]))
def test_no_parameter_on_any_route_is_a_500(api, model, text):
    for route in TYPICAL:
        path = filled(route, model, "x")
        if api.get(path).status_code == 405:
            continue
        is_well(api.get(path, **dict.fromkeys(NAMES, text)))
        for name in NAMES if "/" not in route or "versions" in route else ():
            is_well(api.get(path, **{name: text}))
    is_well(api.patch(at(model), [], changeSource=text))
    is_well(api.delete(at(model), recursive=text, hardDelete=text))
