"""The shapes of what clients send: pydantic models with the wire's own property names.

A shape checks types, lengths and enumerations, and nothing else: it never looks into the database.
`Contents` of a kind is what PUT and PATCH may set; `Create…` adds the name and the place.
Why pydantic and not serializers of DRF: a model of 50 features with 3 sources each is checked in
a millisecond instead of twenty.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_core import Url as ParsedUrl

from catalog.models import service_types
from catalog.names import MAX_NAME, MAX_QUALIFIED_NAME


class WireError(PydanticCustomError):
    """A complaint in the wire's own words."""

    def __new__(cls, message: str) -> WireError:
        return super().__new__(cls, "wire", "{message}", {"message": message})


def _no_colons(name: str) -> str:
    if "::" in name:
        raise PydanticCustomError("name_pattern", 'must match "^((?!::).)*$"')
    return name


def _is_url(text: str) -> str:
    try:
        ParsedUrl(text)
    except ValueError:
        raise PydanticCustomError("url", "must be a URL such as https://host/path") from None
    return text


Text256 = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
Name = Annotated[Text256, AfterValidator(_no_colons)]
QualifiedName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUALIFIED_NAME)]
DisplayName = Annotated[str, StringConstraints(max_length=256)]
Url = Annotated[str, AfterValidator(_is_url)]
Hash = Annotated[str, StringConstraints(min_length=1, max_length=32)]
Int = Annotated[int, Field(ge=-(2**31), lt=2**31)]
Long = Annotated[int, Field(ge=-(2**63), lt=2**63)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reference(Shape):
    """An EntityReference; only id and type, or a qualified name, matter in a request."""

    id: str | None = None
    type: str | None = None
    name: str | None = None
    fullyQualifiedName: str | None = None
    displayName: str | None = None
    description: str | None = None
    deleted: bool | None = None
    inherited: bool | None = None
    href: str | None = None


class Label(Shape):
    """A TagLabel; the words about the tag are the server's."""

    tagFQN: QualifiedName
    source: Literal["Classification", "Glossary"] = "Classification"
    labelType: Literal["Manual", "Propagated", "Automated", "Derived", "Generated"] = "Manual"
    state: Literal["Suggested", "Confirmed"] = "Confirmed"
    name: str | None = None
    displayName: str | None = None
    description: str | None = None
    style: dict[str, Any] | None = None
    href: str | None = None
    reason: str | None = None
    appliedAt: str | None = None
    appliedBy: str | None = None
    metadata: dict[str, Any] | None = None


class Access(Shape):
    timestamp: Long
    accessedBy: Reference | None = None
    accessedByAProcess: str | None = None


class LifeCycle(Shape):
    created: Access | None = None
    updated: Access | None = None
    accessed: Access | None = None


class Certification(Shape):
    tagLabel: Label
    appliedDate: Long
    expiryDate: Long


class Style(Shape):
    color: str | None = None
    iconURL: str | None = None
    coverImage: dict[str, Any] | None = None


RefOrName = QualifiedName | Reference
Status = Literal[
    "Draft", "In Review", "Approved", "Archived", "Deprecated", "Rejected", "Unprocessed"
]


class Words(Shape):
    displayName: DisplayName | None = None
    description: str | None = None
    domains: list[RefOrName] | None = None
    # Known to the wire, not kept by this catalogue: naming one is answered with 404.
    dataProducts: list[RefOrName] | None = None


class AssetContents(Words):
    """What PUT and PATCH may set on every data asset."""

    tags: list[Label] | None = None
    owners: list[Reference] | None = None
    extension: dict[str, Any] | None = None
    lifeCycle: LifeCycle | None = None
    sourceHash: Hash | None = None
    certification: Certification | None = None
    entityStatus: Status | None = None


class LinkedContents(AssetContents):
    sourceUrl: str | None = None


# --- Services ---


class ServiceContents(Words):
    tags: list[Label] | None = None
    owners: list[Reference] | None = None
    entityStatus: Status | None = None
    style: Style | None = None
    connection: dict[str, Any] | None = None
    ingestionRunner: Reference | None = None


class CreateDatabaseService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.DATABASE]


class CreateDashboardService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.DASHBOARD]


class CreatePipelineService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.PIPELINE]
    scheduleInterval: str | None = None
    lifeCycle: LifeCycle | None = None


class CreateMlModelService(ServiceContents):
    name: Name
    serviceType: Literal[service_types.ML_MODEL]


# --- Databases ---


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
ColumnName = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]


class Column(Shape):
    name: ColumnName
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


# --- Dashboards and pipelines ---


class ChartContents(LinkedContents):
    chartType: (
        Literal[
            tuple(
                """
                Line Table Bar Area Pie Histogram Scatter Text BoxPlot SanKey Gauge Map Graph
                Heatmap Timeline Other
                """.split()
            )
        ]
        | None
    ) = None
    dashboards: list[RefOrName] | None = None


class CreateChart(ChartContents):
    name: Name
    service: RefOrName


class DashboardContents(LinkedContents):
    dashboardType: Literal["Dashboard", "Report"] | None = None
    project: str | None = None
    charts: list[RefOrName] | None = None
    dataModels: list[RefOrName] | None = None


class CreateDashboard(DashboardContents):
    name: Name
    service: RefOrName


class Task(Shape):
    name: ColumnName
    displayName: DisplayName | None = None
    fullyQualifiedName: str | None = None
    description: str | None = None
    sourceUrl: str | None = None
    downstreamTasks: list[str] | None = None
    taskType: str | None = None
    taskSQL: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    tags: list[Label] | None = None
    owners: list[Reference] | None = None


class PipelineContents(LinkedContents):
    tasks: list[Task] | None = None
    concurrency: Int | None = None
    pipelineLocation: str | None = None
    startDate: str | None = None
    endDate: str | None = None
    scheduleInterval: Annotated[str, StringConstraints(max_length=128)] | None = None
    state: Literal["Active", "Inactive"] | None = None

    @model_validator(mode="after")
    def check(self) -> PipelineContents:
        refuse_twins(self.tasks, "task")
        return self


class CreatePipeline(PipelineContents):
    name: Name
    service: RefOrName


# --- People, tags and domains ---


class UserContents(Words):
    email: EmailStr | None = None
    isBot: bool | None = None
    isAdmin: bool | None = None
    timezone: Annotated[str, StringConstraints(max_length=64)] | None = None
    externalId: DisplayName | None = None
    profile: dict[str, Any] | None = None
    teams: list[str | Reference] | None = None
    roles: list[str | Reference] | None = None
    personas: list[Reference] | None = None
    defaultPersona: Reference | None = None


class CreateUser(UserContents):
    name: Name
    email: EmailStr
    botName: str | None = None
    scimUserName: str | None = None
    authenticationMechanism: dict[str, Any] | None = None
    createPasswordType: Literal["ADMIN_CREATE", "USER_CREATE"] | None = None
    password: str | None = None
    confirmPassword: str | None = None


class TeamContents(Words):
    teamType: Literal["Group", "Department", "Division", "BusinessUnit", "Organization"] | None = (
        None
    )
    email: EmailStr | None = None
    externalId: DisplayName | None = None
    isJoinable: bool | None = None
    profile: dict[str, Any] | None = None
    parents: list[str | Reference] | None = None
    children: list[str | Reference] | None = None
    users: list[str | Reference] | None = None
    owners: list[Reference] | None = None
    defaultRoles: list[str | Reference] | None = None
    policies: list[str | Reference] | None = None
    defaultPersona: str | Reference | None = None


class CreateTeam(TeamContents):
    name: Name
    teamType: Literal["Group", "Department", "Division", "BusinessUnit", "Organization"]


class CreateBot(Words):
    name: Name
    botUser: RefOrName
    provider: Literal["system", "user"] | None = None
    allowImpersonation: bool | None = None


class LabelledContents(Words):
    owners: list[Reference] | None = None
    reviewers: list[Reference] | None = None
    provider: Literal["system", "user", "automation"] | None = None
    mutuallyExclusive: bool | None = None
    disabled: bool | None = None
    entityStatus: Status | None = None
    autoClassificationConfig: dict[str, Any] | None = None


class CreateClassification(LabelledContents):
    name: Name
    description: str


class TagContents(LabelledContents):
    style: Style | None = None
    recognizers: list[Any] | None = None
    autoClassificationEnabled: bool | None = None
    autoClassificationPriority: Int | None = None


class CreateTag(TagContents):
    name: Name
    description: str
    classification: RefOrName | None = None
    parent: RefOrName | None = None
    associatedTags: list[str] | None = None

    @model_validator(mode="after")
    def check(self) -> CreateTag:
        if self.classification is None and self.parent is None:
            raise WireError("[classification must not be null]")
        return self


class DomainContents(Words):
    domainType: Literal["Source-aligned", "Consumer-aligned", "Aggregate"] | None = None
    style: Style | None = None
    owners: list[Reference] | None = None
    experts: list[RefOrName] | None = None
    tags: list[Label] | None = None
    extension: dict[str, Any] | None = None


class CreateDomain(DomainContents):
    name: Name
    description: str
    domainType: Literal["Source-aligned", "Consumer-aligned", "Aggregate"]
    parent: RefOrName | None = None
    fullyQualifiedName: str | None = None


# --- Lineage ---


class ColumnLineage(BaseModel):
    fromColumns: list[QualifiedName] | None = None
    toColumn: QualifiedName | None = None
    function: str | None = None


class LineageDetails(BaseModel):
    sqlQuery: str | None = None
    columnsLineage: list[ColumnLineage] | None = None
    pipeline: Reference | None = None
    description: str | None = None
    source: (
        Literal[
            tuple(
                """
                Manual ViewLineage QueryLineage PipelineLineage DashboardLineage DbtLineage
                SparkLineage OpenLineage ExternalTableLineage CrossDatabaseLineage ChildAssets
                """.split()
            )
        ]
        | None
    ) = None


class Edge(Shape):
    fromEntity: Reference
    toEntity: Reference
    description: str | None = None
    lineageDetails: LineageDetails | None = None


class AddLineage(Shape):
    edge: Edge


def refuse_twins(parts: list[Any] | None, what: str) -> None:
    """Raise for two parts of one name: nobody could tell which is meant."""
    seen: set[str] = set()
    for part in parts or ():
        if part.name in seen:
            raise WireError(f"{what} {part.name} is there twice")
        seen.add(part.name)


def problem(error: dict[str, Any]) -> str:
    """Say what is wrong with one property, in the wire's words.

    >>> problem({"type": "missing", "loc": ("name",)})
    'name must not be null'
    """
    place = ".".join(str(step) for step in error["loc"] if not _is_choice(str(step)))
    context = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return f"{place} must not be null"
        case "string_too_short" | "string_too_long":
            most = context.get("max_length", MAX_NAME)
            most = MAX_QUALIFIED_NAME if most == MAX_QUALIFIED_NAME else most
            return f"{place} size must be between 1 and {most}"
        case "extra_forbidden":
            return f'Unrecognized field "{place}"'
        case "wire":
            return context["message"]
        case "literal_error":
            return f"{place} must be one of {context['expected']}"
        case _:
            return f"{place} {error['msg'][:1].lower()}{error['msg'][1:]}"


def _is_choice(step: str) -> bool:
    """Pydantic names the branch of a union it tried; the wire knows only the property."""
    return bool(re.match(r"^(constrained-str|str|Reference|function-.*|list\[.*)$", step))
