// The base map: countries and Ukraine's first-level units, in the page's colours, without tiles of anybody else's.
/* global STYLE_LEAFLET */
import L from "leaflet";
import { feature, mesh } from "topojson-client";
import BASE from "../map/base.json";
import { ofClass, onScheme } from "./colours.js";
import { el } from "./dom.js";

const NAMED_FROM = 5.5;
/* The level at which the units have room for their names. Two cities that are units lie within one of the same name, or are too small. */
const UNNAMED = new Set(["Kyiv city", "Sevastopol"]);

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
  units.eachLayer((unit) => {
    const { name } = unit.feature.properties;
    // A middle needs a view, which the page chooses later.
    if (!UNNAMED.has(name)) chart.whenReady(() => L.marker(unit.getCenter(), { icon: L.divIcon({ className: "unit-name", html: el("span", {}, name), iconSize: [0, 0] }), interactive: false, keyboard: false }).addTo(chart));
  });
  const roomy = () => {
    holder.classList.toggle("named", chart.getZoom() >= NAMED_FROM);
    // Where two names would lie on each other, the first is shown.
    const shown = [];
    for (const name of holder.querySelectorAll(".unit-name span")) {
      name.hidden = false;
      const { left, right, top, bottom } = name.getBoundingClientRect();
      name.hidden = shown.some((one) => left < one.right && one.left < right && top < one.bottom && one.top < bottom);
      if (!name.hidden) shown.push({ left, right, top, bottom });
    }
  };
  chart.on("zoomend viewreset", roomy).whenReady(roomy);
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
