"""Act as `dot -T<format>` with the engine inside the pygraphviz wheel; a script for a child.

Usage: python -I -S bundled_dot.py FOLDER_OF_PYGRAPHVIZ FORMAT < graph.dot > picture
The package itself is not imported: it would triple the start-up time.
"""

import os
import resource
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

UNAVAILABLE = 69  # EX_UNAVAILABLE of sysexits.h
CPU_SECONDS = 60  # an engine whose parent was killed does not calculate for ever


def main(folder: str, picture_format: str) -> None:
    """Read DOT from standard input and write the picture to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        spec = PathFinder.find_spec("_graphviz", [folder])
        engine = module_from_spec(spec)
        spec.loader.exec_module(engine)
    except (ImportError, AttributeError) as error:  # a library of the system is missing
        print(error, file=sys.stderr)
        os._exit(UNAVAILABLE)
    with _first_graph() as source, open(os.devnull, "wb") as nowhere:
        _draw(engine, source, b"svg", nowhere)
    _draw(engine, sys.stdin.buffer, picture_format.encode(), sys.stdout.buffer)
    os._exit(0)  # everything is written; taking the interpreter down costs milliseconds


def _first_graph():
    """Return a graph whose drawing loads fonts and plugins before the real one arrives."""
    reading, writing = os.pipe()
    os.write(writing, b'digraph { a [label=<<B>a</B><I>b</I>> fontname="Helvetica,Arial"] }')
    os.close(writing)
    return open(reading, "rb")


def _draw(engine, source, picture_format, output) -> None:
    context = engine.gvContextWithBuiltins()
    try:
        graph = engine.agread(source, None)
    except ValueError:  # not DOT, or nothing at all because the parent went away
        os._exit(os.EX_DATAERR)
    if engine.gvLayout(context, graph, b"dot") or engine.gvRender(
        context, graph, picture_format, output
    ):
        os._exit(os.EX_SOFTWARE)


if __name__ == "__main__":
    main(*sys.argv[1:])
