"""Who works at Larkbasket: teams, people, role accounts, and the parts of the business."""

from mlmodels.demo.notation import owned_by

COMPANY = "larkbasket"
"""The team that stands for the whole company; where it exists, the demo was loaded."""

TEAMS = [
    {
        "name": COMPANY,
        "displayName": "Larkbasket",
        "teamType": "BusinessUnit",
        "parents": ["Organization"],
        "description": "Groceries by subscription: a weekly basket, delivered in a slot you"
        " choose. *An invented company, so that a fresh catalogue has something to show.*",
    },
    {
        "name": "data-platform",
        "displayName": "Data platform",
        "teamType": "Group",
        "parents": [COMPANY],
        "description": "Runs the warehouse, the pipelines and this catalogue.",
        "email": "data-platform@example.com",
    },
    {
        "name": "growth-data-science",
        "displayName": "Growth data science",
        "teamType": "Group",
        "parents": [COMPANY],
        "description": "Models that help customers stay: churn, recommendations, vouchers.",
        "email": "growth-data-science@example.com",
    },
    {
        "name": "supply-planning",
        "displayName": "Supply planning",
        "teamType": "Group",
        "parents": [COMPANY],
        "description": "Decides what to buy, for which depot, and how much of it.",
        "email": "supply-planning@example.com",
    },
    {
        "name": "payment-risk",
        "displayName": "Payment risk",
        "teamType": "Group",
        "parents": [COMPANY],
        "description": "Decides who may pay by invoice, and watches for fraud.",
        "email": "payment-risk@example.com",
    },
    {
        "name": "privacy",
        "displayName": "Privacy",
        "teamType": "Group",
        "parents": [COMPANY],
        "description": "Keeps the record of processing activities; tags personal data.",
    },
]

CAST = ("alice", "bob", "charlie")
"""Those who may log in."""

USERS = [
    ("alice", "Alice", "growth-data-science", "Leads growth data science."),
    ("bob", "Bob", "growth-data-science", "Builds and runs the growth models."),
    ("charlie", "Charlie", "supply-planning", "Plans depots; owns the demand forecast."),
    ("growth-analyst", "Growth analyst", "growth-data-science", "Role account of the analysts."),
    ("data-engineer", "Data engineer", "data-platform", "Role account of the engineer on duty."),
    ("risk-analyst", "Risk analyst", "payment-risk", "Role account of the risk desk."),
    ("privacy-officer", "Privacy officer", "privacy", "Role account of data protection."),
]

DOMAINS = [
    {
        "name": "customer-growth",
        "displayName": "Customer growth",
        "domainType": "Consumer-aligned",
        "description": "Winning customers and keeping them.",
        "owners": owned_by("growth-data-science"),
    },
    {
        "name": "supply",
        "displayName": "Supply",
        "domainType": "Consumer-aligned",
        "description": "From the forecast to the full shelf in the depot.",
        "owners": owned_by("supply-planning"),
    },
    {
        "name": "payments",
        "displayName": "Payments",
        "domainType": "Source-aligned",
        "description": "Invoices, cards, refunds, and the risk in them.",
        "owners": owned_by("payment-risk"),
    },
]
