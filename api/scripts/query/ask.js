// Asks /sparql and reads the answer: {kind, variables, rows, version, bytes}, or throws a Problem.
import { triples } from "./ntriples.js";

// What a browser can still work with; more is offered as a download, as the page without scripts does.
export const MOST_BYTES = 16 * 2 ** 20;
const ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, application/problem+json;q=0.8";

/** What the service said was wrong; `line` and `column` count from 1, null where there is no place. */
export class Problem extends Error {
  constructor({ title, detail, line, column, status }) {
    super(detail || title || `The service answered ${status}.`);
    Object.assign(this, { title: title || "The query failed", line: line ?? null, column: column ?? null });
  }
}

/** The address of an answer; `more` are further parameters of the protocol. */
export const address = (query, more = {}) => `/sparql?${new URLSearchParams({ query, ...more })}`;

export const ask = async (query, version, signal) => {
  const form = new URLSearchParams(version ? { query, version } : { query });
  const get = `/sparql?${form}`;
  // Servers on the way may cut long addresses.
  const response = get.length < 6000
    ? await fetch(get, { headers: { Accept: ACCEPT }, signal })
    : await fetch("/sparql", { method: "POST", body: form, headers: { Accept: ACCEPT }, signal });
  if (!response.ok) throw new Problem({ status: response.status, ...(await response.json().catch(() => ({}))) });
  const found = { version: response.headers.get("Onrecord-Version"), kind: "large", variables: [], rows: [] };
  const { text, bytes } = await read(response);
  found.bytes = bytes;
  if (text === null) return found;
  if (response.headers.get("Content-Type").includes("json")) {
    const document = JSON.parse(text);
    if ("boolean" in document) return Object.assign(found, { kind: "boolean", truth: document.boolean });
    const variables = document.head.vars;
    const rows = document.results.bindings.map((row) => variables.map((name) => term(row[name])));
    return Object.assign(found, { kind: "solutions", variables, rows });
  }
  return Object.assign(found, { kind: "graph", variables: ["subject", "predicate", "object"], rows: triples(text) });
};

const read = async (response) => {
  const reader = response.body.getReader(), pieces = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.length;
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      return { text: null, bytes };
    }
    pieces.push(value);
  }
  return { text: await new Blob(pieces).text(), bytes };
};

const term = (binding) => binding
  ? { type: binding.type, value: String(binding.value), language: binding["xml:lang"], datatype: binding.datatype }
  : null;
