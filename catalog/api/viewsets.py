"""The verbs every kind of entity answers to: parse, call the write path or read, render."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet
from orjson import Fragment
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog import documents, etags, lifecycle, names, references
from catalog.api import errors, pagination
from catalog.api.parsing import (
    INCLUDES,
    check_texts,
    choice,
    flag,
    include_of,
    limit_of,
    number,
    shaped,
)
from catalog.api.rendering import href, spliced
from catalog.models import Domain, Entity, EntityVersion, User
from catalog.models.entity import Document
from catalog.models.fields import RawDocument
from catalog.models.lineage import milliseconds

CHANGE_HEADER = "X-OpenMetadata-Change"
CHANGE_SOURCES = ("Manual", "Propagated", "Automated", "Derived", "Ingested", "Suggested")
Write = Callable[..., lifecycle.Written]
VOTES = {"votedUp": True, "votedDown": False, "unVoted": None}


class EntityViewSet(ViewSet):
    """One kind of entity over HTTP; `contents` is the shape of what can change, `create_shape` of a
    whole request."""

    kind: type[Entity]
    create_shape: type[BaseModel]
    contents: type[BaseModel]
    below_name: tuple[str, ...] = ()  # views of what stands below an entity's address by name
    line = "2.0"  # which line of the SDK the client is from

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        check_texts(request)
        self.line = "1.13" if request.path.startswith("/compat/1.13/") else "2.0"

    # --- Reading ---

    def list(self, request: Request) -> Response:
        limit, fields = limit_of(request), self.fields(request)
        rows = references.included(self.filtered(request), include_of(request))
        found, paging = pagination.page(_raw(rows), request, limit)
        return Response({"data": self.rendered(request, found, fields), "paging": paging})

    def retrieve(self, request: Request, pk: UUID) -> Response:
        return self.one(request, self.rows().filter(pk=pk), pk, include_of(request))

    def retrieve_by_name(self, request: Request, name: str) -> Response:
        above, _, last = name.rpartition("/")
        # Names hold slashes: "a/columns" may well be a table, and then it is what is asked for.
        if last in self.below_name and above and not self.named(name).exists():
            return getattr(self, last)(request, above)
        try:
            return self.one(request, self.named(name), name, include_of(request))
        except references.NotFound:
            # With `include` but no `fields` the SDK writes "name&include=deleted", without "?".
            plain, _, include = name.rpartition("&include=")
            if include not in INCLUDES:
                raise
            return self.one(request, self.named(plain), name, include)

    def one(self, request: Request, rows: QuerySet, asked: Any, include: str) -> Response:
        """Answer with the only row."""
        fields = self.fields(request)
        for row in _raw(references.included(rows, include)):
            tag = etags.strong(row.version, milliseconds(row.updated_at))
            document = self.rendered(request, [row], fields)[0]
            return Response(document, headers={"ETag": tag})
        raise references.NotFound(self.kind.type_name, asked)

    def rendered(
        self, request: Request, rows: Sequence[Entity], fields: Sequence[str]
    ) -> list[Fragment]:
        """Return the documents as JSON; where it can be, the stored text goes out unparsed."""
        extras = documents.related(self.kind, [row.pk for row in rows], fields)
        above = href(request, self.kind.collection, "")
        rendered = []
        for row in rows:
            extra = extras[row.pk]
            extra["href"] = f"{above}{row.pk}"
            if self.line != "2.0" or documents.has_labelled_parts(self.kind, extra):
                core = orjson.loads(row.raw)
                document = self.shown(documents.with_related(self.kind, core, extra))
                rendered.append(Fragment(orjson.dumps(document)))
            else:
                extra = documents.with_related(self.kind, {}, extra)
                rendered.append(Fragment(spliced(row.raw, self.shown(extra))))
        return rendered

    def versions(self, request: Request, pk: UUID) -> Response:
        self.existing(pk)
        rows = EntityVersion.objects.filter(entity=pk).annotate(raw=RawDocument("document"))
        if limit := limit_of(request, default=0):
            offset = number(request, "offset", 0)
            rows = rows[offset : offset + limit]
        versions = list(rows.values_list("raw", flat=True))
        return Response({"entityType": self.kind.type_name, "versions": versions})

    def version(self, request: Request, pk: UUID, version: str) -> Response:
        is_number = re.fullmatch(r"(0|[1-9][0-9]{,6})\.[0-9]", version)
        rows = EntityVersion.objects.filter(entity=pk, version=version) if is_number else ()
        for row in rows:
            document = row.document | {"href": href(request, self.kind.collection, pk)}
            return Response(self.shown(document))
        raise NoSuchVersion(self.kind.type_name, pk, version)

    # --- Writing ---

    def create(self, request: Request) -> Response:
        written = self.write(request, lifecycle.create, request.data)
        return self.written(request, written, status=201)

    def create_or_update(self, request: Request) -> Response:
        written = self.write(request, _put(request), request.data)
        return self.written(request, written, status=201 if written.is_new else 200)

    def bulk(self, request: Request) -> Response:
        """PUT many; each is a transaction of its own, and what fails is told beside the rest."""
        if not isinstance(request.data, list):
            raise errors.BadRequest("The body must be a list of create requests")
        passed, failed = [], []
        for item in request.data:
            name = item.get("name") if isinstance(item, dict) else None
            try:
                written = self.write(request, _put(request), item)
                name, status = str(written.entity), 201 if written.is_new else 200
                passed.append({"request": name, "status": status})
            except Exception as error:
                if (code := errors.status_of(error)) is None:
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

    def write(self, request: Request, write: Write, data: Any) -> lifecycle.Written:
        return write(self.kind, shaped(self.create_shape, data), actor=request.user)

    def partial_update(self, request: Request, pk: UUID) -> Response:
        written = lifecycle.patch(
            self.existing(pk),
            request.data,
            actor=request.user,
            if_match=request.META.get("HTTP_IF_MATCH"),
            check=lambda document: shaped(self.contents, document),
            source=choice(request, "changeSource", CHANGE_SOURCES),
        )
        return self.written(request, written)

    def partial_update_by_name(self, request: Request, name: str) -> Response:
        return self.partial_update(request, self.by_name(name).pk)

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
        if not isinstance(word, str) or word not in VOTES:
            raise errors.BadRequest(f"[updatedVoteType must be one of {', '.join(VOTES)}]")
        event = lifecycle.vote(self.existing(pk), request.user, VOTES[word], actor=request.user)
        return Response(event_json(event))

    # --- The small steps ---

    def named(self, name: str) -> QuerySet:
        return self.rows().named(self.lookup(name))

    def rows(self) -> QuerySet:
        """Return the rows to read: the parent table alone has all that a document needs."""
        return Entity.objects.filter(entity_type=self.kind.type_name)

    def filtered(self, request: Request) -> QuerySet:
        """Narrow a list by what contains an entity (`service=`, `database=`) and by domain."""
        rows, parent, kind = self.rows(), "parent", self.kind
        while kind.parent_field and kind.parent_types != (self.kind.type_name,):
            if name := request.query_params.get(kind.parent_field):
                holders = Entity.objects.of_type(*kind.parent_types).named(name)
                # Asked for first: only below a known parent does an index have the list's order.
                ids = list(holders.values_list("pk", flat=True))
                rows = rows.filter(**{f"{parent}__in": ids})
            parent, kind = f"{parent}__parent", Entity.kinds()[kind.parent_types[0]]
        if domain := request.query_params.get("domain"):
            rows = rows.filter(
                domain_memberships__domain__in=Domain.objects.named(domain).values("pk")
            )
        return rows

    def lookup(self, name: str) -> str:
        """Return the qualified name; at the top the SDK asks for dotted ones without quotes."""
        return name if self.kind.parent_field else names.quote(name)

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


def _put(request: Request) -> Write:
    return partial(lifecycle.put, override=flag(request, "overrideMetadata"))


def _raw(rows: QuerySet) -> QuerySet:
    """Load of each row what a page and a document need: the stored text, not its parsed form."""
    return rows.annotate(raw=RawDocument("core")).only("name", "version", "updated_at")


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
