"""The addresses of the API, without trailing slashes: the SDK does not follow redirects."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path, register_converter
from django.urls.converters import UUIDConverter

from catalog.api import assets, errors, lineage, people, services, system
from catalog.api.viewsets import EntityViewSet


class QualifiedName:
    """Everything to the end of the path: names hold slashes, and even line breaks."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class LooseUUID(UUIDConverter):
    regex = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"


register_converter(QualifiedName, "fqn")
register_converter(LooseUUID, "id")


def routes(view: type[EntityViewSet]) -> list[URLPattern]:
    """Return all addresses of one kind of entity."""
    root = view.kind.collection

    def route(below: str, **verbs: str) -> URLPattern:
        return path(root + below, view.as_view(verbs))

    return [
        route("", get="list", post="create", put="create_or_update"),
        route("/bulk", put="bulk"),
        route("/restore", put="restore"),
        route("/async/<id:pk>", delete="destroy_async"),
        route(
            "/name/<fqn:name>",
            get="retrieve_by_name",
            patch="partial_update_by_name",
            delete="destroy_by_name",
        ),
        route("/<id:pk>", get="retrieve", patch="partial_update", delete="destroy"),
        route("/<id:pk>/versions", get="versions"),
        route("/<id:pk>/versions/<str:version>", get="version"),
        route("/<id:pk>/followers", put="follow"),
        route("/<id:pk>/followers/<id:user>", delete="unfollow"),
        route("/<id:pk>/vote", put="vote"),
    ]


def user_routes() -> list[URLPattern]:
    view = people.UserViewSet
    return [
        path("users/loggedInUser", view.as_view({"get": "logged_in"})),
        path("users/auth-mechanism/<id:pk>", view.as_view({"get": "auth_mechanism"})),
    ]


urlpatterns = [
    path("", system.collections),
    path("system/version", system.version),
    path("events", system.events),
    path("lineage", lineage.put),
    path("lineage/getLineageEdge/<id:source>/<id:target>", lineage.details),
    path("lineage/getLineageEdge/<str:kind>/name/<fqn:name>", lineage.details_by_name),
    path("lineage/source/name/<str:kind>/<fqn:name>/type/<str:source>", lineage.by_source_and_name),
    path("lineage/<str:kind>/<id:pk>/type/<str:source>", lineage.by_source),
    path("lineage/<str:kind>/<id:pk>/<str:to_kind>/<id:to_pk>", lineage.by_ids),
    path("lineage/<str:kind>/<id:pk>", lineage.of_entity),
    path("lineage/<str:kind>/name/<fqn:name>", lineage.by_name),
    *user_routes(),
    *(
        pattern
        for view in (
            services.DatabaseServiceViewSet,
            services.DashboardServiceViewSet,
            services.PipelineServiceViewSet,
            services.MlModelServiceViewSet,
            assets.DatabaseViewSet,
            assets.DatabaseSchemaViewSet,
            assets.TableViewSet,
            assets.ChartViewSet,
            assets.DashboardViewSet,
            assets.PipelineViewSet,
            people.UserViewSet,
            people.TeamViewSet,
            people.BotViewSet,
            people.ClassificationViewSet,
            people.TagViewSet,
            people.DomainViewSet,
        )
        for pattern in routes(view)
    ),
]

unknown = [re_path(r"^[\s\S]*$", errors.unknown_route)]
