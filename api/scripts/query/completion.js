// Completion from the graph's own classes, properties and words, and from the names of what it holds.
import { syntaxTree } from "@codemirror/language";
import { ask } from "./ask.js";

const VOCABULARY = `SELECT ?term ?kind ?label ?about WHERE {
  { ?term a owl:Class BIND ("class" AS ?kind) }
  UNION { ?term a owl:ObjectProperty BIND ("property" AS ?kind) }
  UNION { ?term a owl:DatatypeProperty BIND ("property" AS ?kind) }
  UNION { ?term a owl:AnnotationProperty BIND ("property" AS ?kind) }
  UNION { ?term skos:inScheme ?scheme BIND ("word" AS ?kind) }
  OPTIONAL { ?term rdfs:label|skos:prefLabel ?label FILTER (lang(?label) = "en") }
  OPTIONAL { ?term skos:definition|rdfs:comment ?about FILTER (lang(?about) = "en") }
} ORDER BY ?term`;

// Those that others' vocabularies are known by; those that need no declaring come from the page.
const COMMON = {
  schema: "https://schema.org/", foaf: "http://xmlns.com/foaf/0.1/", org: "http://www.w3.org/ns/org#", time: "http://www.w3.org/2006/time#",
  geo: "http://www.opengis.net/ont/geosparql#", geof: "http://www.opengis.net/def/function/geosparql/", oa: "http://www.w3.org/ns/oa#",
  void: "http://rdfs.org/ns/void#", dcat: "http://www.w3.org/ns/dcat#", dc: "http://purl.org/dc/elements/1.1/", wdt: "http://www.wikidata.org/prop/direct/",
  sem: "http://semanticweb.cs.vu.nl/2009/11/sem/", crm: "http://www.cidoc-crm.org/cidoc-crm/", vann: "http://purl.org/vocab/vann/",
};

const KEYWORDS = ("SELECT CONSTRUCT ASK DESCRIBE WHERE DISTINCT OPTIONAL FILTER UNION MINUS GRAPH SERVICE BIND VALUES PREFIX BASE LIMIT OFFSET HAVING "
  + "COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT EXISTS REGEX CONTAINS STRSTARTS STRENDS LCASE UCASE STRLEN CONCAT COALESCE BOUND DATATYPE LANG STR IRI "
  + "YEAR MONTH DAY NOW ROUND ABS isIRI isLITERAL sameTerm").split(" ");
const PHRASES = ["GROUP BY", "ORDER BY", "ORDER BY DESC()", "FILTER NOT EXISTS { }", "#defaultView:Timeline", "#defaultView:BarChart", "#defaultView:LineChart", "#defaultView:Graph", "#defaultView:Map"];

/** Declares the prefix before a colon just typed, where it is a common one that is not declared yet. */
export const declaration = (text, prefix, known) =>
  !(prefix in known) && prefix in COMMON && !new RegExp(`PREFIX\\s+${prefix}:`, "i").test(text) ? `PREFIX ${prefix}: <${COMMON[prefix]}>\n` : null;

/** The vocabulary as completions, asked for once; `terms` learns which are words of the closed lists. */
const vocabularyOf = async (terms) => {
  const { rows } = await ask(VOCABULARY);
  const found = new Map();
  for (const [term, kind, label, about] of rows) {
    if (kind.value === "word") terms.words.add(term.value);
    if (found.has(term.value)) continue;
    found.set(term.value, {
      label: terms.written(term.value),
      detail: label && label.value !== terms.written(term.value) ? label.value : undefined,
      info: about?.value,
      type: { class: "class", property: "property", word: "constant" }[kind.value],
      words: (label?.value ?? "").toLowerCase(),
    });
  }
  return [...found.values()];
};

const names = async (text, terms, signal) => {
  const response = await fetch(`/api/resolve?${new URLSearchParams({ name: text })}`, { headers: { Accept: "application/json" }, signal });
  if (!response.ok) return [];
  const { matches } = await response.json();
  return matches.map(({ id, name, reason }) => ({ label: name, detail: terms.short(id), info: reason, apply: terms.written(id), type: "text" }));
};

/** The source of completions; names are asked for where an IRI is begun, or when completion is called for. */
export const completing = (terms) => {
  let vocabulary;
  const load = () => { vocabulary ??= vocabularyOf(terms).catch(() => []); return vocabulary; };
  const source = async (context) => {
    const inside = syntaxTree(context.state).resolveInner(context.pos, -1).name;
    if (["Comment", "String"].includes(inside) && !context.matchBefore(/#defaultView:?\w*/)) return null;
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const all = new Set(context.state.doc.toString().match(/[?$]\w+/g));
      all.delete(variable.text);
      return { from: variable.from, options: [...all].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const iri = context.matchBefore(/<[^<>"{}|^`\\\s]*/);
    if (iri) {
      const wanted = iri.text.replace(/^<(?:\w+\/)?/, "").replaceAll("-", " ").trim();
      return wanted.length > 1 ? { from: iri.from, options: await names(wanted, terms, signalOf(context)), filter: false } : null;
    }
    const word = context.matchBefore(/#?[\p{L}_][\p{L}\p{N}_.-]*:?[\p{L}\p{N}_-]*/u);
    if (!word && !context.explicit) return null;
    const text = word?.text ?? "", lower = text.toLowerCase(), known = await load();
    // A word may also be one of a term's label: "denial" finds what is labelled so.
    const labelled = text.includes(":") || lower.length < 3 ? [] : known.filter((one) => one.words.includes(lower))
      .map((one) => ({ ...one, label: one.detail ?? one.label, detail: one.label, apply: one.label, boost: -1 }));
    const called = context.explicit && word && !text.includes(":") && text.length > 1 ? await names(text, terms, signalOf(context)) : [];
    const keywords = text.includes(":") && !text.startsWith("#") ? [] : [...KEYWORDS, ...PHRASES].map((label) => ({ label, type: "keyword", boost: -2 }));
    return { from: word?.from ?? context.pos, options: [...known, ...labelled, ...called, ...keywords], validFor: called.length ? undefined : /^#?[\w:-]*$/ };
  };
  return { source, load };
};

const signalOf = (context) => {
  const controller = new AbortController();
  context.addEventListener("abort", () => controller.abort());
  return controller.signal;
};
