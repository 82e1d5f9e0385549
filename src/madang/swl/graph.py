"""The graph of a program as JSON: what a canvas draws and a history compares. Its schema is in the documentation."""

from __future__ import annotations

from madang.kit.json import JsonObject, JsonValue
from madang.swl.ir import FunctionIR, Input, Node, Port, ProgramIR, Source, walk_nodes

GRAPH_VERSION = 1


def graph_of(program: ProgramIR) -> JsonObject:
    """Functions with their nodes, nested as in the text, and all data edges in the order of the nodes they go to."""
    edges: list[JsonValue] = []
    for function in program.functions:
        for node in walk_nodes(function.nodes):
            edges += [_edge(node, each, source) for each in node.inputs for source in each.sources]
    typed, untyped = program.typed_edges, program.untyped_edges
    return {
        "version": GRAPH_VERSION,
        "workflow": program.workflow,
        "description": program.description,
        "functions": [_function(each) for each in program.functions],
        "edges": edges,
        "operations": list(program.operations),
        "connectors": list(program.connectors),
        "typed_share": round(typed / (typed + untyped), 4) if typed + untyped else 1,
    }


def _function(function: FunctionIR) -> JsonObject:
    return {
        "name": function.name,
        "description": function.description,
        "public": function.is_public,
        "effects": function.is_effectful,
        "result": function.result,
        "nodes": [_node(each) for each in function.nodes],
    }


def _node(node: Node) -> JsonObject:
    said: JsonObject = {"id": node.id, "kind": node.kind, "label": node.label, "span": node.span.to_json()}
    if node.operation is not None:
        said["operation"] = node.operation
    if node.effect is not None:
        said["effect"] = node.effect
    if node.inputs:
        said["inputs"] = [{"port": each.port, "text": each.text, "type": each.type} for each in node.inputs]
    if node.outputs:
        said["outputs"] = [_port(each) for each in node.outputs]
    if node.blocks:
        said["blocks"] = [
            {"name": each.name, "text": each.text, "nodes": [_node(inner) for inner in each.nodes]}
            for each in node.blocks
        ]
    return said


def _edge(node: Node, given: Input, source: Source) -> JsonObject:
    return {"from": source.node, "path": source.path, "to": node.id, "port": given.port, "type": given.type}


def _port(port: Port) -> JsonObject:
    return {"name": port.name, "type": port.type}
