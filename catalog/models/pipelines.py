"""Pipelines and their tasks."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models

from catalog import changes, merging, names
from catalog.models import assets
from catalog.models.entity import Document, Entity
from catalog.models.parts import Part, drop_empty, replace_parts


class Pipeline(Entity):
    type_name = "pipeline"
    collection = "pipelines"
    label, label_plural = "Pipeline", "Pipelines"
    parent_field = "service"
    parent_types = ("pipelineService",)
    plain = (
        *assets.PLAIN,
        "sourceUrl",
        "concurrency",
        "pipelineLocation",
        "startDate",
        "endDate",
        "scheduleInterval",
        "state",
    )
    plain_on_request = assets.ON_REQUEST
    part_lists = ("tasks",)
    relations = assets.RELATIONS
    extra_fields = (*assets.EXTRA_FIELDS, "tasks", "pipelineStatus")
    inherited = ("domains",)
    rules = (
        *assets.RULES,
        changes.Parts(
            "tasks",
            key=changes.named,
            inner=(
                changes.Value("description"),
                changes.Items("tags", key=changes.label_key),
                changes.Items("downstreamTasks"),
            ),
        ),
        changes.Value("sourceUrl"),
        changes.Value("concurrency"),
        changes.Value("pipelineLocation"),
        changes.Value("scheduleInterval"),
        changes.Value("state"),
    )
    merges = {**assets.MERGES, "tasks": merging.carry_over("description", "displayName")}

    source_url = models.TextField(null=True)
    concurrency = models.IntegerField(null=True)
    pipeline_location = models.TextField(null=True)
    start_date = models.CharField(max_length=64, null=True)
    end_date = models.CharField(max_length=64, null=True)
    schedule_interval = models.CharField(max_length=128, null=True)
    state = models.CharField(max_length=16, null=True)

    @classmethod
    def parts(cls, document: Document) -> Iterator[tuple[str, Document]]:
        for task in document.get("tasks") or []:
            yield f"tasks.{names.quote(task['name'])}", task

    @classmethod
    def complete(cls, document: Document) -> None:
        for task in document.get("tasks") or []:
            task["fullyQualifiedName"] = names.join(document["fullyQualifiedName"], task["name"])
            drop_empty(task)

    def document(self) -> Document:
        tasks = [
            task.document()
            | {"fullyQualifiedName": names.join(self.fully_qualified_name, task.name)}
            for task in self.tasks.order_by("position")
        ]
        return super().document() | ({"tasks": tasks} if tasks else {})

    def save_parts(self, before: Document, after: Document) -> None:
        super().save_parts(before, after)
        if before.get("tasks") != after.get("tasks"):
            lists = (document.get("tasks") or [] for document in (before, after))
            replace_parts(Task, {"pipeline": self}, *lists)


class Task(Part):
    plain = (
        "displayName",
        "sourceUrl",
        "description",
        "downstreamTasks",
        "taskType",
        "taskSQL",
        "startDate",
        "endDate",
    )

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="tasks")
    display_name = models.CharField(max_length=256, null=True)
    source_url = models.TextField(null=True)
    description = models.TextField(null=True)
    downstream_tasks = models.JSONField(null=True)
    task_type = models.TextField(null=True)
    task_sql = models.TextField(null=True)
    start_date = models.CharField(max_length=64, null=True)
    end_date = models.CharField(max_length=64, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "name"], name="task_names_are_unique")
        ]

    def __str__(self) -> str:
        return f"{self.pipeline}.{self.name}"
