// How much there is of each class, from the description of the data; each leads to a query for its things.
import { el, number } from "../shared/dom.js";
import { address } from "./ask.js";
import { triples } from "./ntriples.js";

const VOID = "http://rdfs.org/ns/void#";
const MOST = 14;

export const classes = async (into, terms) => {
  const response = await fetch("/.well-known/void", { headers: { Accept: "application/n-triples" } }).catch(() => null);
  if (!response?.ok) return;
  const parts = new Map();
  for (const [subject, { value: predicate }, object] of triples(await response.text())) {
    if (predicate !== `${VOID}class` && predicate !== `${VOID}entities`) continue;
    const part = parts.get(subject.value) ?? {};
    parts.set(subject.value, { ...part, [predicate.slice(VOID.length)]: object.value });
  }
  const found = [...parts.values()].filter((part) => part.class && terms.short(part.class).startsWith("rec:"))
    .sort((a, b) => Number(b.entities) - Number(a.entities)).slice(0, MOST);
  if (!found.length) return;
  into.append(el("h2", {}, "Classes"), el("ul", { class: "plain counts" }, ...found.map(({ class: iri, entities }) => {
    const query = `SELECT ?thing ?label WHERE {\n  ?thing a ${terms.written(iri)} .\n  OPTIONAL { ?thing rdfs:label ?label }\n}\nLIMIT 100`;
    return el("li", {}, el("a", { class: "ask mono", href: address(query) }, terms.short(iri)), el("span", { class: "muted" }, number(Number(entities))));
  })));
  into.hidden = false;
};
