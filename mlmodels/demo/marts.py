"""The marts: tables that were made for a model, a score or a report."""

from mlmodels.demo.notation import column, owned_by

MARTS = [
    {
        "name": "churn_features",
        "description": "What the churn model knows about a customer, once per day and customer."
        " Only what was known **on the day**: no leakage from later orders.",
        "columns": [
            column("customer_id", "varchar(36)", "Points to `core.customers`."),
            column("as_of", "date", "The day the row describes."),
            column("plan", "varchar(16)", "Plan on that day."),
            column("tenure_days", "number(6, 0)", "Days since the subscription began."),
            column("orders_90d", "number(5, 0)", "Orders in the last 90 days."),
            column("spend_90d", "number(10, 2)", "Euro spent in the last 90 days."),
            column("days_since_order", "number(5, 0)", "Days since the last order."),
            column("late_share_90d", "float", "Share of orders that came late."),
            column("substitute_share_90d", "float", "Share of lines that were substituted."),
            column("voucher_share_90d", "float", "Share of orders with a voucher."),
            column("pauses_180d", "number(4, 0)", "Pauses in the last 180 days."),
            column("complaints_180d", "number(4, 0)", "Support tickets, billing left out."),
            column("has_churned", "boolean", "The label: cancelled within the next 60 days."),
        ],
    },
    {
        "name": "churn_scores",
        "description": "Risk of cancelling within 60 days, per customer and week. Read by the"
        " retention campaigns.",
        "columns": [
            column("customer_id", "varchar(36)"),
            column("scored_on", "date"),
            column("risk", "float", "0 to 1, calibrated."),
            column("model_version", "varchar(20)", "Version in the model registry."),
        ],
    },
    {
        "name": "demand_daily",
        "description": "Units sold per article, depot and day, with what may explain them.",
        "columns": [
            column("sold_on", "date"),
            column("depot", "varchar(8)"),
            column("sku", "varchar(20)"),
            column("units", "number(10, 0)", "Sold, substitutes counted for what was ordered."),
            column("price", "number(8, 2)", "Average price of the day."),
            column("is_promoted", "boolean", "In that week's leaflet."),
            column("stock_out_hours", "number(4, 1)", "Hours without stock."),
            column("shelf_life_days", "number(4, 0)"),
        ],
    },
    {
        "name": "payment_risk_features",
        "description": "What is known about a customer when a first invoice is asked for.",
        "columns": [
            column("customer_id", "varchar(36)"),
            column("area_default_rate", "float", "Unpaid invoices in the same postal code."),
            column("household_segment", "varchar(24)", "Segment by age band and salutation."),
            column("first_basket_total", "number(10, 2)", "Euro."),
            column("open_invoices", "number(4, 0)"),
            column("reminders_365d", "number(4, 0)"),
            column("night_order", "boolean", "Ordered between midnight and five."),
        ],
    },
    {
        "name": "product_affinity",
        "description": "How often two articles meet in a basket, per department.",
        "tableType": "View",
        "schemaDefinition": "create view marts.product_affinity as\n"
        "select a.sku, b.sku as other_sku, p.department, count(*) as baskets\n"
        "from core.order_items a\n"
        "join core.order_items b on b.order_id = a.order_id and b.sku <> a.sku\n"
        "join core.products p on p.sku = a.sku\n"
        "group by 1, 2, 3",
        "columns": [
            column("sku", "varchar(20)"),
            column("other_sku", "varchar(20)"),
            column("department", "varchar(40)"),
            column("baskets", "number(10, 0)", "Baskets that hold both."),
        ],
    },
]

OWNERS = {
    "marts.churn_features": owned_by("growth-data-science"),
    "marts.churn_scores": owned_by("growth-data-science"),
    "marts.demand_daily": owned_by("supply-planning"),
    "marts.payment_risk_features": owned_by("payment-risk"),
}
"""Nobody has claimed the view of product affinity yet."""
