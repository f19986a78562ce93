// The base map: countries and Ukraine's first-level units, in the page's colours, without tiles of anybody else's.
/* global STYLE_LEAFLET */
import L from "leaflet";
import { feature, mesh } from "topojson-client";
import BASE from "../map/base.json";
import { ofClass, onScheme } from "./colours.js";
import { el } from "./dom.js";

export const UKRAINE = [[44, 22], [52.5, 40.5]];

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

/** A map in an element of the page: {chart, L}, Leaflet's; `paint` is called now and when the scheme changes. */
export const basemap = async (holder, paint) => {
  const [[countries, oblasts, shared]] = await Promise.all([base(), styled()]);
  const chart = L.map(holder, { zoomSnap: 0.5, attributionControl: true, minZoom: 3, maxZoom: 12, worldCopyJump: false, fadeAnimation: false });
  chart.attributionControl.setPrefix(false).addAttribution("Natural Earth, Visionscarto. Crimea is part of Ukraine (UN GA resolution 68/262)");
  const land = L.geoJSON(countries, { interactive: false }).addTo(chart);
  const borders = L.geoJSON(shared, { interactive: false }).addTo(chart);
  const units = L.geoJSON(oblasts, { interactive: false }).addTo(chart);
  const painted = () => {
    land.setStyle({ stroke: false, fillColor: ofClass("m-land"), fillOpacity: 1 });
    borders.setStyle({ color: ofClass("m-border"), weight: 0.8 });
    units.setStyle({ color: ofClass("m-border"), weight: 0.8, fillColor: ofClass("m-unit"), fillOpacity: 1 });
    paint?.();
  };
  painted();
  onScheme(painted);
  return { chart, L };
};
