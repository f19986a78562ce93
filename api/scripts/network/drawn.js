// What is drawn of the data: an actor each, and one line for all that relates two of them.

const SIDES = { UkrainianSide: ["ua", "circle"], RussianSide: ["ru", "square"], ThirdParty: ["tp", "diamond"] };

/** The class and the shape of a side; an actor on none is drawn as a third party. */
export const sideOf = (side) => SIDES[side] ?? SIDES.ThirdParty;

/** The class for the colour of a kind of relation, by its place in the list. */
export const kindColour = (kinds, id) => `k${kinds.findIndex((kind) => kind.id === id) % 9}`;

/** Pair -> its edges; a pair's id names both ends, the lesser first. */
export const pairsOf = (data) => {
  const pairs = new Map();
  for (const edge of data.edges) {
    const id = [edge.from, edge.to].sort().join(" ");
    pairs.set(id, [...(pairs.get(id) ?? []), edge]);
  }
  return pairs;
};

/** {of(node): its class, legend: [[class, words]]} for what the actors are coloured by. */
const colouring = (data) => {
  const numbered = (value, words) => {
    const known = [...new Set(data.nodes.map(value))].sort((a, b) => (typeof a === "number" ? a - b : a.localeCompare(b)));
    const colour = (one) => `k${known.indexOf(one) % 9}`;
    return { of: (node) => colour(value(node)), legend: known.map((one) => [colour(one), words(one)]) };
  };
  if (data.colour === "kind") return numbered((node) => node.kind, (kind) => kind);
  if (data.colour === "community" && data.nodes.some((node) => "community" in node)) return numbered((node) => node.community ?? 0, (group) => (group ? `Group ${group}` : "In no group"));
  return { of: (node) => sideOf(node.side)[0], legend: [] };
};

export const drawn = (data) => {
  const { of: colour, legend } = colouring(data);
  const most = Math.max(1, ...data.nodes.map(({ count }) => count));
  const nodes = data.nodes.map((node) => ({
    id: node.iri, label: node.label, shape: sideOf(node.side)[1], colour: colour(node), size: 6 + 7 * Math.sqrt(node.count / most),
  }));
  const edges = [...pairsOf(data)].map(([id, every]) => {
    const [source, target] = [every[0].from, every[0].to], count = every.reduce((sum, edge) => sum + edge.count, 0);
    const kinds = new Set(every.map(({ kind }) => kind));
    const ways = every.filter(({ directed }) => directed);
    return {
      id, source, target, size: Math.min(5, 1.3 + Math.log2(count) * 0.6),
      colour: kinds.size === 1 ? kindColour(data.kinds, every[0].kind) : "muted",
      directed: ways.length > 0, both: ways.some(({ from }) => from === target) && ways.some(({ from }) => from === source),
      flip: ways.length > 0 && ways.every(({ from }) => from === target),
    };
  }).map(({ flip, ...edge }) => (flip ? { ...edge, source: edge.target, target: edge.source } : edge));
  return { nodes, edges, legend };
};
