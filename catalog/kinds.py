"""What each kind of entity is called, and the icon and colour it wears on every page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A kind as readers see it; `icon` is a symbol in static/vendor/tabler/sprite.svg.

    `colour` is for white paper (pictures to download); on the screen static/css/tokens.css has
    the same one as `--kind-…`, with a second for the dark.
    """

    label: str
    plural: str
    icon: str
    colour: str = "#4c576b"

    def counted(self, number: int) -> str:
        """Say how many: "1 table", "12 ML models"; capitals stay where they belong to the name."""
        words = self.label if number == 1 else self.plural
        return f"{number} {words if words[1:2].isupper() else words[0].lower() + words[1:]}"


KINDS = {
    "mlmodel": Kind("ML model", "Models", "brain", "#6f3eba"),
    "feature": Kind("Feature", "Features", "variable", "#903996"),
    "featureSource": Kind("Feature source", "Feature sources", "transform", "#4c638e"),
    "table": Kind("Table", "Tables", "table", "#1360b0"),
    "column": Kind("Column", "Columns", "columns-3", "#4c638e"),
    "database": Kind("Database", "Databases", "database", "#1e6585"),
    "databaseSchema": Kind("Schema", "Schemas", "schema", "#1e6585"),
    "dashboard": Kind("Dashboard", "Dashboards", "layout-dashboard", "#a64d11"),
    "chart": Kind("Chart", "Charts", "chart-bar", "#865b12"),
    "pipeline": Kind("Pipeline", "Pipelines", "route", "#226d39"),
    "task": Kind("Task", "Tasks", "subtask", "#226d39"),
    "service": Kind("Service", "Services", "server-2"),
    "mlmodelService": Kind("ML model service", "ML model services", "server-cog"),
    "databaseService": Kind("Database service", "Database services", "server-2"),
    "dashboardService": Kind("Dashboard service", "Dashboard services", "server-2"),
    "pipelineService": Kind("Pipeline service", "Pipeline services", "server-2"),
    "user": Kind("User", "Users", "user", "#a43664"),
    "team": Kind("Team", "Teams", "users", "#a63c4d"),
    "bot": Kind("Bot", "Bots", "robot"),
    "classification": Kind("Classification", "Classifications", "tags", "#416527"),
    "tag": Kind("Tag", "Tags", "tag", "#53651b"),
    "domain": Kind("Domain", "Domains", "world", "#106a5b"),
}


def kind_of(name: str) -> Kind:
    """Return how a kind is shown; one that Almanac has no page for keeps its own name."""
    return KINDS.get(name) or Kind(name, name, "package")
