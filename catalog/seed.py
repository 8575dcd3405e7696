"""What a fresh catalogue already holds: people, classifications, and how to log in."""

from __future__ import annotations

import secrets

from catalog import lifecycle
from catalog.access import SYSTEM
from catalog.models import ApiToken, Classification, Tag, Team, User
from catalog.models.entity import Entity

CLASSIFICATIONS = {
    "PII": (
        "Personally identifiable information: data that can tell who somebody is.",
        True,
        {
            "None": "Not personally identifiable.",
            "NonSensitive": "Personal, and harmless if it becomes known: a city, a birth year.",
            "Sensitive": "Personal, and harmful if it becomes known: a name, an account number.",
        },
    ),
    "PersonalData": (
        "Data about people, as the GDPR understands it.",
        False,
        {
            "Personal": "Any information about an identified or identifiable person (Art. 4 GDPR).",
            "SpecialCategory": "Special categories of personal data (Art. 9 GDPR).",
        },
    ),
    "Tier": (
        "How important something is for the business.",
        True,
        {
            "Tier1": "Critical: revenue or the law depend on it.",
            "Tier2": "Important: many teams or customers depend on it.",
            "Tier3": "Useful to some teams.",
            "Tier4": "Useful to its own team.",
            "Tier5": "Private or temporary; nobody is told when it goes.",
        },
    ),
    "Certification": (
        "How far something has been checked.",
        True,
        {
            "Gold": "Checked, documented, owned and watched.",
            "Silver": "Checked and documented.",
            "Bronze": "Documented.",
        },
    ),
    "Protected": (
        "Attributes that must not be a reason to treat people differently: those of EU"
        " non-discrimination law and of Art. 9 GDPR.",
        False,
        {
            "Gender": "Sex or gender, including gender identity.",
            "Age": "Age or date of birth.",
            "Ethnicity": "Racial or ethnic origin, skin colour, language community.",
            "Religion": "Religion or belief.",
            "Disability": "Disability, physical or mental.",
            "SexualOrientation": "Sexual orientation or sex life.",
            "Nationality": "Nationality, citizenship or residence status.",
            "PregnancyOrParenthood": "Pregnancy, parenthood, family status.",
            "TradeUnion": "Membership of a trade union.",
            "PoliticalOpinion": "Political opinions.",
            "Health": "Data concerning health.",
            "Genetic": "Genetic data.",
            "Biometric": "Biometric data that identify a person.",
            "SocialOrigin": "Social origin, property, birth.",
        },
    ),
}


def ensure(admin_password: str | None = None) -> list[str]:
    """Make what is missing; return lines that tell what was made and is shown only once."""
    lines: list[str] = []
    if not _there(User, "admin"):
        lines += _make_admin(admin_password)
    if not _there(Team, "Organization"):
        words = "Everybody: the root of all teams."
        _make(Team, name="Organization", teamType="Organization", description=words)
    if not _there(User, "ingestion-bot"):
        lines += _make_bot()
    for name, (description, exclusive, tags) in CLASSIFICATIONS.items():
        if not _there(Classification, name):
            _make(
                Classification,
                name=name,
                description=description,
                mutuallyExclusive=exclusive,
                provider="system",
            )
        for tag, words in tags.items():
            if not _there(Tag, f"{name}.{tag}"):
                _make(Tag, name=tag, classification=name, description=words, provider="system")
    return lines


def _make_admin(password: str | None) -> list[str]:
    chosen = password or secrets.token_urlsafe(12)
    admin = _make(User, name="admin", email="admin@almanac.example", isAdmin=True)
    lifecycle.set_password(admin, chosen, actor=SYSTEM)
    told = "the password you set" if password else f"password {chosen} (shown only now)"
    return [f"Log in as admin with {told}."]


def _make_bot() -> list[str]:
    bot = _make(
        User,
        name="ingestion-bot",
        email="ingestion-bot@almanac.example",
        isBot=True,
        description="The account that connectors write with.",
    )
    kinds = Entity.kinds()
    _make(
        kinds["bot"],
        name="ingestion-bot",
        botUser={"id": str(bot.pk), "type": "user"},
        provider="system",
        description="The robot that connectors are.",
    )
    token = ApiToken.objects.filter(user=bot).first()
    text = token.derived() if token else lifecycle.issue_token(bot, "ingestion", actor=SYSTEM)
    return [f"Connectors use the token of ingestion-bot: {text}"]


def _there(kind: type[Entity], name: str) -> bool:
    return kind.objects.named(name).exists()


def _make(kind: type[Entity], **document) -> Entity:
    return lifecycle.create(kind, document, actor=SYSTEM).entity
