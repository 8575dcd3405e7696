"""Keep the house rules: the ones a reviewer would otherwise have to remember."""

import ast
import inspect
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from catalog import lifecycle

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    path
    for app in ("catalog", "mlmodels")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
PURE = {"names", "changes", "versioning", "patch", "merging", "etags", "secrets"}
SHAPELESS_NAMES = {"utils", "util", "helpers", "common", "misc", "tools", "shared"}

# Who may write rows: the write path, and the models it calls.
WRITERS = ("catalog/lifecycle/", "catalog/models/", "mlmodels/models/")

ALWAYS_A_WRITE = {
    "asave",
    "adelete",
    "acreate",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "create_user",
    "create_superuser",
    "save",
    "delete",
}
A_WRITE_ON_ROWS = {"create", "update", "add", "set", "remove", "clear"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|truncate|alter|drop|merge|copy)\b", re.I)


def short(path):
    return path.relative_to(ROOT).as_posix()


def offenders(paths, find):
    """Return {module: what is wrong with it} for those where `find` returns something."""
    return {short(path): found for path in paths if (found := find(path))}


@cache
def parsed(path):
    return ast.parse(path.read_text(), filename=str(path))


def imports(tree):
    """Return the dotted name of everything that is imported, wherever in the module."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def imported(path, beginnings):
    """Return those imports of a module that begin with one of `beginnings`."""
    return [name for name in imports(parsed(path)) if (name + ".").startswith(beginnings)]


# --- One write path ---


@cache
def relation_names():
    """Return every attribute under which a model gives access to rows of another."""
    names = set()
    for model in apps.get_models():
        for field in model._meta.get_fields(include_hidden=False):
            if field.one_to_many or field.many_to_many:
                names.add(field.get_accessor_name() if field.auto_created else field.name)
    return names


def writes(tree):
    """Yield (line, code) for each call that writes rows without asking lifecycle.

    Sets and dictionaries have `add` and `update` too, so those count only on a manager, a query,
    a relation of a model, or a variable that holds one.
    """
    holders = _names_of_rows(tree)
    own_methods = _own_methods(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, receiver = node.func.attr, node.func.value
        if isinstance(receiver, ast.Name) and receiver.id == "lifecycle":
            continue
        is_own = isinstance(receiver, ast.Name) and receiver.id == "self" and name in own_methods
        if (
            (name in ALWAYS_A_WRITE and not is_own)
            or (name in A_WRITE_ON_ROWS and _holds_rows(receiver, holders))
            or (name in ("execute", "executemany", "raw") and _is_writing_sql(node))
        ):
            yield node.lineno, ast.unparse(node)[:120]


def _names_of_rows(tree):
    """Return the variables that are given a manager or a query somewhere in the module."""
    names = set()
    for _ in range(3):  # a variable made from a variable
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and _holds_rows(node.value, names):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
            elif isinstance(node, ast.NamedExpr) and _holds_rows(node.value, names):
                names.add(node.target.id)
    return names


def _holds_rows(node, names):
    """Return True for `Thing.objects…`, `thing.users…` and variables made from these."""
    if isinstance(node, ast.Call):
        is_query = isinstance(node.func, ast.Attribute)
        return is_query and _holds_rows(node.func.value, names)
    if isinstance(node, ast.Subscript):
        return _holds_rows(node.value, names)
    if isinstance(node, ast.Attribute):
        is_rows = node.attr in MANAGERS or node.attr in relation_names()
        return is_rows or _holds_rows(node.value, names)
    return isinstance(node, ast.Name) and node.id in names


def _own_methods(tree):
    """Return methods that classes of this module define, such as a form's own `save`."""
    return {
        method.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef)
    }


def _is_writing_sql(node):
    return any(
        isinstance(inner, ast.Constant)
        and isinstance(inner.value, str)
        and WRITING_SQL.match(inner.value)
        for argument in node.args[:1]
        for inner in ast.walk(argument)
    )


def test_nothing_but_the_write_path_writes():
    others = [path for path in MODULES if not short(path).startswith(WRITERS)]
    assert len(others) > 50
    assert offenders(others, lambda path: list(writes(parsed(path)))) == {}


@pytest.mark.parametrize(
    "code",
    [
        "model.save()",
        "Model(name='x').save()",
        "form.save()",
        "model.delete()",
        "Entity.objects.create(name='x')",
        "Entity.objects.filter(pk=1).update(name='x')",
        "Entity.objects.filter(pk=1).delete()",
        "kind._default_manager.bulk_create([])",
        "rows = Entity.objects.filter(pk=1)\nrows.update(name='x')",
        "rows = Entity.objects.all()\nsome = rows.exclude(pk=1)\nsome.update(name='x')",
        "if (rows := Entity.objects.all()):\n    rows.update(name='x')",
        "table.tag_labels.create(path='')",
        "dashboard.charts.set([])",
        "user.teams.add(team)",
        "model.features.all().update(name='x')",
        "User.objects.create_user('x')",
        "Entity.objects.get_or_create(name='x')",
        "cursor.execute('DELETE FROM catalog_entity')",
        "cursor.execute(f'  update {table} set x = 1')",
        "async def view(request):\n    await model.asave()",
    ],
)
def test_a_planted_write_is_found(code):
    assert list(writes(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "lifecycle.update(model, {}, actor=user)",
        "lifecycle.delete(model, actor=user)",
        "seen = set()\nseen.add(1)",
        "found = {}\nfound.update(a=1)",
        "context['x'].update(a=1)",
        "names = set(Entity.objects.values_list('name'))\nnames.add('x')",
        "response.set_cookie('theme', 'dark')",
        "class Form:\n    def save(self): ...\n    def post(self): self.save()",
        "cursor.execute('SELECT 1')",
        "Entity.objects.filter(pk=1).select_related('parent')",
    ],
)
def test_what_only_looks_like_a_write_is_not(code):
    assert list(writes(ast.parse(code))) == []


def test_the_write_path_is_entered_by_its_front_door():
    others = [path for path in MODULES if "lifecycle" not in path.parts]
    inner = ("catalog.lifecycle.writing.", "catalog.lifecycle.recording.")
    assert offenders(others, lambda path: imported(path, inner)) == {}


def functions_that_write():
    named = {name: getattr(lifecycle, name) for name in lifecycle.__all__}
    return {name: it for name, it in named.items() if inspect.isfunction(it)}


@pytest.mark.parametrize("name", functions_that_write())
def test_every_write_names_its_actor_and_is_one_transaction(name):
    function = functions_that_write()[name]
    actor = inspect.signature(function).parameters["actor"]
    assert actor.kind is inspect.Parameter.KEYWORD_ONLY
    assert actor.default is inspect.Parameter.empty
    source = ast.parse(inspect.getsource(inspect.unwrap(function)))
    assert "transaction.atomic" in [ast.unparse(it) for it in source.body[0].decorator_list]


# --- Arrows go down only ---


def test_catalog_does_not_know_mlmodels():
    catalog = [path for path in MODULES if short(path).startswith("catalog/")]
    assert offenders(catalog, lambda path: imported(path, ("mlmodels.",))) == {}


def test_pure_rules_import_no_django_and_nothing_that_does():
    pure = [ROOT / "catalog" / f"{name}.py" for name in PURE]

    def impure(path):
        allowed = tuple(f"catalog.{name}." for name in PURE)
        own = ("catalog.", "mlmodels.", "django.", "rest_framework.")
        return set(imported(path, own)) - set(imported(path, allowed))

    assert offenders(pure, impure) == {}


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("models", ("lifecycle", "api", "web", "lineage", "documents", "references", "access")),
        ("lifecycle", ("api", "web", "management", "seed", "urls")),
        ("lineage", ("api", "lifecycle")),
        ("api", ("web",)),
    ],
)
def test_what_is_below_does_not_know_what_is_above(below, above):
    forbidden = tuple(f"{app}.{name}." for app in ("catalog", "mlmodels") for name in above)
    paths = [path for path in MODULES if path.relative_to(ROOT).parts[1] == below]
    assert paths
    assert offenders(paths, lambda path: imported(path, forbidden)) == {}


def test_there_are_no_signals_no_thread_locals_no_generic_keys():
    def hidden_ways(path):
        found = [name for name in imports(parsed(path)) if re.search("signals|contenttypes", name)]
        return found + re.findall(r"threading\.local|ContextVar", path.read_text())

    assert offenders(MODULES, hidden_ways) == {}


# --- Small, named, told ---


def test_modules_stay_small():
    assert {name: n for name, n in lengths(MODULES).items() if n > 400} == {}


def test_scripts_stay_small():
    scripts = lengths(sorted((ROOT / "static" / "js").glob("*.js")))
    assert scripts
    assert {name: n for name, n in scripts.items() if n >= 100} == {}


def lengths(paths):
    return {short(path): len(path.read_text().splitlines()) for path in paths}


def test_modules_are_named_after_what_is_in_them():
    def shapeless(path):
        return SHAPELESS_NAMES & {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}

    assert offenders(MODULES, shapeless) == {}


def test_modules_start_by_saying_what_lives_there():
    told = [path for path in MODULES if path.name != "__init__.py"]
    assert [short(path) for path in told if not ast.get_docstring(parsed(path))] == []


def test_code_stands_in_its_folders():
    allowed = {"catalog", "mlmodels", "templates", "static", "tests", "docs", "deploy", ".ci"}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    folders = {line.split("/")[0] for line in listed.stdout.splitlines() if "/" in line}
    assert folders <= allowed


def test_fragments_do_not_extend_a_page():
    fragments = sorted((ROOT / "templates").rglob("_*.html"))
    assert fragments
    assert [short(path) for path in fragments if "{% extends" in path.read_text()] == []
