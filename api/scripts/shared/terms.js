// RDF terms as people read them: IRIs shortened, linked to their page here or to the web.
import { el, link } from "./dom.js";

const REC = "https://w3id.org/onrecord/ns#";
const PLAIN = "http://www.w3.org/2001/XMLSchema#string";

export class Terms {
  /** `base` is what the data's IRIs begin with, `prefixes` those that need no declaring. */
  constructor(base, prefixes) {
    this.base = base;
    this.prefixes = prefixes;
    // Words of the closed lists, which stand on a page of their own (completion.js brings them).
    this.words = new Set();
  }

  /** rec:Actor, actor/peskov, or the whole IRI. */
  short(iri) {
    for (const [prefix, namespace] of Object.entries(this.prefixes)) {
      if (iri.startsWith(namespace) && iri !== namespace) return `${prefix}:${iri.slice(namespace.length)}`;
    }
    return iri.startsWith(this.base) && iri !== this.base ? iri.slice(this.base.length) : iri;
  }

  /** How SPARQL writes it, without a declaration. */
  written(iri) {
    const short = this.short(iri);
    const local = /^[a-z]+:[A-Za-z_][\w-]*$/.test(short) && !/^https?:/.test(short);
    return local ? short : `<${iri.startsWith(this.base) ? iri.slice(this.base.length) : iri}>`;
  }

  /** The page on a thing, its address on the web, or null. */
  page(iri) {
    if (iri.startsWith(REC)) return `/vocabulary${this.words.has(iri) ? "/words" : ""}#${encodeURIComponent(iri.slice(REC.length))}`;
    if (!iri.startsWith(this.base) || iri === this.base) return /^https?:\/\/[^/]/.test(iri) ? iri : null;
    const [stem, fragment] = iri.slice(this.base.length).split("#");
    // A browser would read such a path as another one, or as another host's address.
    // eslint-disable-next-line no-control-regex
    if (/^\/|^(?:.*\/)?\.{1,2}(?:\/|$)|[\x00-\x20\x7f\\]/.test(stem)) return null;
    return `/${encodeURI(stem).replace(/[?#]/g, encodeURIComponent)}.html${fragment === undefined ? "" : `#${encodeURIComponent(fragment)}`}`;
  }

  /** A term of an answer as an element. */
  element(term) {
    if (!term) return el("span", { class: "muted" }, "–");
    if (term.type === "uri") return link(this.page(term.value), this.short(term.value));
    if (term.type === "bnode") return el("span", { class: "muted" }, `_:${term.value}`);
    const note = term.language ?? (term.datatype && term.datatype !== PLAIN ? this.short(term.datatype) : null);
    return el("span", {},
      el("span", { class: "value", lang: term.language }, term.value),
      note ? el("span", { class: "lang" }, note) : null);
  }

  /** A term as plain text. */
  text(term) {
    return !term ? "" : term.type === "uri" ? this.short(term.value) : term.value;
  }
}
