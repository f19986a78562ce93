// An answer on a map: points by WKT or by latitude and longitude, apart by layer, in the colours that ?rgb asks for.
import { basemap, UKRAINE } from "../../shared/basemap.js";
import { ofClass } from "../../shared/colours.js";
import { el, number } from "../../shared/dom.js";

const MOST = 5000;

export const map = async (into, { answer, columns, terms, hide, layer }) => {
  const position = columns.positions();
  const holder = el("div", { class: "map" });
  const of = layer ? columns.named(layer) : columns.named("layer");
  const rows = answer.rows.map((row) => ({ row, at: position(row) })).filter(({ at }) => at).slice(0, MOST);
  const names = [...new Set(rows.map(({ row }) => (of >= 0 ? terms.text(row[of]) : "")))].sort();
  let marks = [];
  const paint = () => {
    for (const { mark, group, colour } of marks) mark.setStyle({ color: colour ?? ofClass(`k${group % 9}`), fillColor: colour ?? ofClass(`k${group % 9}`) });
  };
  const { chart, L } = await basemap(holder, () => paint());
  const groups = names.map(() => L.layerGroup().addTo(chart));
  const shown = answer.variables.map((_, at) => at).filter((at) => !hide.includes(answer.variables[at]) && answer.variables[at] !== "rgb" && columns.kinds[at] !== "place");
  marks = rows.map(({ row, at: [longitude, latitude] }) => {
    const group = names.indexOf(of >= 0 ? terms.text(row[of]) : "");
    const mark = L.circleMarker([latitude, longitude], { radius: 6, weight: 1.5, fillOpacity: 0.6 });
    mark.bindPopup(() => el("div", {}, ...shown.filter((at) => row[at]).map((at) => el("div", {}, el("span", { class: "muted" }, `${answer.variables[at]}: `), terms.element(row[at])))));
    mark.addTo(groups[group]);
    return { mark, group, colour: columns.colour(row) };
  });
  const chips = names.length < 2 ? null : el("div", { class: "layers" }, ...names.map((name, at) => el("button", { type: "button", class: "btn", "aria-pressed": "true", click: (event) => {
    const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
    event.currentTarget.setAttribute("aria-pressed", String(on));
    if (on) groups[at].addTo(chart);
    else groups[at].remove();
  } }, el("i", { class: `swatch k${at % 9}` }), name || "none")));
  into.append(...[chips, holder].filter(Boolean));
  const without = answer.rows.length - rows.length;
  if (without) into.append(el("p", { class: "muted" }, `${number(without)} ${without === 1 ? "row has" : "rows have"} no place, or ${without === 1 ? "is" : "are"} beyond the first ${number(MOST)}.`));
  chart.invalidateSize();
  const bounds = L.latLngBounds(rows.map(({ at: [longitude, latitude] }) => [latitude, longitude]));
  chart.fitBounds(bounds.isValid() ? bounds.pad(0.2) : UKRAINE, { maxZoom: 7, animate: false });
  paint();
  return () => chart.remove();
};
