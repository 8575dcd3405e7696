"""Pipelines: what moves the data and when."""

from mlmodels.demo.notation import owned_by, task

SERVICE = {
    "name": "airflow",
    "displayName": "Airflow",
    "serviceType": "Airflow",
    "description": "The scheduler; every job that writes to the warehouse runs here.",
    "owners": owned_by("data-platform"),
}

PIPELINES = [
    {
        "name": "build_core",
        "displayName": "Build core",
        "description": "Loads the night's copies into `raw` and builds `core` from them.",
        "scheduleInterval": "0 2 * * *",
        "sourceUrl": "https://airflow.example.com/dags/build_core",
        "owners": owned_by("data-platform"),
        "tasks": [
            task("copy_shop", "SnowflakeOperator", "Copies the shop's tables.", "dbt_build"),
            task("copy_crm", "SnowflakeOperator", "Copies the CRM's export.", "dbt_build"),
            task("copy_payments", "SnowflakeOperator", "Copies the provider's file.", "dbt_build"),
            task("dbt_build", "BashOperator", "Runs `dbt build --select core`.", "dbt_test"),
            task("dbt_test", "BashOperator", "Stops the night if a key is not unique."),
        ],
    },
    {
        "name": "churn_features_daily",
        "displayName": "Churn features",
        "description": "Builds one day of `marts.churn_features`, and checks it for drift.",
        "scheduleInterval": "30 4 * * *",
        "sourceUrl": "https://airflow.example.com/dags/churn_features_daily",
        "owners": owned_by("growth-data-science"),
        "tasks": [
            task("wait_for_core", "ExternalTaskSensor", "Waits for `build_core`.", "build_day"),
            task("build_day", "SnowflakeOperator", "Inserts yesterday's rows.", "check_drift"),
            task("check_drift", "PythonOperator", "Stability index; warns above 0.2."),
        ],
    },
    {
        "name": "score_churn_weekly",
        "displayName": "Score churn",
        "description": "Sends last Sunday's features to the model, writes `marts.churn_scores`.",
        "scheduleInterval": "0 6 * * 1",
        "sourceUrl": "https://airflow.example.com/dags/score_churn_weekly",
        "owners": owned_by("growth-data-science"),
        "tasks": [
            task("read_features", "SnowflakeOperator", "Reads the last day.", "predict"),
            task("predict", "PythonOperator", "Calls the model's server.", "write_scores"),
            task("write_scores", "SnowflakeOperator", "Replaces the week's scores."),
        ],
    },
    {
        "name": "demand_features_daily",
        "displayName": "Demand features",
        "description": "Adds a day to `marts.demand_daily`.",
        "scheduleInterval": "0 5 * * *",
        "sourceUrl": "https://airflow.example.com/dags/demand_features_daily",
        "owners": owned_by("supply-planning"),
        "tasks": [
            task("build_day", "SnowflakeOperator", "Units, prices, stock-outs.", "check_depots"),
            task("check_depots", "PythonOperator", "Fails if a depot reports nothing."),
        ],
    },
    {
        "name": "payment_risk_features",
        "description": "Rebuilds `marts.payment_risk_features` every hour.",
        "scheduleInterval": "@hourly",
        "tasks": [task("rebuild", "SnowflakeOperator", "Replaces the table.")],
    },
]
