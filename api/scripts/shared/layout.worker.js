// Lays a network out away from the page: {places: [[x, y]], edges: [[from, to]], by place in the list} -> the places after it.
// The forces are ForceAtlas2's; its step takes rows of floats, which are filled here, so that no graph has to be made of them.
import step from "graphology-layout-forceatlas2/iterate.js";

const NODE = 10, EDGE = 3, MASS = 6, CONVERGENCE = 7, SIZE = 8;
const ROUNDS = 400;

addEventListener("message", ({ data: { places, edges, number } }) => {
  const nodes = new Float32Array(places.length * NODE), links = new Float32Array(edges.length * EDGE);
  places.forEach(([x, y], at) => {
    nodes.set([x, y], at * NODE);
    nodes[at * NODE + MASS] = nodes[at * NODE + CONVERGENCE] = nodes[at * NODE + SIZE] = 1;
  });
  edges.forEach(([from, to], at) => {
    links.set([from * NODE, to * NODE, 1], at * EDGE);
    nodes[from * NODE + MASS] += 1;
    nodes[to * NODE + MASS] += 1;
  });
  const settings = {
    linLogMode: false, outboundAttractionDistribution: false, adjustSizes: false, edgeWeightInfluence: 0, scalingRatio: 10,
    strongGravityMode: true, gravity: 0.05, slowDown: 2, barnesHutOptimize: places.length > 500, barnesHutTheta: 0.5,
  };
  // From the same places the same layout: a shared link shows the same picture.
  const rounds = Math.max(60, Math.round(ROUNDS * Math.min(1, 300 / places.length)));
  for (let round = 0; round < rounds; round += 1) step(settings, nodes, links);
  postMessage({ number, places: places.map((_, at) => [nodes[at * NODE], nodes[at * NODE + 1]]) });
});
