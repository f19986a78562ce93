// The panel: an actor with its relations, or all that relates two of them, each with the words it rests on.
import { el, link, number } from "../shared/dom.js";
import { untold } from "./bring.js";
import { kindColour, pairsOf, sideOf } from "./drawn.js";

const MOST_KINDS = 3;
const SHOWN = 5;

const named = ({ label, language }) => el("span", { lang: language }, label);

// Which way a relation goes, seen from one of its ends.
const way = (edge, from) => [edge.directed && edge.from !== from ? "← " : "", named(edge), edge.directed && edge.from === from ? " →" : ""];

// The words of the drawing's legend, in their reader's language.
const sideNamed = (side) => el("span", { class: `side ${side}` }, document.querySelector(`.sides .${side} b`)?.cloneNode(true) ?? "");

/** When: a day, or from day to day. */
export const span = ({ begin, end }) => {
  const [from, until] = [begin, end].map((day) => day?.slice(0, 10));
  return from && until && from !== until ? `${from} – ${until}` : from ?? until ?? "";
};

const source = (item) => {
  const name = item.source?.label ?? "source";
  return item.link ? link(item.link, name) : item.source ? el("span", {}, name) : null;
};

/** One piece of evidence: its sentence, its words, when, on whose word, and the way to the source. */
export const evidence = (item, terms, words = {}) => el("li", {},
  el("p", { class: "sentence" }, item.sentence),
  item.words ? el("blockquote", { lang: item.language }, item.words) : null,
  el("p", { class: "muted small" }, ...[
    item.date ?? span(item), item.onWordOf && item.onWordOf.label !== item.source?.label ? `on the word of ${item.onWordOf.label}` : null, source(item),
    item.standing && item.standing !== "Stands" ? named(words[item.standing] ?? { label: item.standing.toLowerCase() }) : null,
    ...[["statement", "statement"], ["claim", "claim"]].map(([key, words]) => (item[key] ? link(terms.page(item[key]), words) : null)),
  ].filter(Boolean).flatMap((part, at) => (at ? [" · ", part] : [part]))));

// What an edge rests on; brought when it is opened, where it is not there yet.
const reasons = (edge, { terms, tell, words }, details) => {
  const list = el("ul", { class: "ruled" }), fill = () => list.replaceChildren(...edge.because.map((item) => evidence(item, terms, words)));
  const wait = async () => {
    list.replaceChildren(el("li", { class: "muted" }, "…"));
    try {
      await tell(edge);
      fill();
    } catch (error) {
      list.replaceChildren(el("li", { class: "error" }, error.message));
    }
  };
  fill();
  if (untold(edge)) {
    if (details) details.addEventListener("toggle", wait, { once: true });
    else wait();
  }
  return list;
};

const ofPair = (id, data, given) => {
  const { terms, leads } = given;
  const edges = pairsOf(data).get(id), names = new Map(data.nodes.map((node) => [node.iri, node]));
  const [one, other] = [edges[0].from, edges[0].to].map((iri) => names.get(iri));
  const actor = (node) => el("a", { class: "ego", href: leads(node.iri), lang: node.language }, node.label);
  return [
    el("h2", {}, actor(one), " – ", actor(other)),
    el("p", { class: "muted small" }, `${number(edges.reduce((sum, edge) => sum + edge.count, 0))} ${edges.length === 1 && edges[0].count === 1 ? "reason" : "reasons"}. `,
      link(`/relation?${new URLSearchParams({ a: terms.short(one.iri), b: terms.short(other.iri) })}`, "Everything between them, in order of time")),
    ...edges.flatMap((edge) => [
      el("h3", {}, el("i", { class: `dot ${kindColour(data.kinds, edge.kind)}` }), named(names.get(edge.from)), " ", named(edge), " ", named(names.get(edge.to))),
      reasons(edge, given),
      edge.count > SHOWN ? el("p", { class: "muted small" }, `${SHOWN} of ${number(edge.count)} are shown; the exports hold them all.`) : null,
    ]),
  ].filter(Boolean);
};

// How central an actor is among those shown, in words; what a measure means stands in its title.
const measured = (node, data) => {
  const parts = [
    "connections" in node ? ["connections", `related to ${number(node.connections)} of those shown`] : null,
    node.between ? ["between", `on ${Math.round(node.between * 100)} % of the shortest ways between two others`] : null,
    "community" in node ? ["community", `in group ${node.community}`] : null,
  ].filter(Boolean);
  return parts.length ? el("p", { class: "muted small" }, ...parts.flatMap(([name, words], at) => [at ? ", " : "", el("span", { title: data.measures?.[name] }, words)])) : null;
};

// What leads from one actor of a way to the next: the kinds of relation, and the page with the words of each.
const why = (data, terms, one, other) => {
  const kinds = data.edges.filter(({ from, to }) => (from === one && to === other) || (from === other && to === one));
  const parameters = new URLSearchParams({ a: terms.short(one), b: terms.short(other) });
  return el("p", { class: "muted small" }, ...kinds.slice(0, MOST_KINDS).flatMap((edge, at) => [at ? ", " : "", ...way(edge, one)]), kinds.length > MOST_KINDS ? ` and ${kinds.length - MOST_KINDS} more` : "", " · ", link(`/relation?${parameters}`, "on whose word"));
};

const ofActor = (id, data, given) => {
  const { terms, leads, fold } = given;
  const names = new Map(data.nodes.map((node) => [node.iri, node])), node = names.get(id);
  const own = data.edges.filter(({ from, to }) => from === id || to === id).sort((a, b) => (b.end ?? b.begin ?? "").localeCompare(a.end ?? a.begin ?? ""));
  const [side] = sideOf(node.side);
  const ways = data.to && id === data.ego ? data.paths.slice(0, 5) : [];
  return [
    el("h2", { lang: node.language }, node.label),
    el("p", { class: "row" }, node.side ? sideNamed(side) : null, el("span", { class: "tag" }, named(data.words[node.kind] ?? { label: node.kind })), link(terms.page(id), "Open page"),
      id === data.ego ? null : el("a", { class: "ego", href: leads(id) }, "Centre here"),
      data.ego && id !== data.ego && id !== data.to ? el("a", { class: "ego", href: leads(data.ego, id) }, "Ways from ", named(names.get(data.ego))) : null, fold ? el("button", { type: "button", class: "btn", click: fold }, "Fold") : null),
    measured(node, data),
    ways.length ? el("h3", {}, ways.length === 1 ? "Shortest way" : "Shortest ways") : null,
    ...ways.map((way) => el("ol", { class: "way" }, ...way.map((iri, at) => el("li", {}, at ? why(data, terms, way[at - 1], iri) : null,
      el("a", { class: "ego", href: leads(iri), lang: names.get(iri)?.language }, names.get(iri)?.label ?? terms.short(iri)))))),
    el("h3", {}, `Relations (${number(own.length)})`),
    el("ul", { class: "ruled" }, ...own.map((edge) => {
      const out = edge.from === id, other = names.get(out ? edge.to : edge.from);
      const details = el("details", {},
        el("summary", {}, el("i", { class: `dot ${kindColour(data.kinds, edge.kind)}` }), ...way(edge, id), " ", el("b", { lang: other.language }, other.label), " ",
          el("span", { class: "muted small" }, span(edge))));
      details.append(reasons(edge, given, details), el("p", { class: "small" }, el("a", { class: "ego", href: leads(other.iri) }, "Centre on ", named(other)), " · ", el("a", { class: "ego", href: leads(id, other.iri) }, "All ways there")));
      return el("li", {}, details);
    })),
  ].filter(Boolean);
};

/** The contents for an actor's IRI, a pair's id, or nothing chosen. */
export const panelOf = (id, data, given) => {
  if (id && pairsOf(data).has(id)) return ofPair(id, data, given);
  if (id && data.nodes.some(({ iri }) => iri === id)) return ofActor(id, data, given);
  return [el("h2", {}, "Because"), el("p", { class: "muted" }, "Choose a line to read the words it rests on, or an actor to see what is around it. The table below says the same.")];
};
