// An answer on a map: points by WKT or by latitude and longitude, apart by layer, in the colours that ?rgb asks for.
/* global STYLE_LEAFLET */
import L from "leaflet";
import { feature, mesh } from "topojson-client";
import BASE from "../../map/base.json";
import { ofClass, onScheme } from "../../shared/colours.js";
import { el, number } from "../../shared/dom.js";

const MOST = 5000;
const UKRAINE = [[44, 22], [52.5, 40.5]];

const styled = () => new Promise((settle) => {
  if (document.querySelector("link[data-leaflet]")) return settle();
  const sheet = el("link", { rel: "stylesheet", "data-leaflet": true, load: settle, error: settle });
  sheet.href = new URL(STYLE_LEAFLET, import.meta.url);
  document.head.append(sheet);
});

const base = async () => {
  const response = await fetch(new URL(BASE, import.meta.url));
  const found = await response.json();
  // Borders are lines that two share: neither coasts nor where the map ends are drawn as such.
  return [...["countries", "oblasts"].map((name) => feature(found, found.objects[name])), mesh(found, found.objects.countries, (a, b) => a !== b)];
};

export const map = async (into, { answer, columns, terms, hide, layer }) => {
  const position = columns.positions();
  const [[countries, oblasts, shared]] = await Promise.all([base(), styled()]);
  const holder = el("div", { class: "map" });
  const of = layer ? columns.named(layer) : columns.named("layer");
  const rows = answer.rows.map((row) => ({ row, at: position(row) })).filter(({ at }) => at && at.every(Number.isFinite)).slice(0, MOST);
  const names = [...new Set(rows.map(({ row }) => (of >= 0 ? terms.text(row[of]) : "")))].sort();
  const chart = L.map(holder, { zoomSnap: 0.5, attributionControl: true, minZoom: 3, maxZoom: 12, worldCopyJump: false });
  chart.attributionControl.setPrefix(false).addAttribution("Natural Earth, Visionscarto. Crimea is part of Ukraine (UN GA resolution 68/262)");
  const land = L.geoJSON(countries, { interactive: false }).addTo(chart);
  const borders = L.geoJSON(shared, { interactive: false }).addTo(chart);
  const units = L.geoJSON(oblasts, { interactive: false }).addTo(chart);
  const groups = names.map(() => L.layerGroup().addTo(chart));
  const shown = answer.variables.map((_, at) => at).filter((at) => !hide.includes(answer.variables[at]) && answer.variables[at] !== "rgb" && columns.kinds[at] !== "place");
  const marks = rows.map(({ row, at: [longitude, latitude] }) => {
    const group = names.indexOf(of >= 0 ? terms.text(row[of]) : "");
    const mark = L.circleMarker([latitude, longitude], { radius: 6, weight: 1.5, fillOpacity: 0.6 });
    mark.bindPopup(() => el("div", {}, ...shown.filter((at) => row[at]).map((at) => el("div", {}, el("span", { class: "muted" }, `${answer.variables[at]}: `), terms.element(row[at])))));
    mark.addTo(groups[group]);
    return { mark, group, colour: columns.colour(row) };
  });
  const paint = () => {
    land.setStyle({ stroke: false, fillColor: ofClass("m-land"), fillOpacity: 1 });
    borders.setStyle({ color: ofClass("m-border"), weight: 0.8 });
    units.setStyle({ color: ofClass("m-border"), weight: 0.8, fillColor: ofClass("m-unit"), fillOpacity: 1 });
    for (const { mark, group, colour } of marks) mark.setStyle({ color: colour ?? ofClass(`k${group % 9}`), fillColor: colour ?? ofClass(`k${group % 9}`) });
  };
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
  onScheme(paint);
  return () => chart.remove();
};
