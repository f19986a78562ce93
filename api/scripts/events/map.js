// Events on the base map; those that would lie on each other are one mark with their number, until one comes closer.
import { basemap, UKRAINE } from "../shared/basemap.js";
import { ofClass } from "../shared/colours.js";
import { el, number } from "../shared/dom.js";

const CELL = 40, LISTED = 12;

/** {draw(events)}: `entry(event)` is what a list has of an event, `colour(kind)` the class of its kind. */
export const map = async (holder, { entry, colour }) => {
  let shown = [], fitted = false, paint = null;
  const { chart, L } = await basemap(holder, () => paint?.());
  const marks = L.layerGroup().addTo(chart);
  chart.fitBounds(UKRAINE, { animate: false });

  const points = () => shown.flatMap((event) => event.places.filter(({ latitude, longitude }) => latitude !== null && longitude !== null)
    .map(({ latitude, longitude }) => ({ event, at: [Number(latitude), Number(longitude)] }))).filter(({ at }) => at.every(Number.isFinite));

  paint = () => {
    marks.clearLayers();
    const cells = new Map();
    for (const point of points()) {
      const { x, y } = chart.project(point.at, chart.getZoom());
      const key = `${Math.round(x / CELL)} ${Math.round(y / CELL)}`;
      cells.set(key, [...(cells.get(key) ?? []), point]);
    }
    for (const some of cells.values()) {
      const at = [0, 1].map((axis) => some.reduce((sum, point) => sum + point.at[axis], 0) / some.length);
      const kinds = new Set(some.map(({ event }) => event.kinds[0]?.id)), ink = ofClass(kinds.size === 1 ? colour([...kinds][0]) : "muted");
      const mark = L.circleMarker(at, { radius: Math.min(22, 6 + 2.4 * Math.log2(some.length)), weight: 1.5, color: ink, fillColor: ink, fillOpacity: 0.6 }).addTo(marks);
      if (some.length > 1) mark.bindTooltip(number(some.length), { permanent: true, direction: "center", className: "cluster" });
      mark.bindPopup(() => el("div", {}, el("ul", { class: "plain" }, ...some.slice(0, LISTED).map(({ event }) => el("li", {}, entry(event)))),
        some.length > LISTED ? el("p", { class: "muted" }, `and ${number(some.length - LISTED)} more: come closer, or narrow the period`) : null));
    }
  };
  chart.on("zoomend", paint);
  return {
    draw: (events) => {
      shown = events;
      const known = points().map(({ at }) => at);
      if (!fitted && known.length) chart.fitBounds(L.latLngBounds([...UKRAINE, ...known]), { animate: false });
      fitted ||= known.length > 0;
      paint();
    },
  };
};
