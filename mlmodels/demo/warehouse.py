"""The warehouse: what the shop's systems deliver (raw) and what everybody counts with (core)."""

from mlmodels.demo.notation import column, owned_by

SERVICE = {
    "name": "snowflake",
    "displayName": "Snowflake",
    "serviceType": "Snowflake",
    "description": "The company's warehouse, EU region. Read access is by role, never by person.",
}

DATABASE = {
    "name": "analytics",
    "service": "snowflake",
    "description": "Everything that is reported or learned from.",
}

SCHEMAS = [
    (
        {
            "name": "raw",
            "database": "snowflake.analytics",
            "retentionPeriod": "P13M",
            "sourceUrl": "https://warehouse.example.com/analytics/raw",
        },
        {
            "description": "Copies of the operational systems, as delivered. **Do not build on"
            " raw**: columns come and go with the systems.",
            "owners": owned_by("data-platform"),
        },
    ),
    (
        {
            "name": "core",
            "database": "snowflake.analytics",
            "sourceUrl": "https://warehouse.example.com/analytics/core",
        },
        {
            "description": "One row per customer, order, product: cleaned, tested, documented.",
            "owners": owned_by("data-platform"),
        },
    ),
    (
        {
            "name": "marts",
            "database": "snowflake.analytics",
            "sourceUrl": "https://warehouse.example.com/analytics/marts",
        },
        {
            "description": "Tables made for one purpose: features of a model, its scores, a"
            " report. Each belongs to the team that needs it.",
        },
    ),
]

RAW = [
    {
        "name": "crm_customers",
        "description": "Customer accounts from the CRM, one row per change.",
        "columns": [
            column("id", "varchar(36)", "Customer number in the CRM.", key=True),
            column("salutation", "varchar(16)", "Form of address the customer chose."),
            column("full_name", "varchar(200)", "Name as typed at sign-up."),
            column("email", "varchar(320)", "Log-in and contact address."),
            column("date_of_birth", "date", "Asked for at the first order with alcohol."),
            column("street", "varchar(200)"),
            column("postcode", "varchar(12)"),
            column("city", "varchar(120)"),
            column("marketing_consent", "boolean", "Newsletter opt-in."),
            column("changed_at", "timestamp", "When the CRM wrote this row."),
        ],
    },
    {
        "name": "shop_orders",
        "description": "Orders from the shop's database, with their lines as an array.",
        "columns": [
            column("order_no", "number(12, 0)", "Order number.", key=True),
            column("customer_no", "varchar(36)", "Points to `crm_customers.id`."),
            column("placed_at", "timestamp", "When the basket was confirmed (UTC)."),
            column("slot_start", "timestamp", "Start of the promised delivery slot."),
            column("delivered_at", "timestamp", "Scan at the door; empty while on the road."),
            column("status", "varchar(16)", "`placed`, `packed`, `delivered`, `cancelled`."),
            column("voucher_code", "varchar(32)"),
            column("total_cents", "number(10, 0)", "Amount to pay, in cents, with tax."),
            column(
                "items",
                "array<struct>",
                "The lines of the order.",
                inside=(
                    column("sku", "varchar(20)", "Article number."),
                    column("quantity", "number(6, 0)", "Pieces or packs."),
                    column("price_cents", "number(8, 0)", "Price of one, in cents."),
                    column("substituted", "boolean", "True if the picker sent something else."),
                ),
            ),
        ],
    },
    {
        "name": "shop_products",
        "description": "The assortment, once a night.",
        "columns": [
            column("sku", "varchar(20)", "Article number.", key=True),
            column("title", "varchar(200)", "Name on the shelf."),
            column("category_path", "varchar(300)", "`Fresh > Fruit > Berries`."),
            column("shelf_life_days", "number(4, 0)", "Days from delivery to best-before."),
            column("price_cents", "number(8, 0)"),
        ],
    },
    {
        "name": "shop_subscriptions",
        "description": "Subscriptions and each change of their state.",
        "columns": [
            column("subscription_no", "number(12, 0)", "Subscription number.", key=True),
            column("customer_no", "varchar(36)"),
            column("plan", "varchar(16)", "`weekly`, `fortnightly`, `flex`."),
            column("state", "varchar(16)", "`active`, `paused`, `cancelled`."),
            column("valid_from", "timestamp"),
            column("valid_to", "timestamp", "Empty for the present state."),
        ],
    },
    {
        "name": "web_events",
        "description": "Clicks and views from web and app, after consent.",
        "retentionPeriod": "P90D",
        "columns": [
            column("event_id", "varchar(36)", "", key=True),
            column("occurred_at", "timestamp"),
            column("event_name", "varchar(64)", "`page_view`, `add_to_basket`, `pause_clicked` …"),
            column("customer_no", "varchar(36)", "Empty for visitors who are not logged in."),
            column(
                "device",
                "struct",
                "What the visitor used.",
                inside=(
                    column("platform", "varchar(16)", "`ios`, `android`, `web`."),
                    column("user_agent", "varchar(500)"),
                    column("ip_address", "varchar(45)", "Shortened by one octet."),
                ),
            ),
            column("payload", "variant", "Whatever the event carries besides."),
        ],
    },
    {
        "name": "payments",
        "description": "Payments, reminders and chargebacks from the payment provider.",
        "columns": [
            column("payment_id", "varchar(40)", "", key=True),
            column("order_no", "number(12, 0)"),
            column("method", "varchar(16)", "`card`, `invoice`, `wallet`."),
            column("amount_cents", "number(10, 0)"),
            column("due_on", "date"),
            column("paid_at", "timestamp"),
            column("reminders", "number(3, 0)", "Reminders sent so far."),
            column("iban", "varchar(34)", "Only for invoices paid by transfer."),
        ],
    },
    {
        "name": "support_tickets",
        "description": "Contacts with customer care.",
        "columns": [
            column("ticket_id", "number(12, 0)", "", key=True),
            column("customer_no", "varchar(36)"),
            column("opened_at", "timestamp"),
            column("topic", "varchar(40)", "`late`, `missing_item`, `quality`, `billing` …"),
            column("message", "text", "What the customer wrote, in full."),
        ],
    },
]

CORE = [
    {
        "name": "customers",
        "description": "One row per customer, as of last night.\n\n"
        "- accounts that were merged keep the older `customer_id`\n"
        "- deleted accounts are anonymised within 30 days",
        "columns": [
            column("customer_id", "varchar(36)", "Stable for life.", key=True),
            column("full_name", "varchar(200)", "First and last name."),
            column("email", "varchar(320)", "Lower-cased."),
            column("birth_date", "date", "Empty unless an order needed a proof of age."),
            column("gender", "varchar(8)", "Guessed from the salutation; `unknown` if neutral."),
            column(
                "address",
                "struct",
                "Where the basket goes by default.",
                inside=(
                    column("street", "varchar(200)", "Street and number."),
                    column("postal_code", "varchar(12)", "Postal code."),
                    column("city", "varchar(120)", "City, spelled as the post office does."),
                ),
            ),
            column("depot", "varchar(8)", "The depot that serves the address."),
            column("has_consent", "boolean", "May be written to for marketing."),
            column("signed_up_on", "date", "Day of the first sign-up."),
        ],
    },
    {
        "name": "orders",
        "description": "One row per confirmed order. Cancelled orders stay, with their status.",
        "columns": [
            column("order_id", "number(12, 0)", "", key=True),
            column("customer_id", "varchar(36)", "Points to `core.customers`."),
            column("ordered_at", "timestamp", "When the basket was confirmed (UTC)."),
            column("status", "varchar(16)"),
            column("is_late", "boolean", "Delivered after the promised slot."),
            column("has_voucher", "boolean"),
            column("total", "number(10, 2)", "Euro, with tax, after vouchers."),
        ],
    },
    {
        "name": "order_items",
        "description": "One row per line of an order.",
        "columns": [
            column("order_id", "number(12, 0)"),
            column("sku", "varchar(20)", "Points to `core.products`."),
            column("quantity", "number(6, 0)"),
            column("price", "number(8, 2)", "Euro, for one piece."),
            column("is_substitute", "boolean", "Not what the customer had ordered."),
        ],
    },
    {
        "name": "products",
        "description": "The assortment: one row per article that was ever sold.",
        "columns": [
            column("sku", "varchar(20)", "Article number.", key=True),
            column("title", "varchar(200)"),
            column("department", "varchar(40)", "First step of the category path."),
            column("category", "varchar(60)", "Last step of the category path."),
            column("shelf_life_days", "number(4, 0)"),
            column("price", "number(8, 2)", "Current price in euro."),
        ],
    },
    {
        "name": "subscriptions",
        "description": "One row per subscription with its present state.",
        "columns": [
            column("subscription_id", "number(12, 0)", "", key=True),
            column("customer_id", "varchar(36)"),
            column("plan", "varchar(16)", "`weekly`, `fortnightly`, `flex`."),
            column("started_on", "date"),
            column("cancelled_on", "date", "Empty while it runs."),
            column("pauses", "number(4, 0)", "How often it was paused."),
        ],
    },
    {
        "name": "sessions",
        "description": "Visits: web events of one device with gaps below 30 minutes.",
        "columns": [
            column("session_id", "varchar(36)", "", key=True),
            column("customer_id", "varchar(36)"),
            column("started_at", "timestamp"),
            column("platform", "varchar(16)"),
            column("page_views", "number(6, 0)"),
            column("viewed_pause_page", "boolean", "Looked at how to pause or cancel."),
        ],
    },
]

TAGS = {
    "raw.crm_customers": {
        "salutation": ("Protected.Gender",),
        "full_name": ("PII.Sensitive", "PersonalData.Personal"),
        "email": ("PII.Sensitive", "PersonalData.Personal"),
        "date_of_birth": ("PII.NonSensitive", "Protected.Age"),
        "street": ("PII.Sensitive",),
    },
    "raw.web_events": {"device.ip_address": ("PII.Sensitive",)},
    "raw.payments": {"iban": ("PII.Sensitive", "PersonalData.Personal")},
    "raw.support_tickets": {"message": ("PersonalData.Personal",)},
    "core.customers": {
        "full_name": ("PII.Sensitive", "PersonalData.Personal"),
        "email": ("PII.Sensitive", "PersonalData.Personal"),
        "birth_date": ("PII.NonSensitive", "Protected.Age"),
        "gender": ("Protected.Gender",),
        "address": ("PersonalData.Personal",),
        "address.street": ("PII.Sensitive",),
        "address.postal_code": ("PII.NonSensitive",),
        "address.city": ("PII.NonSensitive",),
    },
}
"""What the privacy officer found: tags by table and column."""

TIERS = {
    "core.customers": "Tier.Tier1",
    "core.orders": "Tier.Tier1",
    "core.products": "Tier.Tier2",
    "core.subscriptions": "Tier.Tier1",
}
"""What the data platform watches day and night."""
