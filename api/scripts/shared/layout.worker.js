// Lays a network out away from the page: {nodes: [{id, x, y, size, fixed}], edges: [[from, to, weight]]} -> {id: [x, y]}.
import Graph from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

const ROUNDS = 400;

addEventListener("message", ({ data: { nodes, edges, number } }) => {
  const graph = new Graph();
  for (const { id, ...attributes } of nodes) graph.addNode(id, attributes);
  for (const [from, to, weight] of edges) if (from !== to && !graph.hasEdge(from, to)) graph.addEdge(from, to, { weight });
  const rounds = Math.max(60, Math.round(ROUNDS * Math.min(1, 300 / nodes.length)));
  // From the same places the same layout: a shared link shows the same picture.
  forceAtlas2.assign(graph, {
    iterations: rounds,
    settings: { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: nodes.length > 500, adjustSizes: false, gravity: 0.05, scalingRatio: 10, strongGravityMode: true, edgeWeightInfluence: 0, slowDown: 2 },
  });
  const places = {};
  graph.forEachNode((id, { x, y }) => { places[id] = [x, y]; });
  postMessage({ number, places });
});
