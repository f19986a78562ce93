// Where the actors of a network stand: around the first, in columns on the way to another, or by forces, worked out in a worker.
/* global WORKER_LAYOUT */

let worker = null, last = 0;
const waiting = new Map();

const start = () => {
  worker = new Worker(new URL(WORKER_LAYOUT, import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data: { number, places } }) => {
    waiting.get(number)?.(places);
    waiting.delete(number);
  });
  // Without it the first places stay, which are a layout too.
  worker.addEventListener("error", () => { waiting.forEach((settle) => settle(null)); waiting.clear(); });
};

const byForces = async (nodes, edges, places) => {
  if (!worker) start();
  last += 1;
  const number = last, index = new Map(nodes.map(({ id }, at) => [id, at]));
  const moved = await new Promise((settle) => {
    waiting.set(number, settle);
    worker.postMessage({
      number,
      places: nodes.map(({ id }) => places[id]),
      edges: edges.filter(({ source, target }) => source !== target).map(({ source, target }) => [index.get(source), index.get(target)]),
    });
  });
  return moved && Object.fromEntries(nodes.map(({ id }, at) => [id, moved[at]]));
};

/** Circles around the first node, one for each step, in the order given. */
const rings = (nodes, wide) => {
  const places = {};
  const steps = Map.groupBy ? Map.groupBy(nodes, ({ step }) => step ?? 1) : group(nodes);
  for (const [step, ring] of steps) {
    const apart = Math.max(step, (ring.length * 0.16) / Math.PI) * (step ? 1 : 0);
    ring.forEach(({ id }, at) => {
      const angle = Math.PI / 2 - ((at + 0.5) / ring.length) * 2 * Math.PI;
      places[id] = [apart * Math.cos(angle) * wide, apart * Math.sin(angle)];
    });
  }
  return places;
};

const group = (nodes) => {
  const found = new Map();
  for (const node of nodes) found.set(node.step ?? 1, [...(found.get(node.step ?? 1) ?? []), node]);
  return found;
};

/** Columns from the first node to the last: each stands where it stands on the ways, which are equally long. */
const columns = (nodes, ways, wide) => {
  const step = new Map(ways.flatMap((way) => way.map((id, at) => [id, at])));
  const rows = new Map(), places = {};
  for (const { id } of nodes) rows.set(step.get(id) ?? 0, [...(rows.get(step.get(id) ?? 0) ?? []), id]);
  for (const [x, ids] of rows) ids.forEach((id, at) => { places[id] = [x * 1.5 * wide, (ids.length - 1) / 2 - at + (x % 2 ? 0.3 : 0)]; });
  return places;
};

// What was opened around an actor stands around it, away from the middle; all that was there before stays where it is.
const fan = (places, opener, children) => {
  const [x, y] = places[opener], extent = Math.max(...Object.values(places).map((place) => Math.hypot(...place)), 1);
  const far = extent * (0.4 + 0.05 * children.length);
  const towards = Math.hypot(x, y) < 1e-6 ? Math.PI / 2 : Math.atan2(y, x);
  const turn = Math.min(0.55, 2.6 / children.length);
  children.forEach(({ id }, at) => {
    const angle = towards + (at - (children.length - 1) / 2) * turn, away = far * (1 + (at % 2) * 0.35);
    places[id] = [x + away * Math.cos(angle), y + away * Math.sin(angle)];
  });
};

const SIDES = { UkrainianSide: 0, ThirdParty: 1, RussianSide: 2 };

const first = async (nodes, edges, from, ways, wide) => {
  if (ways.length) return columns(nodes, ways, wide);
  const ordered = [...nodes].sort((a, b) => (SIDES[b.side] ?? 1) - (SIDES[a.side] ?? 1) || a.label.localeCompare(b.label));
  const around = rings(ordered, wide);
  const single = from && nodes.every(({ step }) => step === 0 || step === 1);
  if (single && nodes.length <= 60) return around;
  return (await byForces(nodes, edges, around)) ?? around;
};

/** {id: [x, y]} for nodes {id, step, side, label, opener} and edges {source, target}; `from` is in the middle, `ways` lead from there to another, `opened` are the openers in order, `shape` is how wide the drawing is for its height. */
export const layout = async ({ nodes, edges, from, ways = [], opened = [], shape = 1.5 }) => {
  const wide = Math.max(0.55, Math.min(1.35, shape));
  const own = nodes.filter(({ opener }) => !opener), known = new Set(own.map(({ id }) => id));
  const places = await first(own, edges.filter(({ source, target }) => known.has(source) && known.has(target)), from, ways, wide);
  for (const id of opened) if (places[id]) fan(places, id, nodes.filter(({ opener }) => opener === id));
  return places;
};
