"""The pages on which a model is made and changed; what is saved goes through the write path."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from catalog import access, documents, lifecycle, references
from catalog.links import page_url
from catalog.models.entity import Document
from catalog.web.forms import etag_of
from catalog.web.responses import go_to, render_page
from mlmodels.models import MlModel
from mlmodels.web import feature_forms
from mlmodels.web.editing import Edit, model_to_edit, refused, tell
from mlmodels.web.feature_forms import FeatureForm, FeatureWordsForm
from mlmodels.web.forms import HyperParametersForm, NewModelForm, PropertiesForm, WordsForm

FEATURES = "?tab=features"

reads_and_posts = require_http_methods(["GET", "HEAD", "POST"])


@reads_and_posts
@login_required
def edit_model(request: HttpRequest, fqn: str) -> HttpResponse:
    """Edit a model's properties, or what anybody may say of a model without owner."""
    model = model_to_edit(request, fqn, whole=False)
    whole = access.may_edit(request.user, model) or "algorithm" in request.POST
    form = PropertiesForm if whole else WordsForm
    return Edit(
        request,
        model,
        "mlmodels/forms/properties.html" if whole else "mlmodels/forms/words.html",
        f"Edit {model.title}",
        values=form.values_of,
        build=lambda document, data, initial: form(data, initial=initial),
    ).answer()


@reads_and_posts
@login_required
def edit_hyper_parameters(request: HttpRequest, fqn: str) -> HttpResponse:
    model = model_to_edit(request, fqn)
    return Edit(
        request,
        model,
        "mlmodels/forms/hyper_parameters.html",
        f"Hyperparameters of {model.title}",
        values=HyperParametersForm.values_of,
        build=lambda document, data, initial: HyperParametersForm(data, initial=initial),
        prefix="parameters",
    ).answer()


@reads_and_posts
@login_required
def add_feature(request: HttpRequest, fqn: str) -> HttpResponse:
    model = model_to_edit(request, fqn)
    return _feature(request, model, None, FeatureForm, f"Add a feature to {model.title}")


@reads_and_posts
@login_required
def edit_feature(request: HttpRequest, fqn: str) -> HttpResponse:
    """Edit the feature that `?name=` names, or only its words where nobody owns the model."""
    model = model_to_edit(request, fqn, whole=False)
    whole = access.may_edit(request.user, model) or "sources-TOTAL_FORMS" in request.POST
    form = FeatureForm if whole else FeatureWordsForm
    name = request.GET.get("name", "")
    if request.method != "POST" or form is FeatureWordsForm:
        feature_or_404(documents.content_of(model), name)
    return _feature(request, model, name, form, f"Edit feature {name}")


@reads_and_posts
@login_required
def remove_feature(request: HttpRequest, fqn: str) -> HttpResponse:
    """Ask, then take the feature that `?name=` names out of the model."""
    model = model_to_edit(request, fqn)
    document = documents.content_of(model)
    name = request.GET.get("name", "")
    feature = feature_or_404(document, name)
    url = page_url("mlmodel", model.fully_qualified_name) + FEATURES
    context = {"entity": model, "feature": feature, "back": url}
    page, fragment = "mlmodels/remove_feature.html", "mlmodels/_remove_feature.html"
    if request.method != "POST":
        return render_page(request, page, fragment, context)
    edit = feature_forms.without(document["mlFeatures"], name)
    try:
        tell(request, lifecycle.update(model, edit, actor=request.user, if_match=etag_of(model)))
    except (lifecycle.VersionConflict, access.Forbidden) as error:
        status = refused(request) if isinstance(error, access.Forbidden) else 422
        return render_page(request, page, fragment, context | {"error": error}, status=status)
    return go_to(request, url)


@reads_and_posts
@login_required
def new_model(request: HttpRequest) -> HttpResponse:
    """Make the top shell of a model: name, service, algorithm."""
    if not access.may_create_in(request.user, "mlmodelService"):
        raise PermissionDenied("Only admins and the owners of an ML model service add models.")
    form = NewModelForm(request.POST or None, initial={"service": request.GET.get("service", "")})
    if request.method == "POST" and form.is_valid():
        try:
            model = lifecycle.create(MlModel, form.document(), actor=request.user).entity
        except lifecycle.AlreadyExists:
            form.add_error("name", "This service has a model of this name, or had one (deleted).")
        except access.Forbidden:
            form.add_error("service", "Only the owners of this service and admins add models.")
        except (lifecycle.Invalid, references.NotFound, references.WrongReference) as wrong:
            form.add_error(None, str(wrong))
        else:
            messages.success(request, f"{model.title} is in the catalogue. What else is known?")
            return go_to(request, page_url("mlmodel", model.fully_qualified_name))
    status = 422 if form.is_bound else 200
    page, fragment = "mlmodels/new.html", "mlmodels/_new.html"
    return render_page(request, page, fragment, {"form": form}, status=status)


def _feature(
    request: HttpRequest,
    model: MlModel,
    name: str | None,
    form: type[FeatureForm],
    title: str,
) -> HttpResponse:
    def values(document: Document) -> Document:
        features = document.get("mlFeatures") or []
        feature = next((it for it in features if it["name"] == name), {})
        return form.values_of(feature)

    def build(document: Document, data: Any, initial: Document) -> FeatureForm:
        features = document.get("mlFeatures") or []
        return form(data, initial=initial, features=features, stored_name=name)

    return Edit(
        request,
        model,
        "mlmodels/forms/feature.html",
        title,
        values,
        build,
        back=FEATURES,
        prefix="sources",
        fill_in=feature_forms.fill_in,
    ).answer()


def feature_or_404(document: Document, name: str) -> Document:
    for feature in document.get("mlFeatures") or []:
        if feature["name"] == name:
            return feature
    raise Http404(f"There is no feature {name}.")
