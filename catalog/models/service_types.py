"""The types of service that the wire knows, by kind of service (both SDK lines)."""

DATABASE = tuple(
    """
    BigQuery BigTable Mysql Redshift Snowflake Postgres Timescale Mssql MicrosoftAccess Oracle
    Athena Hive Impala Presto Trino Vertica Glue MariaDB Druid Db2 Clickhouse Databricks
    AzureSQL DynamoDB SingleStore SQLite DeltaLake Salesforce PinotDB Datalake DomoDatabase
    QueryLog CustomDatabase Dbt SapHana SapSuccessFactors MongoDB Cassandra Couchbase
    Greenplum Doris StarRocks UnityCatalog SAS Teradata SapErp Synapse Exasol Cockroach SSAS
    Epic ServiceNow Dremio MicrosoftFabric BurstIQ Informix Iomete QuestDB SapBw4Hana
    """.split()
)

DASHBOARD = tuple(
    """
    Superset Looker Tableau Redash Metabase PowerBI PowerBIReportServer Mode CustomDashboard
    DomoDashboard QuickSight QlikSense Lightdash MicroStrategy QlikCloud Sigma ThoughtSpot
    Grafana Hex Ssrs SapS4Hana Omni
    """.split()
)

PIPELINE = tuple(
    """
    Airflow GluePipeline KinesisFirehose Airbyte Fivetran Flink Dagster Nifi DomoPipeline
    CustomPipeline DatabricksPipeline Spline Spark OpenLineage KafkaConnect DBTCloud Matillion
    Stitch DataFactory Wherescape SSIS Snowplow Mulesoft MicrosoftFabricPipeline Prefect
    SapBw4HanaPipeline
    """.split()
)

ML_MODEL = tuple(
    """
    Mlflow Sklearn CustomMlModel SageMaker VertexAI
    """.split()
)

# Types that only the 2.0 line knows; a 1.13 client would refuse them.
NEWER = frozenset({"SapBw4Hana", "Omni", "Prefect", "SapBw4HanaPipeline"})
