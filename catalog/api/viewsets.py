"""The verbs every kind of entity answers to: parse, call the write path or read, render."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog import documents, etags, lifecycle, references
from catalog.api import errors, pagination
from catalog.api.parsing import flag, include_of, limit_of, shaped
from catalog.api.rendering import href, spliced
from catalog.models import Domain, Entity, EntityVersion, User
from catalog.models.entity import Document, reference
from catalog.models.fields import RawDocument
from catalog.models.lineage import milliseconds

CHANGE_HEADER = "X-OpenMetadata-Change"
VOTES = {"votedUp": True, "votedDown": False, "unVoted": None}


class EntityViewSet(ViewSet):
    """One kind of entity over HTTP; `contents` is the shape of what can change, `create_shape` of a
    whole request."""

    kind: type[Entity]
    create_shape: type[BaseModel]
    contents: type[BaseModel]
    line = "2.0"  # which line of the SDK the client is from

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.line = "1.13" if request.path.startswith("/compat/1.13/") else "2.0"

    # --- Reading ---

    def list(self, request: Request) -> Response:
        limit = limit_of(request)
        fields = self.fields(request)
        rows = references.included(self.filtered(request), include_of(request))
        found, paging = pagination.page(rows.only("name", "core"), request, limit)
        data = [self.shown(d) for d in documents.read(self.kind, found, fields)]
        for document in data:
            document["href"] = href(request, self.kind.collection, document["id"])
        return Response({"data": data, "paging": paging})

    def retrieve(self, request: Request, pk: UUID) -> Response:
        return self.one(request, self.rows().filter(pk=pk), pk)

    def retrieve_by_name(self, request: Request, name: str) -> Response:
        # With `include` but no `fields` the SDK writes "name&include=deleted", without "?".
        plain, _, include = name.partition("&include=")
        if include and "%26include=" not in (request.META.get("RAW_URI") or ""):
            request.GET = request.GET.copy()
            request.GET["include"], name = include, plain
        return self.one(request, self.rows().named(self.lookup(name)), name)

    def one(self, request: Request, rows: QuerySet, asked: Any) -> Response:
        """Answer with the only row; without `fields` its stored text goes out unparsed."""
        fields = self.fields(request)
        rows = references.included(rows, include_of(request))
        if not fields and self.line == "2.0":
            found = rows.annotate(raw=RawDocument("core")).values_list(
                "pk", "version", "updated_at", "raw"
            )
            for pk, version, updated_at, raw in found:
                tag = etags.strong(version, milliseconds(updated_at))
                extra = {"href": href(request, self.kind.collection, pk)}
                return Response(spliced(raw, extra), headers={"ETag": tag})
        else:
            for entity in rows:
                document = self.shown(documents.read(self.kind, [entity], fields)[0])
                return self.answer(request, document)
        raise references.NotFound(self.kind.type_name, asked)

    def versions(self, request: Request, pk: UUID) -> Response:
        self.existing(pk)
        rows = EntityVersion.objects.filter(entity=pk).annotate(raw=RawDocument("document"))
        limit = limit_of(request, default=0)
        if limit:
            offset = max(0, int(request.query_params.get("offset") or 0))
            rows = rows[offset : offset + limit]
        versions = list(rows.values_list("raw", flat=True))
        return Response({"entityType": self.kind.type_name, "versions": versions})

    def version(self, request: Request, pk: UUID, version: str) -> Response:
        for row in EntityVersion.objects.filter(entity=pk, version=version):
            document = row.document | {"href": href(request, self.kind.collection, pk)}
            return Response(self.shown(document))
        raise NoSuchVersion(self.kind.type_name, pk, version)

    # --- Writing ---

    def create(self, request: Request) -> Response:
        document = shaped(self.create_shape, request.data)
        written = lifecycle.create(self.kind, document, actor=request.user)
        return self.written(request, written, status=201)

    def put(self, request: Request) -> Response:
        document = shaped(self.create_shape, request.data)
        written = lifecycle.put(self.kind, document, actor=request.user, **self.override(request))
        return self.written(request, written, status=201 if written.is_new else 200)

    def bulk(self, request: Request) -> Response:
        """PUT many; each is a transaction of its own, and what fails is told beside the rest."""
        if not isinstance(request.data, list):
            raise errors.BadRequest("The body must be a list of create requests")
        passed, failed = [], []
        for item in request.data:
            name = item.get("name") if isinstance(item, dict) else None
            try:
                document = shaped(self.create_shape, item)
                written = lifecycle.put(
                    self.kind, document, actor=request.user, **self.override(request)
                )
                name, status = str(written.entity), 201 if written.is_new else 200
                passed.append({"request": name, "status": status})
            except Exception as error:
                code = errors.status_of(error) or getattr(error, "status_code", None)
                if code is None:
                    raise
                failed.append({"request": name, "status": code, "message": str(error)})
        outcome = "success" if not failed else "partialSuccess" if passed else "failure"
        return Response(
            {
                "dryRun": False,
                "status": outcome,
                "numberOfRowsProcessed": len(passed) + len(failed),
                "numberOfRowsPassed": len(passed),
                "numberOfRowsFailed": len(failed),
                "successRequest": passed,
                "failedRequest": failed,
            }
        )

    def patch(self, request: Request, pk: UUID) -> Response:
        written = lifecycle.patch(
            self.existing(pk),
            request.data,
            actor=request.user,
            if_match=request.META.get("HTTP_IF_MATCH"),
            check=lambda document: shaped(self.contents, document),
            source=request.query_params.get("changeSource"),
        )
        return self.written(request, written)

    def patch_by_name(self, request: Request, name: str) -> Response:
        return self.patch(request, self.by_name(name).pk)

    def destroy(self, request: Request, pk: UUID) -> Response:
        entity, recursive = self.existing(pk), flag(request, "recursive")
        if flag(request, "hardDelete"):
            last = lifecycle.hard_delete(entity, actor=request.user, recursive=recursive)
            return Response(self.shown(dict(last)))
        if entity.deleted:
            raise references.NotFound(self.kind.type_name, pk)
        written = lifecycle.delete(entity, actor=request.user, recursive=recursive)
        return self.written(request, written)

    def destroy_by_name(self, request: Request, name: str) -> Response:
        return self.destroy(request, self.by_name(name).pk)

    def destroy_async(self, request: Request, pk: UUID) -> Response:
        """What 2.0 clients call; it is done when the answer is there."""
        self.destroy(request, pk)
        return self.job(pk, "deleted")

    def restore(self, request: Request) -> Response:
        entity = self.existing(self.uuid(request.data, "id"))
        written = lifecycle.restore(entity, actor=request.user)
        if flag(request, "async"):
            return self.job(entity.pk, "restored")
        return self.written(request, written)

    # --- Followers and votes ---

    def follow(self, request: Request, pk: UUID) -> Response:
        user = self.user(request.data)
        return Response(event_json(lifecycle.follow(self.existing(pk), user, actor=request.user)))

    def unfollow(self, request: Request, pk: UUID, user: UUID) -> Response:
        entity, follower = self.existing(pk), self.user(str(user))
        return Response(event_json(lifecycle.unfollow(entity, follower, actor=request.user)))

    def vote(self, request: Request, pk: UUID) -> Response:
        word = request.data.get("updatedVoteType") if isinstance(request.data, dict) else None
        if word not in VOTES:
            raise errors.BadRequest(f"[updatedVoteType must be one of {', '.join(VOTES)}]")
        event = lifecycle.vote(self.existing(pk), request.user, VOTES[word], actor=request.user)
        return Response(event_json(event))

    def assets(self, request: Request, name: str) -> Response:
        """What a person, team, tag or domain stands on, as references, newest API style."""
        holder = self.by_name(name)
        rows = self.assets_of(holder).present().order_by("name", "pk").distinct()
        limit = limit_of(request)
        offset = max(0, int(request.query_params.get("offset") or 0))
        page = [reference(row) for row in rows[offset : offset + limit]]
        return Response({"data": page, "paging": {"total": rows.count()}})

    def assets_of(self, holder: Entity) -> QuerySet:
        raise references.NotFound("assets", holder)

    # --- The small steps ---

    def rows(self) -> QuerySet:
        """Return the rows to read: the parent table alone has all that a document needs."""
        return Entity.objects.filter(entity_type=self.kind.type_name)

    def filtered(self, request: Request) -> QuerySet:
        """Narrow a list by what contains an entity (`service=`, `database=`) and by domain."""
        rows, parent, kind = self.rows(), "parent", self.kind
        while kind.parent_field and kind.parent_types != (self.kind.type_name,):
            if name := request.query_params.get(kind.parent_field):
                holders = Entity.objects.of_type(*kind.parent_types).named(name)
                rows = rows.filter(**{f"{parent}__in": holders.values("pk")})
            parent, kind = f"{parent}__parent", Entity.kinds()[kind.parent_types[0]]
        if domain := request.query_params.get("domain"):
            rows = rows.filter(
                domain_memberships__domain__in=Domain.objects.named(domain).values("pk")
            )
        return rows

    def lookup(self, name: str) -> str:
        return name

    def fields(self, request: Request) -> list[str]:
        return documents.parse_fields(self.kind, request.query_params.get("fields"))

    def existing(self, pk: UUID) -> Entity:
        for entity in self.kind.objects.filter(pk=pk):
            return entity
        raise references.NotFound(self.kind.type_name, pk)

    def by_name(self, name: str) -> Entity:
        return references.find(self.kind, self.lookup(name), include="all")

    def user(self, value: Any) -> User:
        pk = self.uuid({"id": value}, "id", "user")
        for user in User.objects.present().filter(pk=pk):
            return user
        raise references.NotFound("user", pk)

    def uuid(self, data: Any, key: str, what: str = "id") -> UUID:
        try:
            return UUID(data[key])
        except (TypeError, KeyError, ValueError, AttributeError):
            raise errors.BadRequest(f"[{what} must be a UUID]") from None

    def override(self, request: Request) -> dict[str, bool]:
        return {"override": flag(request, "overrideMetadata")}

    def job(self, pk: UUID, done: str) -> Response:
        message = f"{self.kind.label} {pk} is {done}"
        return Response({"jobId": str(pk), "message": message}, status=202)

    def shown(self, document: Document) -> Document:
        """Return the document as this client may see it."""
        hidden = set(self.kind.not_on_wire)
        if self.line == "1.13":
            hidden |= self.kind.newer
        return {k: v for k, v in document.items() if k not in hidden}

    def written(
        self, request: Request, written: lifecycle.Written, *, status: int = 200
    ) -> Response:
        document = written.document
        if "owners" in self.kind.inherited and "owners" not in document:
            pk = written.entity.pk
            document["owners"] = documents.related(self.kind, [pk], ["owners"])[pk]["owners"]
        response = self.answer(request, self.shown(document), status=status)
        response[CHANGE_HEADER] = written.how
        return response

    def answer(self, request: Request, document: Document, *, status: int = 200) -> Response:
        document["href"] = href(request, self.kind.collection, document["id"])
        tag = etags.strong(document["version"], document["updatedAt"])
        return Response(document, status=status, headers={"ETag": tag})


class NoSuchVersion(references.NotFound):
    def __init__(self, type_name: str, pk: UUID, version: str) -> None:
        LookupError.__init__(self, f"{type_name} instance for {pk} and version {version} not found")


def event_json(event: Any) -> Document:
    """Return the wire's ChangeEvent."""
    optional = {
        "entityFullyQualifiedName": event.entity_fully_qualified_name,
        "previousVersion": float(event.previous_version) if event.previous_version else None,
        "changeDescription": event.change_description or None,
    }
    return {
        "id": str(event.uuid),
        "eventType": event.event_type,
        "entityType": event.entity_type,
        "entityId": str(event.entity_id),
        "currentVersion": float(event.current_version),
        "userName": event.user_name,
        "timestamp": milliseconds(event.timestamp),
        **{k: v for k, v in optional.items() if v is not None},
    }
