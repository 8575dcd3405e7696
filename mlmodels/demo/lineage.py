"""Lineage of the warehouse: which table is made from which, by whom, column by column."""

CORE = "airflow.build_core"
CHURN = "airflow.churn_features_daily"
DEMAND = "airflow.demand_features_daily"
RISK = "airflow.payment_risk_features"

TABLES = [
    (
        "raw.crm_customers",
        "core.customers",
        CORE,
        {
            "customer_id": "id",
            "full_name": ("full_name", "trim(full_name)"),
            "email": ("email", "lower(email)"),
            "birth_date": "date_of_birth",
            "gender": ("salutation", "gender_of(salutation)"),
            "address.street": "street",
            "address.postal_code": "postcode",
            "address.city": "city",
            "depot": ("postcode", "depot_of(postcode)"),
            "has_consent": "marketing_consent",
            "signed_up_on": ("changed_at", "min(changed_at)::date"),
        },
    ),
    (
        "raw.shop_orders",
        "core.orders",
        CORE,
        {
            "order_id": "order_no",
            "customer_id": "customer_no",
            "ordered_at": "placed_at",
            "status": "status",
            "is_late": ("delivered_at slot_start", "delivered_at > slot_start + 1 hour"),
            "has_voucher": ("voucher_code", "voucher_code is not null"),
            "total": ("total_cents", "total_cents / 100"),
        },
    ),
    (
        "raw.shop_orders",
        "core.order_items",
        CORE,
        {
            "order_id": "order_no",
            "sku": "items.sku",
            "quantity": "items.quantity",
            "price": ("items.price_cents", "price_cents / 100"),
            "is_substitute": "items.substituted",
        },
    ),
    (
        "raw.shop_products",
        "core.products",
        CORE,
        {
            "sku": "sku",
            "title": "title",
            "department": ("category_path", "split_part(category_path, ' > ', 1)"),
            "category": ("category_path", "split_part(category_path, ' > ', -1)"),
            "shelf_life_days": "shelf_life_days",
            "price": ("price_cents", "price_cents / 100"),
        },
    ),
    (
        "raw.shop_subscriptions",
        "core.subscriptions",
        CORE,
        {
            "subscription_id": "subscription_no",
            "customer_id": "customer_no",
            "plan": "plan",
            "started_on": ("valid_from", "min(valid_from)"),
            "cancelled_on": ("state valid_from", "min(valid_from) where state = 'cancelled'"),
            "pauses": ("state", "count_if(state = 'paused')"),
        },
    ),
    (
        "raw.web_events",
        "core.sessions",
        CORE,
        {
            "customer_id": "customer_no",
            "started_at": ("occurred_at", "min(occurred_at)"),
            "platform": "device.platform",
            "page_views": ("event_name", "count_if(event_name = 'page_view')"),
            "viewed_pause_page": ("event_name", "bool_or(event_name = 'pause_clicked')"),
        },
    ),
    (
        "core.subscriptions",
        "marts.churn_features",
        CHURN,
        {
            "customer_id": "customer_id",
            "plan": "plan",
            "tenure_days": ("started_on", "as_of - started_on"),
            "pauses_180d": "pauses",
            "has_churned": ("cancelled_on", "cancelled_on <= as_of + 60"),
        },
    ),
    (
        "core.orders",
        "marts.churn_features",
        CHURN,
        {
            "orders_90d": ("order_id", "count(order_id)"),
            "spend_90d": ("total", "sum(total)"),
            "days_since_order": ("ordered_at", "as_of - max(ordered_at)"),
            "late_share_90d": ("is_late", "avg(is_late)"),
            "voucher_share_90d": ("has_voucher", "avg(has_voucher)"),
        },
    ),
    (
        "core.order_items",
        "marts.churn_features",
        CHURN,
        {"substitute_share_90d": ("is_substitute", "avg(is_substitute)")},
    ),
    (
        "raw.support_tickets",
        "marts.churn_features",
        CHURN,
        {"complaints_180d": ("ticket_id topic", "count_if(topic <> 'billing')")},
    ),
    (
        "core.order_items",
        "marts.demand_daily",
        DEMAND,
        {
            "sku": "sku",
            "units": ("quantity", "sum(quantity)"),
            "price": ("price", "avg(price)"),
        },
    ),
    ("core.orders", "marts.demand_daily", DEMAND, {"sold_on": "ordered_at"}),
    ("core.customers", "marts.demand_daily", DEMAND, {"depot": "depot"}),
    ("core.products", "marts.demand_daily", DEMAND, {"shelf_life_days": "shelf_life_days"}),
    (
        "core.customers",
        "marts.payment_risk_features",
        RISK,
        {
            "customer_id": "customer_id",
            "area_default_rate": ("address.postal_code", "default_rate by postal_code"),
            "household_segment": ("gender birth_date", "segment(gender, age_band(birth_date))"),
        },
    ),
    (
        "core.orders",
        "marts.payment_risk_features",
        RISK,
        {
            "first_basket_total": ("total", "first_value(total)"),
            "night_order": ("ordered_at", "hour(ordered_at) < 5"),
        },
    ),
    (
        "raw.payments",
        "marts.payment_risk_features",
        RISK,
        {
            "area_default_rate": ("paid_at due_on", "avg(paid_at is null and due_on < today)"),
            "open_invoices": ("paid_at method", "count_if(paid_at is null)"),
            "reminders_365d": ("reminders", "sum(reminders)"),
        },
    ),
    (
        "core.order_items",
        "marts.product_affinity",
        "",
        {"sku": "sku", "other_sku": "sku", "baskets": ("order_id", "count(*)")},
    ),
    ("core.products", "marts.product_affinity", "", {"department": "department"}),
]
"""(from, to, pipeline, columns as `notation.mapped` reads them)"""

SQL = {
    ("core.orders", "marts.churn_features"): (
        "insert into marts.churn_features (customer_id, as_of, orders_90d, spend_90d, …)\n"
        "select customer_id, :as_of, count(order_id), sum(total),\n"
        "       :as_of - max(ordered_at)::date, avg(is_late::int), avg(has_voucher::int)\n"
        "from core.orders\n"
        "where ordered_at between :as_of - 90 and :as_of\n"
        "group by customer_id"
    ),
    ("raw.crm_customers", "core.customers"): (
        "select id as customer_id, trim(full_name) as full_name, lower(email) as email,\n"
        "       date_of_birth as birth_date, gender_of(salutation) as gender,\n"
        "       object_construct('street', street, 'postal_code', postcode, 'city', city)\n"
        "         as address, depot_of(postcode) as depot, marketing_consent as has_consent\n"
        "from raw.crm_customers\n"
        "qualify row_number() over (partition by id order by changed_at desc) = 1"
    ),
}

SHOWN = [
    ("marts.churn_scores", "superset.churn_model_performance"),
    ("marts.churn_features", "superset.churn_model_performance"),
    ("marts.demand_daily", "superset.demand_forecast_accuracy"),
    ("core.subscriptions", "looker.subscriber_report"),
]
"""(table, dashboard that reads it)"""

PREDICTED = [("mlflow.churn_prediction", "marts.churn_scores", "airflow.score_churn_weekly")]
"""(model, table that holds its predictions, pipeline that writes it)"""
