// Brings the data of a network, and of the actors that were opened in it, and puts them together.

const FILTERS = ["off", "from", "until", "asOf", "colour", "standing", "version"];
const kept = new Map();

const SHOWN = 5;

const fetched = async (parameters, signal, address = "/network.json") => {
  const response = await fetch(`${address}?${parameters}`, { signal, headers: { Accept: "application/json" } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail ?? body.title);
  return body;
};

/** The data that the parameters ask for; what is around each opened actor (by its short name) is merged into it, with who `opener` was. */
export const bring = async (parameters, opened, signal) => {
  const data = await fetched(parameters, signal);
  // What was brought at another version is not put together with this.
  if (kept.get("version") !== data.version) kept.clear();
  kept.set("version", data.version);
  const around = await Promise.all(opened.map(async (name) => {
    const own = new URLSearchParams([["ego", name], ...FILTERS.filter((one) => parameters.has(one)).map((one) => [one, parameters.get(one)])]);
    if (!kept.has(String(own))) kept.set(String(own), await fetched(own, signal));
    return kept.get(String(own));
  }));
  const nodes = new Map(data.nodes.map((node) => [node.iri, node])), edges = new Map(data.edges.map((edge) => [edge.key, edge]));
  for (const found of around) {
    const opener = nodes.get(found.ego);
    if (!opener) continue;
    for (const node of found.nodes) if (!nodes.has(node.iri)) nodes.set(node.iri, { ...node, step: (opener.step ?? 0) + 1, opener: opener.iri });
    for (const edge of found.edges) edges.set(edge.key, edges.get(edge.key) ?? edge);
  }
  // A name, of an actor as of a kind of relation, is shown in its reader's language, where the service knows it.
  for (const [iri, { own, ...node }] of nodes) if (own) nodes.set(iri, { ...node, label: own.text, language: own.language });
  const kinds = data.kinds.map(({ own, ...kind }) => ({ ...kind, label: own?.text ?? kind.label, language: own?.language, count: [...edges.values()].filter((edge) => edge.kind === kind.id).length }));
  const words = Object.assign({}, ...around.map((found) => found.words), data.words);
  const kindOf = new Map(kinds.map((kind) => [kind.id, kind]));
  const related = [...edges.values()].map((edge) => Object.assign(edge, { label: kindOf.get(edge.kind).label, language: kindOf.get(edge.kind).language }));
  return { ...data, kinds, words, nodes: [...nodes.values()], edges: related };
};

/** Whether what an edge rests on is not there yet: of many edges none comes with it. */
export const untold = (edge) => edge.count > 0 && !edge.because.length;

/** Bring what all edges between the two ends of one rest on, the latest first, into these edges. */
export const tell = async (edge, data, parameters, short) => {
  const own = new URLSearchParams([["a", short(edge.from)], ["b", short(edge.to)], ...["off", "from", "until", "asOf", "standing", "version"].filter((one) => parameters.has(one)).map((one) => [one, parameters.get(one)])]);
  const { timeline } = await fetched(own, undefined, "/relation.json");
  for (const other of data.edges) {
    const items = timeline.filter((item) => item.kind === other.kind && item.from === other.from && item.to === other.to);
    if (items.length && untold(other)) other.because = items.reverse().slice(0, SHOWN);
  }
};
