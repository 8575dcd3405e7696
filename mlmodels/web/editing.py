"""The course every edit of a model takes: show, check, save, or show both sides of a conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from catalog import access, documents, etags, lifecycle, references
from catalog.links import page_url
from catalog.models import EntityVersion
from catalog.models.entity import Document
from catalog.models.lineage import milliseconds
from catalog.web.forms import EntityForm, etag_of, focus, one_more_row, two_sides
from catalog.web.headers import crumbs
from catalog.web.responses import go_to, render_page
from mlmodels.models import MlModel

Values = Callable[[Document], Document]
Build = Callable[[Document, Any, Document], EntityForm]


def model_to_edit(request: HttpRequest, fqn: str, *, whole: bool = True) -> MlModel:
    """Return the model, if a form for it (for all of it, or only its words) is of any use.

    Only opening a form is refused here, with PermissionDenied: what is sent goes on to the write
    path, so that whoever loses the right while typing keeps the text. Raise Http404.
    """
    try:
        model = references.find(MlModel, fqn)
    except references.NotFound as missing:
        raise Http404(str(missing)) from None
    may = access.may_edit if whole else access.may_enrich
    if request.method != "POST" and not may(request.user, model):
        raise PermissionDenied(f"Only the owners of {model.title} and admins may change it.")
    return model


@dataclass
class Edit:
    """One form of a model, from the request to the answer.

    `values` makes the form's initial values from a document, `build` the form from (document,
    what was posted or None, initial values). `prefix` names the rows of the form: its buttons
    `add` and `fill` post it to have it back with one row more, or with one completed by `fill_in`.
    """

    request: HttpRequest
    model: MlModel
    template: str
    title: str
    values: Values
    build: Build
    back: str = ""  # what follows the model's address after saving: "?tab=features"
    prefix: str = ""
    fill_in: Callable[[Any, int], Any] | None = None

    def answer(self) -> HttpResponse:
        document = documents.content_of(self.model)
        if self.request.method != "POST":
            return self.show(self.form(document, None))
        data = self.request.POST
        if "add" in data:
            return self.show_again(document, one_more_row(data, self.prefix), row=-1)
        if self.fill_in is not None and data.get("fill", "").isdecimal():
            number = int(data["fill"])
            return self.show_again(document, self.fill_in(data, number), row=number)
        return self.save(document, data)

    def save(self, document: Document, data: Any) -> HttpResponse:
        seen, present = data.get("etag", ""), etag_of(self.model)
        # What was sent is read against what the reader saw, not against what came later.
        base = document if seen == present else version_seen(self.model, seen)
        form = self.build(document, data, self.values(base or document) | {"etag": present})
        if not form.is_valid():
            form.focus_first_error()
            return self.show(form, 422)
        if seen != present:
            return self.reconcile(form, data, base)
        try:
            written = lifecycle.update(
                self.model, form.changes(), actor=self.request.user, if_match=seen
            )
        except lifecycle.VersionConflict as conflict:
            self.model = MlModel.objects.get(pk=conflict.entity.pk)
            return self.save(documents.content_of(self.model), data)
        except access.Forbidden as forbidden:
            form.add_error(None, f"{forbidden} Ask an owner, or an admin.")
            return self.show(form, refused(self.request))
        except (references.NotFound, references.WrongReference, lifecycle.Invalid) as wrong:
            form.add_error(None, str(wrong))
            return self.show(form, 422)
        tell(self.request, written)
        return go_to(self.request, self.url + self.back)

    def reconcile(self, form: EntityForm, data: Any, base: Document | None) -> HttpResponse:
        """Somebody was faster: save if they changed something else, or show both sides."""
        document = documents.content_of(self.model)
        theirs = self.values(document)
        known = None if base is None else self.values(base)
        if known is not None and all(
            form.same(name, theirs.get(name), known.get(name)) for name in form.labels()
        ):
            data = data.copy()
            data["etag"] = etag_of(self.model)
            return self.save(document, data)
        fields, merged = two_sides(form, theirs, known)
        conflict = {
            "actor": self.model.updated_by,
            "version": self.model.version,
            "at": self.model.updated_at,
            "fields": fields,
        }
        form = self.build(document, None, merged | {"etag": etag_of(self.model)})
        return self.show(form, 422, conflict=conflict)

    def form(self, document: Document, data: Any) -> EntityForm:
        return self.build(document, data, self.values(document) | {"etag": etag_of(self.model)})

    def show_again(self, document: Document, data: Any, row: int) -> HttpResponse:
        """Show the form as it was posted, without judging or saving it; go on in this row."""
        form = self.form(document, data)
        form.show_unjudged()
        if form.rows is not None and -1 <= row < len(form.rows.forms):
            focus(form.rows.forms[row], "name")
        return self.show(form)

    def show(self, form: EntityForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "form": form,
            "form_template": self.template,
            "title": self.title,
            "entity": self.model,
            "crumbs": [*crumbs(self.model), {"label": self.model.title, "url": self.url}],
            "back": self.url + self.back,
            **more,
        }
        page, fragment = "mlmodels/edit.html", "mlmodels/_edit.html"
        return render_page(self.request, page, fragment, context, status=status)

    @property
    def url(self) -> str:
        return page_url("mlmodel", self.model.fully_qualified_name)


def refused(request: HttpRequest) -> int:
    """Return the status of a refusal that is shown with the form; htmx shows nothing of a 403."""
    return 422 if request.htmx else 403


def tell(request: HttpRequest, written: lifecycle.Written) -> None:
    if written.how == written.NO_CHANGE:
        messages.info(request, "Nothing was different, so nothing was saved.")
    else:
        messages.success(request, f"Saved as version {written.entity.version}.")


def version_seen(model: MlModel, etag: str) -> Document | None:
    """Return the document of the version with this etag, unless it was written again since."""
    rows = EntityVersion.objects.filter(entity=model.pk).values_list("pk", "version", "updated_at")
    for pk, version, at in rows:
        if etags.strong(version, milliseconds(at)) == etag:
            return EntityVersion.objects.get(pk=pk).document
    return None
