// What sigma reads of a graph, and no more: ours is drawn as it is given and never changed, so graphology, a third of the bundle, is not needed.

export class DrawnGraph {
  /** Of nodes {id, …} and edges {id, source, target, …}; what else they have is what sigma draws them by. */
  constructor(nodes, edges) {
    const byId = (all) => new Map(all.map(({ id, ...attributes }) => [id, attributes]));
    Object.assign(this, { multi: true, order: nodes.length, byNode: byId(nodes), byEdge: byId(edges) });
  }

  nodes() { return [...this.byNode.keys()]; }

  edges() { return [...this.byEdge.keys()]; }

  hasNode(id) { return this.byNode.has(id); }

  hasEdge(id) { return this.byEdge.has(id); }

  getNodeAttributes(id) { return this.byNode.get(id); }

  getEdgeAttributes(id) { return this.byEdge.get(id); }

  extremities(id) {
    const { source, target } = this.byEdge.get(id);
    return [source, target];
  }

  forEachNode(told) { this.byNode.forEach((attributes, id) => told(id, attributes)); }

  forEachEdge(told) {
    this.byEdge.forEach((edge, id) => told(id, edge, edge.source, edge.target, this.byNode.get(edge.source), this.byNode.get(edge.target), false));
  }

  // Sigma listens for changes, and knows a graph by these two.
  on() {}

  removeListener() {}

  addUndirectedEdgeWithKey() { throw new Error("what is drawn is not changed"); }

  dropNode() { throw new Error("what is drawn is not changed"); }
}
