"""Dashboards and charts."""

from django.db import models

from catalog import changes, merging
from catalog.models import assets
from catalog.models.entity import Entity
from catalog.models.relations import References

INHERITED = ("domains",)


class Chart(Entity):
    type_name = "chart"
    collection = "charts"
    label, label_plural = "Chart", "Charts"
    parent_field = "service"
    parent_types = ("dashboardService",)
    plain = (*assets.PLAIN, "chartType", "sourceUrl")
    plain_on_request = assets.ON_REQUEST
    relations = (
        *assets.RELATIONS,
        References("dashboards", "dashboard", merge=merging.keep_if_absent),
    )
    extra_fields = assets.EXTRA_FIELDS
    inherited = INHERITED
    rules = (
        *assets.RULES,
        changes.Value("chartType"),
        changes.Value("sourceUrl"),
        changes.Items("dashboards", key=changes.reference_key),
    )
    merges = assets.MERGES

    chart_type = models.CharField(max_length=16, null=True)
    source_url = models.TextField(null=True)


class Dashboard(Entity):
    type_name = "dashboard"
    collection = "dashboards"
    label, label_plural = "Dashboard", "Dashboards"
    parent_field = "service"
    parent_types = ("dashboardService",)
    plain = (*assets.PLAIN, "dashboardType", "sourceUrl", "project")
    plain_on_request = assets.ON_REQUEST
    relations = (*assets.RELATIONS, References("charts", "chart"))
    extra_fields = (*assets.EXTRA_FIELDS, "dataModels")
    inherited = INHERITED
    rules = (
        *assets.RULES,
        changes.Items("charts", key=changes.reference_key),
        changes.Value("sourceUrl"),
        changes.Value("dashboardType"),
        changes.Value("project"),
    )
    merges = assets.MERGES

    @classmethod
    def column_names(cls, entity: Entity) -> set[str]:
        charts = Chart.objects.filter(dashboards=entity.pk)
        return set(charts.values_list("fully_qualified_name", flat=True))

    # Named, because the default accessor on Entity would hide other kinds' fields of this name.
    entity_ptr = models.OneToOneField(
        Entity, models.CASCADE, parent_link=True, primary_key=True, related_name="as_dashboard"
    )
    dashboard_type = models.CharField(max_length=16, default="Dashboard")
    source_url = models.TextField(null=True)
    project = models.TextField(null=True)
    charts = models.ManyToManyField(Chart, related_name="dashboards")
