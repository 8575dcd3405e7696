"""The shapes of a lineage graph, free of Django: read once, then drawn, tabled and exported."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Node:
    """One entity; `hidden_*` count its neighbours beyond the depth or the cap."""

    id: UUID
    kind: str
    name: str
    display_name: str
    fully_qualified_name: str
    deleted: bool = False
    hidden_upstream: int = 0
    hidden_downstream: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """Data flows from one node to another; `columns` counts the column mappings."""

    from_id: UUID
    to_id: UUID
    description: str = ""
    source: str = "Manual"
    pipeline: str | None = None
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Stub:
    """Neighbours of a node that the graph counts but does not hold."""

    node: Node
    direction: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """An edge with its two ends, as a line of a table."""

    from_node: Node
    to_node: Node
    description: str
    pipeline: str
    columns: int


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """The neighbourhood of `root`; both ends of every edge are in `nodes`."""

    root: UUID
    nodes: dict[UUID, Node]
    edges: tuple[Edge, ...] = ()
    left_out: int = 0

    def sorted_nodes(self) -> list[Node]:
        """Return the nodes in an order that does not depend on how they were read."""
        return sorted(self.nodes.values(), key=_place)

    def sorted_edges(self) -> list[Edge]:
        """Return the edges in an order that does not depend on how they were read."""
        return sorted(
            self.edges,
            key=lambda edge: (_place(self.nodes[edge.from_id]), _place(self.nodes[edge.to_id])),
        )

    def stubs(self) -> Iterator[Stub]:
        """Yield what was left out beside each node, in the order of the nodes."""
        for node in self.sorted_nodes():
            if node.hidden_upstream:
                yield Stub(node, "upstream", node.hidden_upstream)
            if node.hidden_downstream:
                yield Stub(node, "downstream", node.hidden_downstream)


def rows(graph: LineageGraph) -> list[Row]:
    """Return the drawing's content as rows, for reading aloud and for CSV."""
    return [
        Row(
            graph.nodes[edge.from_id],
            graph.nodes[edge.to_id],
            edge.description,
            edge.pipeline or "",
            edge.columns,
        )
        for edge in graph.sorted_edges()
    ]


def _place(node: Node) -> tuple[str, str, str]:
    return node.fully_qualified_name, node.kind, str(node.id)
