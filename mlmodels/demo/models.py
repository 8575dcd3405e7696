"""The other ML models, from well kept to just arrived, and the services they come from."""

from mlmodels.demo import churn
from mlmodels.demo.notation import feature, labels, owned_by, owned_by_users, parameter, source

SERVICES = [
    {
        "name": "mlflow",
        "displayName": "MLflow",
        "serviceType": "Mlflow",
        "description": "Experiments and registry of the data science teams.",
        "connection": {
            "config": {
                "trackingUri": "https://mlflow.example.com",
                "registryUri": "https://mlflow.example.com",
            }
        },
    },
    {
        "name": "sagemaker",
        "displayName": "SageMaker",
        "serviceType": "SageMaker",
        "description": "Models that are trained and served in the cloud account of the depots.",
        "connection": {"config": {"awsConfig": {"awsRegion": "eu-central-1"}}},
    },
]

DEMAND = {
    "name": "demand_forecast",
    "displayName": "Demand forecast",
    "service": "sagemaker",
    "algorithm": "Prophet",
    "target": "units",
    "server": "https://runtime.example.com/endpoints/demand-forecast/invocations",
    "mlStore": {"storage": "s3://larkbasket-models/demand/model.tar.gz"},
    "mlHyperParameters": [
        parameter("seasonality_mode", "multiplicative"),
        parameter("changepoint_prior_scale", "0.05"),
    ],
}

DEMAND_FEATURES = [
    feature(
        "units_lagged",
        "numerical",
        "Units sold 1, 7 and 28 days before.",
        source("marts.demand_daily.units", "integer"),
        algorithm="Lag",
    ),
    feature(
        "weekday",
        "categorical",
        "Mondays are twice a Sunday.",
        source("marts.demand_daily.sold_on", "date"),
    ),
    feature(
        "relative_price",
        "numerical",
        "Price of the day against its mean of four weeks.",
        source("marts.demand_daily.price", "number"),
    ),
    feature(
        "is_promoted",
        "categorical",
        "In the leaflet of the week.",
        source("marts.demand_daily.is_promoted", "boolean"),
    ),
    feature(
        "depot",
        "categorical",
        "",
        source("marts.demand_daily.depot", "string"),
        algorithm="Embedding (8)",
    ),
    feature(
        "freshness",
        "numerical",
        "Shelf life, shortened by the hours without stock.",
        source("marts.demand_daily.shelf_life_days", "integer"),
        source("marts.demand_daily.stock_out_hours", "number"),
    ),
]

WEATHER = feature(
    "temperature",
    "numerical",
    "Forecast for the depot's city; ice cream and soup depend on it.",
    source("weather_service_daily", "number"),
)

DEMAND_STORY = [
    (
        "charlie",
        {
            "description": "Units per article, depot and day, 14 days ahead.\n\n"
            "Orders to suppliers follow it unless a planner overrules. **Fresh goods only**:"
            " the pantry is ordered by minimum stock.",
            "owners": owned_by("supply-planning"),
        },
    ),
    ("ingestion-bot", {"mlFeatures": DEMAND_FEATURES[:4]}),
    ("charlie", {"tags": labels("Tier.Tier1"), "domains": ["supply"]}),
    (
        "ingestion-bot",
        {
            "algorithm": "DeepAR",
            "mlFeatures": DEMAND_FEATURES,
            "mlHyperParameters": [
                parameter("context_length", "56"),
                parameter("prediction_length", "14"),
                parameter("num_layers", "2"),
                parameter("likelihood", "negative-binomial"),
            ],
        },
    ),
    (
        "charlie",
        {
            "mlFeatures": [*DEMAND_FEATURES, WEATHER],
            "dashboard": "superset.demand_forecast_accuracy",
        },
    ),
]

RISK = {
    "name": "invoice_default_risk",
    "displayName": "Invoice default risk",
    "service": "mlflow",
    "algorithm": "Random forest",
    "target": "is_unpaid_after_60_days",
    "server": "https://models.example.com/invoice-risk/predict",
    "mlHyperParameters": [parameter("n_estimators", "300"), parameter("max_features", "sqrt")],
    "mlFeatures": [
        feature(
            "postcode_default_rate",
            "numerical",
            "",
            source("core.customers.address.postal_code", "string"),
            source("marts.payment_risk_features.area_default_rate", "number"),
        ),
        feature(
            "household_segment",
            "categorical",
            "",
            source("marts.payment_risk_features.household_segment", "string"),
        ),
        feature(
            "first_basket_total",
            "numerical",
            "",
            source("marts.payment_risk_features.first_basket_total", "number"),
        ),
        feature(
            "open_invoices",
            "numerical",
            "",
            source("marts.payment_risk_features.open_invoices", "integer"),
        ),
        feature(
            "night_order",
            "categorical",
            "",
            source("marts.payment_risk_features.night_order", "boolean"),
        ),
        feature("bureau_score", "numerical", "", source("credit_bureau_response", "object")),
    ],
}

RISK_STORY = [
    (
        "privacy-officer",
        {
            "description": "Decides whether a first order may be paid by invoice.\n\n"
            "> Under review: the postal code stands in for origin, and the household segment"
            " is made from gender and age. See the lineage.",
        },
    ),
    (
        "risk-analyst",
        {"owners": owned_by_users("risk-analyst")},
    ),
    (
        "ingestion-bot",
        {"mlStore": {"storage": "s3://larkbasket-models/invoice-risk/7/model.pkl"}},
    ),
    (
        "risk-analyst",
        {"tags": labels("PersonalData.Personal", "Tier.Tier1"), "domains": ["payments"]},
    ),
]

RECOMMENDATIONS = {
    "name": "basket_recommendations",
    "displayName": "Basket recommendations",
    "service": "mlflow",
    "algorithm": "Two-tower neural network",
    "mlStore": {
        "storage": "s3://larkbasket-models/recommendations/two_tower/",
        "imageRepository": "registry.example.com/growth/two-tower",
    },
    "mlHyperParameters": [
        parameter("embedding_size", "64"),
        parameter("negatives_per_positive", "20"),
        parameter("temperature", "0.07"),
    ],
    "mlFeatures": [
        feature(
            "taste_embedding",
            "numerical",
            "Where the customer's last 50 articles lie, averaged.",
            source("core.order_items.sku", "string"),
            source("core.order_items.quantity", "integer"),
            source("core.orders.ordered_at", "timestamp"),
            algorithm="Learned embedding (64)",
        ),
        feature(
            "product_embedding",
            "numerical",
            "Text of the label and what it is bought with.",
            source("core.products.title", "string"),
            source("core.products.category", "string"),
            source("marts.product_affinity.baskets", "integer"),
            source("label_texts", "array"),
            algorithm="Sentence encoder, then learned (64)",
        ),
        feature(
            "visit_context",
            "categorical",
            "App or web, morning or evening.",
            source("core.sessions.platform", "string"),
            source("core.sessions.started_at", "timestamp"),
        ),
        feature(
            "season",
            "categorical",
            "Asparagus in May, pumpkins in October.",
            source("season_calendar", "date"),
        ),
    ],
}

RECOMMENDATIONS_STORY = [
    (
        "bob",
        {
            "description": "Fills the row “You may have forgotten” in the basket.",
            "owners": owned_by("growth-data-science"),
        },
    ),
    ("alice", {"tags": labels("Tier.Tier3"), "domains": ["customer-growth"]}),
]

SLOTS = {"name": "delivery_slot_ranking", "service": "sagemaker", "algorithm": "LambdaMART"}

PILOT = {
    "name": "voucher_uplift_pilot",
    "displayName": "Voucher uplift (pilot)",
    "service": "mlflow",
    "algorithm": "Causal forest",
    "description": "Whom does a voucher bring back? Pilot of one depot, ended.",
    "mlFeatures": [
        feature(
            "voucher_share_90d",
            "numerical",
            "",
            source("marts.churn_features.voucher_share_90d", "number"),
        )
    ],
}

MODELS = [
    (PILOT, [("bob", {"owners": owned_by("growth-data-science")})]),
    (RECOMMENDATIONS, RECOMMENDATIONS_STORY),
    (RISK, RISK_STORY),
    (DEMAND, DEMAND_STORY),
    (churn.NEWCOMER, churn.STORY),
    (SLOTS, []),
]
"""(as the connector first put it, who edited what afterwards)"""

DELETED = {"mlflow.voucher_uplift_pilot": "alice"}
"""Who deleted it when its story was over."""

FOLLOWED = [
    ("mlmodel", "mlflow.churn_prediction", ("alice", "bob", "charlie", "growth-analyst")),
    ("mlmodel", "mlflow.invoice_default_risk", ("privacy-officer", "alice")),
    ("mlmodel", "sagemaker.demand_forecast", ("charlie", "data-engineer")),
    ("table", "snowflake.analytics.core.customers", ("privacy-officer", "data-engineer")),
    ("table", "snowflake.analytics.marts.churn_features", ("bob",)),
]

VOTES = [
    ("mlmodel", "mlflow.churn_prediction", "charlie", True),
    ("mlmodel", "mlflow.churn_prediction", "data-engineer", True),
    ("mlmodel", "mlflow.invoice_default_risk", "privacy-officer", False),
    ("table", "snowflake.analytics.core.customers", "bob", True),
]
