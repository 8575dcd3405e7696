"""Turn the SVG that Graphviz writes into an element that is safe and useful inside a page.

The result has no prolog, script, style, id or foreign link; each node and edge carries its
classes, what it stands for (`data-*`) and a `<title>` as its tooltip.
"""

from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"

ET.register_namespace("", SVG.strip("{}"))
ET.register_namespace("xlink", XLINK.strip("{}"))


def inlined(drawn: bytes, label: str) -> str:
    """Return the drawing as an `<svg class="drawing">` for an HTML page."""
    svg = _tidied(drawn)
    # Not role="img": that would hide the links inside from screen readers.
    svg.set("class", "drawing")
    svg.set("role", "group")
    svg.set("aria-label", label)
    return ET.tostring(svg, encoding="unicode")


def standing_alone(drawn: bytes, label: str) -> bytes:
    """Return the drawing as a file of its own."""
    svg = _tidied(drawn)
    title = ET.Element(SVG + "title")
    title.text = label
    svg.insert(0, title)
    for link in svg.iter(SVG + "a"):  # programs other than browsers know only the older name
        link.set(XLINK + "href", link.attrib.pop("href"))
    return ET.tostring(svg, encoding="utf-8", xml_declaration=True)


def _tidied(drawn: bytes) -> ET.Element:
    svg = ET.fromstring(drawn)  # noqa: S314 - written by our own child; comments and DOCTYPE go
    for side in ("width", "height"):
        svg.set(side, svg.get(side, "").removesuffix("pt"))
    for element in svg.iter():
        element.attrib.pop("id", None)
        if element.tag == SVG + "text":
            element.attrib.pop(SPACE, None)  # labels hold single spaces only
            svg.set("font-family", element.attrib.pop("font-family"))  # said once, for all
    drawing = svg.find(SVG + "g")
    for group in drawing.findall(SVG + "g"):
        if "node" in group.get("class", "").split():
            _tidy_node(group)
        else:
            _tidy_edge(group)
    drawing.remove(drawing.find(SVG + "title"))
    return svg


def _tidy_node(group: ET.Element) -> None:
    """Flatten to title, then one link with the box, the band in the kind's colour and two texts."""
    title, link = group.find(SVG + "title"), next(group.iter(SVG + "a"))
    group.set("data-node", title.text)
    title.text = link.get(XLINK + "title")
    link.attrib = {"href": link.get(XLINK + "href")}
    shapes = [part for part in link if part.tag != SVG + "text"]
    for shape, name in zip(shapes, ("box", "band"), strict=False):
        shape.set("class", name)
    texts = link.findall(SVG + "text")
    for text, name in zip(reversed(texts), ("name", "kind"), strict=False):
        text.set("class", name)
    group[:] = [title, link]


def _tidy_edge(group: ET.Element) -> None:
    """Flatten to title, line and arrow head; an edge leads nowhere, so it is no link."""
    title, link = group.find(SVG + "title"), group.find(f"{SVG}g/{SVG}a")
    tail, head = (end.partition(":")[0] for end in title.text.split("->"))  # name:port
    group.set("data-from", tail)
    group.set("data-to", head)
    title.text = link.get(XLINK + "title")
    group[:] = [title, *link]
