// Where something is, on a map that is brought when one comes to it.

const holder = document.getElementById("place-map");

const draw = async () => {
  const [{ basemap, UKRAINE }, { ofClass }, { el }] = await Promise.all([import("../shared/basemap.js"), import("../shared/colours.js"), import("../shared/dom.js")]);
  holder.hidden = false;
  holder.setAttribute("aria-busy", "true");
  let marks = [];
  const { chart, L } = await basemap(holder, () => marks.forEach((mark) => mark.setStyle({ color: ofClass("k1"), fillColor: ofClass("k1") })));
  const points = JSON.parse(holder.dataset.points);
  chart.fitBounds(L.latLngBounds([...UKRAINE, ...points.map(({ at }) => at)]), { animate: false });
  marks = points.map(({ at, label }) => L.circleMarker(at, { radius: 7, weight: 2, fillOpacity: 0.6, color: ofClass("k1"), fillColor: ofClass("k1") }).bindTooltip(el("span", {}, label)).addTo(chart));
  holder.removeAttribute("aria-busy");
};

new IntersectionObserver((seen, watching) => {
  if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
  watching.disconnect();
  draw();
}, { rootMargin: "200px" }).observe(holder.parentElement);
