"""The churn model: complete, used every week, and with a history worth reading."""

from mlmodels.demo.notation import feature, labels, owned_by, parameter, source

STORE = {
    "storage": "s3://larkbasket-models/churn/production/model.json",
    "imageRepository": "registry.example.com/growth/churn",
}

NEWCOMER = {
    "name": "churn_prediction",
    "displayName": "Churn prediction",
    "service": "mlflow",
    "algorithm": "Logistic regression",
    "target": "has_churned",
    "server": "https://models.example.com/churn/v1/predict",
    "sourceUrl": "https://mlflow.example.com/#/models/churn_prediction",
    "mlStore": {"storage": "s3://larkbasket-models/churn/12/model.pkl"},
    "mlHyperParameters": [parameter("C", "0.3"), parameter("penalty", "l2")],
}

DESCRIPTION = """\
Risk that a subscriber cancels within the next 60 days.

Scored every Monday for all active subscriptions; the retention campaigns write to the riskiest
tenth. **Not to be used for prices or credit.**
"""

HOW_IT_IS_MADE = """
| Made from | How |
|---|---|
| Training data | 24 months of `marts.churn_features`, one row in five |
| Refresh | monthly, after the drift check |
| Holdout | the last three months; AUC 0.83, lift in the top tenth 3.4 |
"""

HABITS = [
    feature(
        "tenure_days",
        "numerical",
        "How long the subscription has run.",
        source("marts.churn_features.tenure_days", "integer"),
    ),
    feature(
        "orders_90d",
        "numerical",
        "Orders in the last 90 days.",
        source("marts.churn_features.orders_90d", "integer"),
    ),
    feature(
        "spend_90d",
        "numerical",
        "",
        source("marts.churn_features.spend_90d", "number"),
        algorithm="log1p",
    ),
    feature(
        "days_since_order",
        "numerical",
        "The strongest single predictor.",
        source("marts.churn_features.days_since_order", "integer"),
    ),
    feature(
        "plan",
        "categorical",
        "Weekly, fortnightly or flex.",
        source("marts.churn_features.plan", "string"),
        algorithm="One-hot encoding",
    ),
    feature(
        "age_band",
        "categorical",
        "Ten-year bands; `unknown` for four customers in ten.",
        source("core.customers.birth_date", "date"),
        algorithm="Binning",
        tags=("Protected.Age",),
    ),
]

EXPERIENCE = [
    feature(
        "late_share_90d",
        "numerical",
        "Share of deliveries that came late.",
        source("marts.churn_features.late_share_90d", "number"),
    ),
    feature(
        "substitute_share_90d",
        "numerical",
        "Share of lines that were substituted.",
        source("marts.churn_features.substitute_share_90d", "number"),
    ),
    feature(
        "complaints_180d",
        "numerical",
        "Tickets in half a year, billing left out.",
        source("marts.churn_features.complaints_180d", "integer"),
    ),
    feature(
        "voucher_dependence",
        "numerical",
        "Does the customer only order with a voucher?",
        source("marts.churn_features.voucher_share_90d", "number"),
        source("marts.churn_features.orders_90d", "integer"),
        algorithm="Ratio, smoothed",
    ),
]

BROWSING = [
    feature(
        "pause_interest",
        "categorical",
        "Looked at the pause page, or paused before.",
        source("core.sessions.viewed_pause_page", "boolean"),
        source("marts.churn_features.pauses_180d", "integer"),
    ),
    feature(
        "home_region",
        "categorical",
        "City, grouped until each group has 500 customers.",
        source("core.customers.address.city", "string"),
        source("region_list_2024", "string"),
        algorithm="Target encoding",
        tags=("PII.NonSensitive",),
    ),
]

TREES = [
    parameter("n_estimators", "600"),
    parameter("max_depth", "5"),
    parameter("learning_rate", "0.03"),
    parameter("scale_pos_weight", "8.5"),
]

TREES_EXPLAINED = [
    parameter("n_estimators", "600", "Stopped early after 50 rounds without progress."),
    parameter("max_depth", "5", "Deeper trees learned single depots by heart."),
    parameter("learning_rate", "0.03", "Found by 80 random trials on the spring cohort."),
    parameter("scale_pos_weight", "8.5", "One customer in ten churns; keep recall above 0.6."),
    parameter("eval_metric", "aucpr", "Precision counts: each letter costs money."),
]

STORY = [
    ("bob", {"description": DESCRIPTION, "owners": owned_by("growth-data-science")}),
    ("alice", {"mlFeatures": HABITS, "tags": labels("Tier.Tier2")}),
    ("growth-analyst", {"mlFeatures": HABITS + EXPERIENCE}),
    ("alice", {"dashboard": "superset.churn_model_performance"}),
    (
        "ingestion-bot",
        {"algorithm": "Gradient-boosted trees", "mlHyperParameters": TREES, "mlStore": STORE},
    ),
    ("bob", {"mlHyperParameters": TREES_EXPLAINED, "domains": ["customer-growth"]}),
    ("growth-analyst", {"mlFeatures": HABITS + EXPERIENCE + BROWSING}),
    ("alice", {"description": DESCRIPTION + HOW_IT_IS_MADE}),
    ("ingestion-bot", {"server": "https://models.example.com/churn/v2/predict"}),
    ("bob", {"tags": labels("PersonalData.Personal", "Tier.Tier1")}),
]
"""(who, what they edited), in the order in which it happened."""
