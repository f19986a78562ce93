// The rows of the table that says what the drawing shows.
import { el, link, number } from "../shared/dom.js";
import { untold } from "./bring.js";
import { span } from "./panel.js";

export const rowsOf = (edges, data, leads, short) => {
  const names = new Map(data.nodes.map((node) => [node.iri, node]));
  const actor = (iri) => el("a", { class: "ego", href: leads(iri), lang: names.get(iri)?.language }, names.get(iri)?.label ?? iri);
  if (!edges.length) return [el("tr", {}, el("td", { colspan: "5", class: "muted" }, "Nothing relates these actors by what is shown."))];
  return edges.map((edge) => el("tr", {},
    el("td", {}, actor(edge.from)), el("td", { lang: edge.language }, edge.label), el("td", {}, actor(edge.to)), el("td", { class: "when" }, span(edge)),
    el("td", {}, untold(edge) ? link(`/relation?${new URLSearchParams({ a: short(edge.from), b: short(edge.to) })}`, `${number(edge.count)} ${edge.count === 1 ? "reason" : "reasons"}`) : el("ul", { class: "plain" }, ...edge.because.map((item) => el("li", {}, item.sentence,
      ...(item.words ? [": ", el("q", { lang: item.language }, item.words)] : []), ...(item.link ? [" ", link(item.link, item.source?.label ?? "source")] : [])))))));
};
