"""Dashboards and their charts: how well the models do, and what the business looks at."""

from mlmodels.demo.notation import owned_by

SERVICES = [
    {
        "name": "superset",
        "displayName": "Superset",
        "serviceType": "Superset",
        "description": "Dashboards that teams make for themselves.",
    },
    {
        "name": "looker",
        "displayName": "Looker",
        "serviceType": "Looker",
        "description": "Reports that the board sees.",
    },
]

CHARTS = {
    "superset": [
        (
            "churn_auc",
            "AUC per week",
            "Line",
            "Area under the curve, on last quarter's cohort.",
        ),
        ("churn_calibration", "Calibration", "Scatter", "Predicted against observed churn."),
        ("churn_lift", "Lift in the top decile", "Bar", "How many times better than a coin."),
        ("churn_drift", "Drift of features", "Heatmap", "Population stability per feature."),
        ("demand_wape", "Forecast error", "Line", "Weighted absolute error, by depot."),
        ("demand_bias", "Bias by department", "Bar", "Above zero we bought too much."),
        ("demand_waste", "Food written off", "Area", "Kilograms per week, by cause."),
    ],
    "looker": [
        ("active_subscribers", "Active subscribers", "Line", "Month end."),
        ("retention", "Retention by cohort", "Heatmap", "Share still active after n weeks."),
    ],
}

DASHBOARDS = [
    {
        "name": "churn_model_performance",
        "displayName": "Churn model performance",
        "service": "superset",
        "description": "How good the churn scores were, once we know who left.\n\n"
        "Look here **before** a campaign: a top-decile lift below 2.5 means the scores"
        " are stale.",
        "charts": [
            "superset.churn_auc",
            "superset.churn_calibration",
            "superset.churn_drift",
            "superset.churn_lift",
        ],
        "sourceUrl": "https://superset.example.com/dashboard/churn",
        "owners": owned_by("growth-data-science"),
    },
    {
        "name": "demand_forecast_accuracy",
        "displayName": "Demand forecast accuracy",
        "service": "superset",
        "description": "Forecast against sales, by depot and department.",
        "charts": ["superset.demand_bias", "superset.demand_wape", "superset.demand_waste"],
        "sourceUrl": "https://superset.example.com/dashboard/demand",
        "owners": owned_by("supply-planning"),
    },
    {
        "name": "subscriber_report",
        "displayName": "Subscriber report",
        "service": "looker",
        "dashboardType": "Report",
        "description": "Subscribers and retention, for the monthly meeting.",
        "charts": ["looker.active_subscribers", "looker.retention"],
        "sourceUrl": "https://looker.example.com/dashboards/12",
    },
]
