"""The shapes of requests for databases, schemas, tables and columns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StringConstraints, model_validator

from catalog.api.shapes import (
    DisplayName,
    Int,
    Label,
    LinkedContents,
    Long,
    Name,
    QualifiedName,
    RefOrName,
    Shape,
    Text256,
    WireError,
    refuse_twins,
)


class PlaceContents(LinkedContents):
    retentionPeriod: Annotated[str, StringConstraints(max_length=64)] | None = None


class DatabaseContents(PlaceContents):
    default: bool | None = None


class CreateDatabase(DatabaseContents):
    name: Name
    service: RefOrName


class CreateDatabaseSchema(PlaceContents):
    name: Name
    database: RefOrName


DATA_TYPES = tuple(
    t.replace("_HIDDEN", " HIDDEN").replace("_VISIBLE", " VISIBLE")
    for t in """
    NUMBER TINYINT SMALLINT INT BIGINT BYTEINT BYTES FLOAT DOUBLE DECIMAL NUMERIC TIMESTAMP
    TIMESTAMPZ TIME DATE DATETIME INTERVAL STRING MEDIUMTEXT TEXT CHAR LONG VARCHAR BOOLEAN BINARY
    VARBINARY ARRAY BLOB LONGBLOB MEDIUMBLOB MAP STRUCT UNION SET GEOGRAPHY ENUM JSON UUID VARIANT
    GEOMETRY BYTEA AGGREGATEFUNCTION ERROR FIXED RECORD NULL SUPER HLLSKETCH PG_LSN PG_SNAPSHOT
    TSQUERY TXID_SNAPSHOT XML MACADDR TSVECTOR UNKNOWN CIDR INET CLOB ROWID LOWCARDINALITY YEAR
    POINT POLYGON TUPLE SPATIAL TABLE NTEXT IMAGE IPV4 IPV6 DATETIMERANGE HLL LARGEINT
    QUANTILE_STATE AGG_STATE BITMAP UINT BIT MONEY MEASURE_HIDDEN MEASURE_VISIBLE MEASURE KPI
    HEIRARCHY HIERARCHYID
    """.split()
)
SIZED = frozenset({"CHAR", "VARCHAR", "BINARY", "VARBINARY"})


class Column(Shape):
    name: Text256
    dataType: Literal[DATA_TYPES]
    arrayDataType: Literal[DATA_TYPES] | None = None
    displayName: DisplayName | None = None
    dataLength: Long | None = None
    precision: Int | None = None
    scale: Int | None = None
    dataTypeDisplay: str | None = None
    description: str | None = None
    fullyQualifiedName: str | None = None
    tags: list[Label] | None = None
    constraint: Literal["NULL", "NOT_NULL", "UNIQUE", "PRIMARY_KEY"] | None = None
    ordinalPosition: Int | None = None
    jsonSchema: str | None = None
    children: list[Column] | None = None
    profile: dict[str, Any] | None = None
    customMetrics: list[Any] | None = None
    extension: dict[str, Any] | None = None

    @model_validator(mode="after")
    def check(self) -> Column:
        if self.dataType in SIZED and self.dataLength is None:
            raise WireError(
                "For column data types char, varchar, binary, varbinary dataLength must not be null"
            )
        if self.dataType == "ARRAY" and self.arrayDataType is None:
            raise WireError("For column data type array, arrayDataType must not be null")
        if self.dataType == "STRUCT" and not self.children:
            raise WireError("For column data type struct, children must not be null")
        if self.scale is not None and (self.precision is None or self.scale > self.precision):
            raise WireError(
                f"For column {self.name}, scale needs a precision that is not smaller than it"
            )
        refuse_twins(self.children, "column")
        return self


class TableConstraint(Shape):
    constraintType: (
        Literal["UNIQUE", "PRIMARY_KEY", "FOREIGN_KEY", "SORT_KEY", "DIST_KEY", "CLUSTER_KEY"]
        | None
    ) = None
    columns: list[str] | None = None
    referredColumns: list[QualifiedName] | None = None
    relationshipType: str | None = None


TABLE_TYPES = tuple(
    """
    Regular External Dynamic View SecureView MaterializedView Iceberg Local Partitioned Foreign
    Transient Stream Stage SemanticView
    """.split()
)


class TableContents(PlaceContents):
    columns: list[Column] | None = None
    tableType: Literal[TABLE_TYPES] | None = None
    tableConstraints: list[TableConstraint] | None = None
    tablePartition: dict[str, Any] | None = None
    tableProfilerConfig: dict[str, Any] | None = None
    schemaDefinition: str | None = None
    dataModel: dict[str, Any] | None = None
    locationPath: str | None = None
    fileFormat: (
        Literal["zip", "gz", "zstd", "csv", "tsv", "json", "parquet", "avro", "MF4"] | None
    ) = None
    aliases: list[QualifiedName] | None = None
    processedLineage: bool | None = None

    @model_validator(mode="after")
    def check(self) -> TableContents:
        refuse_twins(self.columns, "column")
        known = {column.name.lower() for column in self.columns or ()}
        for constraint in self.tableConstraints or ():
            for name in constraint.columns or ():
                if self.columns is not None and name.lower() not in known:
                    raise WireError(f"Invalid column name found in table constraint: {name}")
        return self


class CreateTable(TableContents):
    name: Name
    columns: list[Column]
    databaseSchema: RefOrName
