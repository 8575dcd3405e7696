"""Patching the columns of a table, with the If-Match form of each SDK line."""

from making import changed, fqn, tag, tag_names, text, version
from metadata.generated.schema.api.data.createTable import CreateTableRequest
from metadata.generated.schema.entity.data.table import (
    Column,
    ConstraintType,
    DataType,
    Table,
    TableConstraint,
)
from metadata.ingestion.models.table_metadata import ColumnDescription, ColumnTag
from metadata.ingestion.ometa.mixins.patch_mixin_utils import PatchOperation


def column(table: Table, name: str) -> Column:
    return next(one for one in table.columns if text(one.name) == name)


def test_patch_column_description(metadata, world):
    world.plain = metadata.create_or_update(
        CreateTableRequest(
            name="plain",
            databaseSchema=fqn(world.schema),
            columns=[
                Column(name="a", dataType=DataType.INT),
                Column(
                    name="b", dataType=DataType.STRUCT, children=[Column(name="c", dataType="DATE")]
                ),
            ],
        )
    )
    done = metadata.patch_column_description(
        table=world.plain, column_fqn=f"{fqn(world.plain)}.a", description="The first letter."
    )
    assert text(column(done, "a").description) == "The first letter."
    assert version(done) == 0.2
    assert changed(done) == {"added": {"columns.a.description"}}


def test_a_conditional_patch_is_a_version_of_its_own(metadata, world):
    current = metadata.get_by_id(Table, world.plain.id)
    done = metadata.patch_column_descriptions(
        table=current,
        column_descriptions=[
            ColumnDescription(column_fqn=f"{fqn(world.plain)}.b.c", description="Inside."),
            ColumnDescription(column_fqn=f"{fqn(world.plain)}.a", description="Kept as it is."),
        ],
    )
    assert text(column(done, "b").children[0].description) == "Inside."
    assert text(column(done, "a").description) == "The first letter."
    assert version(done) == 0.3
    assert changed(done) == {"added": {"columns.b.c.description"}}


def test_patch_column_tags(metadata, world):
    current = metadata.get_by_id(Table, world.plain.id, fields=["tags", "columns"])
    labels = [
        ColumnTag(column_fqn=f"{fqn(world.plain)}.a", tag_label=tag("PII.Sensitive")),
        ColumnTag(column_fqn=f"{fqn(world.plain)}.b.c", tag_label=tag("PII.None")),
    ]
    patched = metadata.patch_column_tags(**_table(metadata, current), column_tags=labels)
    assert version(patched) == 0.4
    read = metadata.get_by_id(Table, world.plain.id, fields=["tags", "columns"])
    assert tag_names(column(read, "a").tags) == ["PII.Sensitive"]
    assert tag_names(column(read, "b").children[0].tags) == ["PII.None"]


def test_get_table_columns(metadata, world):
    listed = metadata.get_table_columns(fqn(world.plain), fields=["tags"])
    assert [text(one.name) for one in listed] == ["a", "b"]
    assert tag_names(listed[0].tags) == ["PII.Sensitive"]
    page = metadata.get_table_columns(fqn(world.plain), params={"limit": 1, "offset": 1})
    assert [text(one.name) for one in page] == ["b"]


def test_column_tags_come_only_when_asked_for(metadata, world):
    read = metadata.get_by_id(Table, world.plain.id)
    assert not column(read, "a").tags
    read = metadata.get_by_id(Table, world.plain.id, fields=["tags"])
    assert not column(read, "a").tags


def test_patch_column_tag_takes_one_away(metadata, world):
    current = metadata.get_by_id(Table, world.plain.id, fields=["tags", "columns"])
    label = column(current, "a").tags[0]
    metadata.patch_column_tags(
        **_table(metadata, current),
        column_tags=[ColumnTag(column_fqn=f"{fqn(world.plain)}.a", tag_label=label)],
        operation=PatchOperation.REMOVE,
    )
    read = metadata.get_by_id(Table, world.plain.id, fields=["tags", "columns"])
    assert not column(read, "a").tags
    assert tag_names(column(read, "b").children[0].tags) == ["PII.None"]


def test_patch_table_constraints(metadata, world):
    current = metadata.get_by_id(Table, world.plain.id)
    done = metadata.patch_table_constraints(
        table=current,
        constraints=[TableConstraint(constraintType=ConstraintType.UNIQUE, columns=["a"])],
    )
    assert done is not None
    read = metadata.get_by_id(Table, world.plain.id, fields=["tableConstraints"])
    assert [one.columns for one in read.tableConstraints] == [["a"]]


def test_a_put_without_descriptions_or_tags_keeps_them(metadata, world):
    again = metadata.create_or_update(
        CreateTableRequest(
            name="plain",
            databaseSchema=fqn(world.schema),
            columns=[
                Column(name="a", dataType=DataType.INT),
                Column(
                    name="b", dataType=DataType.STRUCT, children=[Column(name="c", dataType="DATE")]
                ),
            ],
            tableConstraints=[TableConstraint(constraintType=ConstraintType.UNIQUE, columns=["a"])],
        )
    )
    assert text(column(again, "a").description) == "The first letter."
    read = metadata.get_by_id(Table, world.plain.id, fields=["tags", "columns"])
    assert tag_names(column(read, "b").children[0].tags) == ["PII.None"]


def test_a_removed_column_is_major(metadata, world):
    before = metadata.get_by_id(Table, world.plain.id)
    made = metadata.create_or_update(
        CreateTableRequest(
            name="plain",
            databaseSchema=fqn(world.schema),
            columns=[
                Column(name="a", dataType=DataType.INT),
                Column(name="d", dataType=DataType.DOUBLE),
            ],
            tableConstraints=[TableConstraint(constraintType=ConstraintType.UNIQUE, columns=["a"])],
        )
    )
    assert version(made) == round(version(before) + 1, 1)
    assert changed(made) == {"added": {"columns"}, "deleted": {"columns"}}


def test_the_columns_are_replaced_as_a_whole(metadata, world):
    """What the connectors' sink does: one `replace /columns` with the whole list."""
    current = metadata.get_by_id(Table, world.plain.id)
    wanted = current.model_copy(deep=True)
    wanted.columns = [
        Column(name="d", dataType=DataType.DOUBLE),
        Column(name="a", dataType=DataType.INT),
        Column(name="e", dataType=DataType.BOOLEAN),
    ]
    metadata.patch(
        entity=Table,
        source=current,
        destination=wanted,
        array_entity_fields=["columns"],
        restrict_update_fields=["description", "tags", "owners", "displayName"],
        skip_on_failure=False,
    )
    read = metadata.get_by_id(Table, world.plain.id)
    assert {text(one.name) for one in read.columns} == {"a", "d", "e"}
    assert text(column(read, "a").description) == "The first letter."


def _table(metadata, table: Table) -> dict:
    """Name the table as the SDK line at hand wants it: 1.13 says `table`, 2.0 says `entity`."""
    names = metadata.patch_column_tags.__code__.co_varnames
    return {"entity": table} if "entity" in names else {"table": table}
