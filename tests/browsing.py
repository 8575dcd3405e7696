"""A browser without JavaScript: read the form of a page, fill it in, send what a browser would."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class FormReader(HTMLParser):
    """Collect the fields of the page's editing form as (name, value), as they would be posted."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str]] = []
        self._inside = self._in_template = False
        self._text: tuple[str, list[str]] | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._inside = given.get("method") == "post" and "hx-post" in given
        elif tag == "template":
            self._in_template = True
        if not self._inside or self._in_template:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            is_box = given.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in given:
                self.fields.append((name, given.get("value", "on" if is_box else "")))
        elif tag == "textarea":
            self._text = name, []
        elif tag == "select":
            self._select = name
            self.fields.append((name, ""))
        elif tag == "option" and "selected" in given:
            self.fields[-1] = (self._select, given.get("value", ""))
        elif tag == "button" and name:
            self.buttons.append((name, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "template":
            self._in_template = False
        elif tag == "textarea" and self._text:
            name, pieces = self._text
            # A browser drops the first line end and sends the others as CRLF.
            text = "".join(pieces).replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")
            self.fields.append((name, text))
            self._text = None


class Page:
    """A page with a form, open in the browser of one person."""

    def __init__(self, client: Client, url: str) -> None:
        self.client, self.url = client, url
        self.open()

    def open(self) -> None:
        self._read(self.client.get(self.url))

    def _read(self, response: Any) -> None:
        self.response = response
        self.html = response.content.decode()
        self.form = FormReader(self.html)

    def value(self, name: str) -> str:
        return self.values(name)[-1]

    def values(self, name: str) -> list[str]:
        return [value for field, value in self.form.fields if field == name]

    def send(self, *, without: tuple[str, ...] = (), **changes: Any) -> Any:
        """Post the form with these changes; a list stands for several ticked boxes.

        The page becomes what is answered, unless that sends the browser elsewhere.
        """
        changes = {name.replace("__", "-"): value for name, value in changes.items()}
        data: dict[str, list[str]] = {}
        for name, value in self.form.fields:
            data.setdefault(name, []).append(value)
        for name, value in changes.items():
            data[name] = value if isinstance(value, list) else [value]
        for name in without:
            data.pop(name, None)
        response = self.client.post(self.url, data)
        if response.status_code != 302:
            self._read(response)
        return response


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
