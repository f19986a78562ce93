// An answer as a graph: triples between things, or rows whose first two things are the ends of an edge.
import { el, number } from "../../shared/dom.js";
import { GraphView } from "../../shared/graphview.js";
import { layout } from "../../shared/layout.js";

const MOST = 2000;
const LABELS = new Set(["http://www.w3.org/2000/01/rdf-schema#label", "http://www.w3.org/2004/02/skos/core#prefLabel"]);

/** {nodes, edges} of an answer; labels of triples name their things, as do columns called like the thing's with Label after. */
export const read = ({ answer, columns, terms, hide }) => {
  const names = new Map(), edges = [];
  const key = (term) => `${term.type} ${term.value}`;
  const text = (term) => (term.type === "uri" ? terms.short(term.value) : term.value);
  const nodes = new Map();
  const add = (term, colour) => {
    if (!nodes.has(key(term))) nodes.set(key(term), { id: key(term), term, label: text(term), colour: colour ?? "k0", degree: 0 });
    nodes.get(key(term)).degree += 1;
    return key(term);
  };
  if (answer.kind === "graph") {
    for (const [subject, predicate, object] of answer.rows) {
      if (LABELS.has(predicate.value) && object.type === "literal" && (!names.has(key(subject)) || object.language === "en")) names.set(key(subject), object.value);
      if (object.type === "literal") continue;
      edges.push({ source: add(subject), target: add(object), label: terms.short(predicate.value) });
    }
  } else {
    const [from, to] = columns.edges(), label = columns.edgeLabel();
    const called = (at) => columns.named(`${answer.variables[at]}Label`);
    for (const row of answer.rows) {
      if (!row[from] || !row[to]) continue;
      edges.push({ source: add(row[from]), target: add(row[to], "k1"), label: label >= 0 && row[label] ? terms.text(row[label]) : answer.variables[to] });
      for (const at of [from, to]) if (row[called(at)] && !hide.includes(answer.variables[called(at)])) names.set(key(row[at]), row[called(at)].value);
    }
  }
  for (const [id, name] of names) if (nodes.has(id)) nodes.get(id).label = name;
  return { nodes: [...nodes.values()], edges };
};

export const graph = async (into, given) => {
  const { nodes: all, edges: every } = read(given);
  // The most connected are drawn; the table holds the others.
  const nodes = all.sort((a, b) => b.degree - a.degree).slice(0, MOST), kept = new Map(nodes.map((node) => [node.id, node]));
  const pairs = new Map();
  for (const { source, target, label } of every) {
    if (!kept.has(source) || !kept.has(target)) continue;
    const id = `${source}\n${target}`, pair = pairs.get(id) ?? { id, source, target, labels: new Set() };
    pair.labels.add(label);
    pairs.set(id, pair);
  }
  const edges = [...pairs.values()];
  const about = el("p", { class: "muted small", "aria-live": "polite" }, `${number(nodes.length)} things, ${number(edges.length)} edges. Choose a thing or an edge to see what it is.`);
  const view = new GraphView(into, { title: `A graph of ${nodes.length} things; the table says the same`, chosen: (kind, id) => {
    view.pick(id);
    if (kind === "node") about.replaceChildren(given.terms.element(kept.get(id).term), ` · ${kept.get(id).label}`);
    if (kind === "edge") {
      const { source, target, labels } = pairs.get(id);
      about.replaceChildren(given.terms.element(kept.get(source).term), ` — ${[...labels].join(", ")} → `, given.terms.element(kept.get(target).term));
    }
  } });
  into.append(about);
  if (all.length > nodes.length) into.append(el("p", { class: "muted" }, `The ${number(MOST)} most connected of ${number(all.length)} things are drawn.`));
  const places = await layout({ nodes: nodes.map((node) => ({ ...node, step: 1 })), edges });
  view.show(
    nodes.map(({ id, label, colour, degree }) => ({ id, label, colour, shape: "circle", size: Math.min(14, 5 + Math.sqrt(degree)), x: places[id][0], y: places[id][1] })),
    edges.map(({ id, source, target }) => ({ id, source, target, size: 1.4, colour: "muted" })),
  );
  return () => view.close();
};
