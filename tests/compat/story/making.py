"""Short ways to write down the requests of the story and to read the answers."""

import json

from metadata.generated.schema.api.data.createMlModel import CreateMlModelRequest
from metadata.generated.schema.entity.data.mlmodel import (
    FeatureSource,
    FeatureSourceDataType,
    FeatureType,
    MlFeature,
    MlHyperParameter,
    MlModel,
)
from metadata.generated.schema.type.entityReference import EntityReference
from metadata.generated.schema.type.entityReferenceList import EntityReferenceList
from metadata.generated.schema.type.tagLabel import LabelType, State, TagLabel, TagSource
from metadata.ingestion.ometa.utils import get_entity_type, model_str


def reference(entity) -> EntityReference:
    """Refer to an entity by id and type, as most callers do."""
    return EntityReference(id=entity.id, type=get_entity_type(type(entity)))


def references(*entities) -> EntityReferenceList:
    return EntityReferenceList(root=[reference(entity) for entity in entities])


def ids(found) -> list[str]:
    """List the ids of a reference list in their order; an absent list is empty."""
    if found is None:
        return []
    return [str(one.id.root) for one in getattr(found, "root", found)]


def fqn(entity) -> str:
    return model_str(entity.fullyQualifiedName)


def text(value) -> str | None:
    """Unwrap Markdown, EntityName, AnyUrl and the like; None stays None."""
    return None if value is None else model_str(value)


def tag(tag_fqn: str) -> TagLabel:
    return TagLabel(
        tagFQN=tag_fqn,
        source=TagSource.Classification,
        labelType=LabelType.Manual,
        state=State.Confirmed,
    )


def tag_names(labels) -> list[str]:
    return [text(label.tagFQN) for label in labels or []]


def source(name: str, data_type: str, table=None) -> FeatureSource:
    if table is None:
        return FeatureSource(name=name, dataType=FeatureSourceDataType(data_type))
    return FeatureSource(
        name=name, dataType=FeatureSourceDataType(data_type), dataSource=reference(table)
    )


def feature(name: str, *sources: FeatureSource, **more) -> MlFeature:
    """Describe a numerical feature, unless told otherwise."""
    given = {"dataType": FeatureType.numerical, **more}
    if sources:
        given["featureSources"] = list(sources)
    return MlFeature(name=name, **given)


def hyper_parameter(name: str, value: str, **more) -> MlHyperParameter:
    return MlHyperParameter(name=name, value=value, **more)


def shell(service, name: str, **more) -> CreateMlModelRequest:
    """Ask for a model with the least there can be, and whatever else is given."""
    return CreateMlModelRequest(
        name=name,
        algorithm=more.pop("algorithm", "LogisticRegression"),
        service=fqn(service),
        **more,
    )


def copied(entity, **edits):
    """Copy a request or an entity with edits, checked as if it were written down anew.

    What was never set stays unset, so the SDK sends no more than it would have sent before.
    """
    given = {name: getattr(entity, name) for name in entity.model_fields_set}
    return type(entity)(**given | edits)


def version(entity) -> float:
    return entity.version.root


def changed(entity) -> dict[str, set[str]]:
    """Name the fields that the entity's change description lists, by kind of change."""
    description = entity.changeDescription
    if description is None:
        return {}
    found = {
        "added": {text(change.name) for change in description.fieldsAdded or []},
        "updated": {text(change.name) for change in description.fieldsUpdated or []},
        "deleted": {text(change.name) for change in description.fieldsDeleted or []},
    }
    return {kind: names for kind, names in found.items() if names}


def history(metadata, model) -> list[MlModel]:
    """Read a model's versions, newest first; each arrives as JSON text."""
    listed = metadata.get_list_entity_versions(entity=MlModel, entity_id=model.id)
    assert listed.entityType == "mlmodel"
    assert all(isinstance(one, str) for one in listed.versions)
    return [MlModel(**json.loads(one)) for one in listed.versions]
