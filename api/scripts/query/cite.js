// How to cite an answer: by its query and the version of the graph, at an address that gives the same answer again.
import { copying, el } from "../shared/dom.js";
import { address } from "./ask.js";

const title = (query) => /^\s*#\s*(?!defaultView)(\S.*)$/m.exec(query)?.[1].trim() ?? "Answer to a SPARQL query";

/** {plain, bibtex} for an answer that was given on a day (YYYY-MM-DD). */
export const citation = (query, { version, rows, kind }, day, origin) => {
  const where = origin + address(query, { version });
  const size = kind === "solutions" ? `, ${rows.length} ${rows.length === 1 ? "row" : "rows"}` : kind === "graph" ? `, ${rows.length} triples` : "";
  const named = title(query);
  const braced = named.replace(/[\\{}%&$#_^~]/g, (sign) => ({ "\\": "\\textbackslash{}", "^": "\\^{}", "~": "\\~{}" })[sign] ?? `\\${sign}`);
  return {
    plain: `onrecord: “${named}”. Version ${version} of the graph${size}; asked ${day}. ${where}`,
    bibtex: `@misc{onrecord-v${version},\n  author = {{onrecord}},\n  title = {${braced}},\n  note = {Version ${version} of the graph${size}},\n  year = {${day.slice(0, 4)}},\n  urldate = {${day}},\n  url = {${where}}\n}`,
  };
};

/** The citation to unfold. */
export const citing = (query, answer) => {
  const found = citation(query, answer, new Date().toISOString().slice(0, 10), new URL(document.querySelector("link[rel=canonical]").href).origin);
  const part = (name, text) => {
    const button = el("button", { type: "button", class: "btn" }, `Copy ${name}`);
    copying(button, () => text);
    return el("div", {}, el("pre", { tabindex: "0" }, text), button);
  };
  return el("details", { class: "cite" }, el("summary", {}, `Cite this answer (version ${answer.version})`),
    part("text", found.plain), part("BibTeX", found.bibtex));
};
