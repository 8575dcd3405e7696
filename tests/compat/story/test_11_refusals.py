"""Refusals: every error arrives as the SDK's APIError, with a code and words."""

import pytest
from making import feature, fqn, references, shell, source, tag, version
from metadata.generated.schema.api.data.createMlModel import CreateMlModelRequest
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.api.services.createMlModelService import CreateMlModelServiceRequest
from metadata.generated.schema.entity.data.mlmodel import MlModel
from metadata.generated.schema.entity.data.table import Column, DataType, Table
from metadata.generated.schema.entity.services.mlmodelService import MlModelServiceType
from metadata.ingestion.ometa.client import APIError


def refused(call, *arguments, **named) -> APIError:
    with pytest.raises(APIError) as caught:
        call(*arguments, **named)
    assert caught.value.code == caught.value.status_code
    assert str(caught.value)
    return caught.value


def test_an_unknown_service_is_404(metadata):
    request = CreateMlModelRequest(name="x", algorithm="y", service="no_such_service")
    for call in (metadata.create, metadata.create_or_update):
        error = refused(call, request)
        assert error.code == 404
        assert str(error) == "mlmodelService instance for no_such_service not found"


def test_an_unknown_dashboard_is_404(metadata, world):
    error = refused(metadata.create, shell(world.service, "x", dashboard="no.such"))
    assert error.code == 404
    assert str(error) == "dashboard instance for no.such not found"


def test_an_unknown_data_source_is_404(metadata, world):
    nowhere = world.table_1.model_copy(update={"id": world.alice.id})
    request = shell(world.service, "x", mlFeatures=[feature("f", source("a", "integer", nowhere))])
    error = refused(metadata.create, request)
    assert error.code == 404
    assert str(error) == f"table instance for {world.alice.id.root} not found"


def test_an_unknown_owner_is_404(metadata, world):
    nobody = world.alice.model_copy(update={"id": world.table_1.id})
    error = refused(metadata.create, shell(world.service, "x", owners=references(nobody)))
    assert error.code == 404
    assert str(error) == f"user instance for {world.table_1.id.root} not found"


def test_an_unknown_tag_is_404(metadata, world):
    error = refused(metadata.create, shell(world.service, "x", tags=[tag("PII.Nothing")]))
    assert error.code == 404
    assert str(error) == "tag instance for PII.Nothing not found"


def test_a_refused_model_is_not_there(metadata, world):
    assert metadata.get_by_name(MlModel, f"{fqn(world.service)}.x", include="all") is None


def test_two_tags_that_exclude_each_other_are_400(metadata, world):
    both = [tag("Tier.Tier1"), tag("Tier.Tier2")]
    error = refused(metadata.create, shell(world.service, "x", tags=both))
    assert error.code == 400
    assert "mutually exclusive" in str(error)
    on_a_feature = shell(world.service, "x", mlFeatures=[feature("f", tags=both)])
    assert refused(metadata.create, on_a_feature).code == 400


def test_a_duplicate_post_is_409(metadata, world):
    error = refused(metadata.create, shell(world.service, "creditworthiness"))
    assert error.code == 409
    assert str(error) == "Entity already exists"


def test_a_varchar_without_length_is_400(metadata, world):
    request = CreateTableRequest(
        name="short",
        databaseSchema=fqn(world.schema),
        columns=[Column(name="a", dataType=DataType.VARCHAR)],
    )
    error = refused(metadata.create, request)
    assert error.code == 400
    assert "dataLength must not be null" in str(error)
    assert metadata.get_by_name(Table, f"{fqn(world.schema)}.short") is None


def test_colons_in_a_services_name_are_400(metadata):
    request = CreateMlModelServiceRequest(name="a::b", serviceType=MlModelServiceType.Sklearn)
    error = refused(metadata.create_or_update, request)
    assert error.code == 400
    assert "name" in str(error)


@pytest.mark.parametrize("limit", [-1, 1_000_001])
def test_an_impossible_limit_is_400(metadata, limit):
    error = refused(metadata.list_entities, MlModel, limit=limit)
    assert error.code == 400
    assert "limit" in str(error)


def test_both_cursors_at_once_are_400(metadata):
    error = refused(metadata.list_entities, MlModel, after="YQ", before="YQ")
    assert error.code == 400
    assert "Only one of before or after query parameter allowed" in str(error)


def test_a_tampered_cursor_is_400(metadata):
    assert refused(metadata.list_entities, MlModel, after="bm90IGEgY3Vyc29y").code == 400


def test_an_unknown_field_is_400(metadata, world):
    error = refused(metadata.get_by_name, MlModel, fqn(world.model), fields=["nothing"])
    assert error.code == 400
    assert str(error) == "Invalid field name nothing"


def test_an_unknown_route_is_404_in_the_wires_words(metadata):
    assert refused(metadata.client.get, "/no/such/route").code == 404


def test_a_wrong_verb_is_405_in_the_wires_words(metadata, world):
    error = refused(metadata.client.post, f"/mlmodels/{world.model.id.root}", data="{}")
    assert error.code == 405


def test_broken_json_is_400(metadata):
    assert refused(metadata.client.put, "/mlmodels", data="{not json").code == 400


def test_a_model_without_a_service_is_400(metadata):
    error = refused(metadata.client.put, "/mlmodels", data='{"name": "x", "algorithm": "y"}')
    assert error.code == 400
    assert "service must not be null" in str(error)


def test_a_server_that_is_no_url_is_400(metadata, world):
    body = {"name": "x", "service": fqn(world.service), "server": "not a url"}
    assert refused(metadata.client.put, "/mlmodels", json=body).code == 400


def test_a_patch_that_does_not_apply_changes_nothing(metadata, world):
    path = f"/mlmodels/{world.model.id.root}"
    body = (
        '[{"op": "replace", "path": "/algorithm", "value": "Z"},'
        ' {"op": "replace", "path": "/mlFeatures/99/name", "value": "Z"}]'
    )
    assert refused(metadata.client.patch, path, data=body).code == 400
    read = metadata.get_by_id(MlModel, world.model.id)
    assert read.algorithm == world.model.algorithm
    assert version(read) == version(world.model)


def test_deleted_cannot_be_patched(metadata, world):
    body = '[{"op": "replace", "path": "/deleted", "value": true}]'
    assert refused(metadata.client.patch, f"/mlmodels/{world.model.id.root}", data=body).code == 400


def test_a_stale_precondition_is_412(metadata, world):
    body = '[{"op": "add", "path": "/displayName", "value": "Z"}]'
    error = refused(
        metadata.client.patch,
        f"/mlmodels/{world.model.id.root}",
        data=body,
        headers={"If-Match": 'W/"0.1"'},
    )
    assert error.code == 412


def test_a_wrong_token_is_401(connect_as):
    """The 2.0 client meets the refusal in its handshake, the 1.13 client in its first call."""
    with pytest.raises(Exception, match=r"401|[Tt]oken") as caught:
        connect_as("not-a-token").list_entities(MlModel)
    assert getattr(caught.value, "code", 401) == 401
