// The page of the network: the form, the drawing, the panel and the table follow each other and the address.
import { copying, download, el, number } from "../shared/dom.js";
import { GraphView } from "../shared/graphview.js";
import { latest } from "../shared/latest.js";
import { layout } from "../shared/layout.js";
import { Terms } from "../shared/terms.js";
import { bring, tell } from "./bring.js";
import { drawn, pairsOf } from "./drawn.js";
import { panelOf } from "./panel.js";
import { rowsOf } from "./rows.js";
import { slider } from "./slider.js";
import { matching, suggesting } from "./suggesting.js";

const MOST_ROWS = 200;
const PARAMETERS = ["ego", "to", "steps", "off", "from", "until", "asOf", "colour", "standing", "most", "version"];

const page = document.getElementById("network");
const form = page.querySelector("form");
const ground = document.getElementById("graph");
const because = document.getElementById("because");
const status = ground.querySelector("[role=status]");
const rows = document.querySelector("#relations tbody");
const more = document.getElementById("more");
const terms = new Terms(page.dataset.base, {});
const field = (name) => form.elements[name];

const short = (iri) => (iri ?? "").replace(terms.base, "").replace(/^actor\//, "");

/** What the address asks for. */
const asked = () => new URLSearchParams([...new URLSearchParams(location.search)].filter(([name, value]) => PARAMETERS.includes(name) && value));
const opened = () => (new URLSearchParams(location.search).get("open") ?? "").split(",").filter(Boolean);
const here = (parameters, suffix = "") => `/network${suffix}${parameters.size ? `?${parameters}` : ""}`;

// What is drawn. The address says what is asked: of all that somebody does only the latest counts, from reading the fields to
// the drawing, so that an answer that comes late finds nothing left to do.
let data = null, picked = null;
const turns = latest();

const NAMES = ["ego", "to"];
/** What stands in the fields for names when something is asked: the answer writes over that, and over nothing written since. */
const written = () => Object.fromEntries(NAMES.map((name) => [name, field(name).value]));

ground.querySelectorAll("img").forEach((image) => image.remove());
const view = new GraphView(ground, { title: "The network; the table below says the same", chosen: (kind, id) => {
  if (kind === "node") expand(id);
  else pick(kind === "edge" ? id : null);
} });
const tool = (text, label, click) => el("button", { type: "button", class: "btn", "aria-label": label, click }, text);
ground.append(el("div", { class: "tools" }, tool("+", "Closer", () => view.zoom(1.5)), tool("−", "Further", () => view.zoom(1 / 1.5)), tool("Fit", "Fit", () => view.fit())));

// What the colours mean, where they mean something else than sides; the shapes always are the sides'.
const groups = el("ul", { class: "groups plain", "aria-label": "Colours" });
ground.append(groups);

const exports = document.getElementById("exports");
const share = el("button", { type: "button", class: "btn" }, "Copy link");
copying(share, () => location.href);
exports.prepend(tool("PNG", "PNG of what is shown", async () => download("network.png", await view.png())), tool("SVG", "SVG of what is shown", () => download("network.svg", view.svg(), "image/svg+xml")));
exports.append(share);

const fill = (before) => {
  const parameters = asked();
  for (const name of NAMES) {
    if (field(name).value !== before[name]) continue;
    const node = data.nodes.find(({ iri }) => iri === data[name]);
    field(name).value = node?.label ?? short(data[name]);
    field(name).dataset.iri = data[name] ?? "";
    field(name).dataset.label = field(name).value;
  }
  field("steps").value = String(data.steps);
  field("colour").value = data.colour;
  field("standing").checked = data.standing === "all";
  for (const name of ["from", "until", "asOf"]) field(name).value = parameters.get(name) ?? "";
  for (const kind of data.kinds) {
    const box = form.querySelector(`[name=kind][value="${CSS.escape(kind.id)}"]`);
    if (!box) continue;
    box.checked = !kind.off;
    box.closest("label").querySelector(".c").textContent = kind.count || "";
  }
  for (const anchor of exports.querySelectorAll("a[data-suffix]")) anchor.href = here(parameters, `.${anchor.dataset.suffix}`);
  const without = data.leftOut?.nodes ?? data.leftOut, left = without ? `; ${number(without)} more actors are left out` : "";
  const way = data.to ? `; ${data.paths.length ? `${data.paths.length} ${data.paths.length === 1 ? "way" : "ways"} of ${data.paths[0].length - 1} ${data.paths[0].length === 2 ? "step" : "steps"}` : "no way found"}` : "";
  status.textContent = `${number(data.nodes.length)} actors, ${number(data.edges.length)} relations${way}${left}`;
  const latest = [...data.edges].sort((a, b) => (b.end ?? b.begin ?? "").localeCompare(a.end ?? a.begin ?? ""));
  rows.replaceChildren(...rowsOf(latest.slice(0, MOST_ROWS), data, leads, short));
  document.getElementById("messages").textContent = (data.messages ?? []).join(" ");
  more.textContent = latest.length > MOST_ROWS ? `The latest ${MOST_ROWS} of ${number(latest.length)} relations are shown; the exports hold them all.` : "";
};

/** The address of the network around an actor, or of the ways from there to another, with what else is chosen. */
const leads = (iri, to = null) => {
  const parameters = asked();
  parameters.delete("to");
  parameters.set("ego", short(iri));
  if (to) {
    parameters.set("to", short(to));
    // Ways may be longer than what is around somebody.
    parameters.delete("steps");
  }
  return here(parameters);
};

const pick = (id) => {
  picked = id;
  view.pick(id);
  because.replaceChildren(...panelOf(id, data, { terms, leads, words: data.words, tell: (edge) => tell(edge, data, asked(), short), fold: opened().includes(short(id)) ? () => fold(id) : null }));
};

const show = ({ nodes, edges, legend }, places, before) => {
  view.show(nodes.map((node) => ({ ...node, x: places[node.id][0], y: places[node.id][1] })), edges);
  groups.replaceChildren(...legend.slice(0, 12).map(([colour, words]) => el("li", { class: "tag" }, el("i", { class: `dot ${colour}` }), words)));
  fill(before);
};

/** What the address asks for, drawn; `signal` says when something else was asked meanwhile. */
const load = async (signal = turns.begin(), before = written()) => {
  page.setAttribute("aria-busy", "true");
  try {
    const found = await bring(asked(), opened(), signal), drawing = drawn(found);
    const places = await layout({ nodes: found.nodes.map((node) => ({ ...node, id: node.iri })), edges: drawing.edges, from: found.ego, ways: found.paths, shape: view.shape, opened: opened().map((name) => found.nodes.find(({ iri }) => short(iri) === name)?.iri) });
    signal.throwIfAborted();
    // Who asks about others, or for ways, is told of them; what was picked stays while the same is asked.
    const same = data && data.ego === found.ego && data.to === found.to;
    data = found;
    show(drawing, places, before);
    const still = same && picked && (data.nodes.some(({ iri }) => iri === picked) || pairsOf(data).has(picked));
    pick(still ? picked : data.ego);
    await time.bounds(data, asked());
  } catch (error) {
    if (!signal.aborted) status.textContent = error.message;
  } finally {
    if (!signal.aborted) page.removeAttribute("aria-busy");
  }
};

/** Whom a field names: who was suggested or shown, else the likeliest of that name, else what was written. */
const named = async (input, signal) => {
  const text = input.value.trim();
  if (!text) return "";
  if (text === input.dataset.label) return short(input.dataset.iri);
  const [first] = await matching(text, signal);
  return first ? short(first.id) : text;
};

/** What the form asks for, as the address has it. All fields are read at once: names take time, and a network may be shown meanwhile. */
const wanted = async (signal) => {
  const parameters = new URLSearchParams(), rest = new URLSearchParams();
  const set = (to, name, value, unless = "") => { if (value && value !== unless) to.set(name, value); };
  const names = Promise.all(NAMES.map((name) => named(field(name), signal)));
  const steps = field("steps").value, before = Boolean(data?.to);
  const off = [...form.querySelectorAll("[name=kind]:not(:checked)")].map(({ value }) => value).sort().join(",");
  if (off !== page.dataset.off) rest.set("off", off);
  for (const name of ["from", "until", "asOf"]) set(rest, name, field(name).value);
  set(rest, "colour", field("colour").value, "side");
  if (field("standing").checked) rest.set("standing", "all");
  for (const name of ["most", "version"]) set(rest, name, asked().get(name));
  const [ego, to] = await names;
  set(parameters, "ego", ego);
  set(parameters, "to", ego && to);
  // Ways may be longer than what is around somebody: who begins or ends asking for them leaves the steps to the service.
  if (Boolean(to) === before) set(parameters, "steps", steps, to ? [...field("steps").options].at(-1).value : "1");
  for (const [name, value] of rest) parameters.set(name, value);
  return parameters;
};

// A click on an actor speaks of it, and brings what is around it into the drawing.
const expand = (id) => {
  pick(id);
  if (id !== data.ego && !opened().includes(short(id))) reopen([...opened(), short(id)]);
};

const fold = (id) => reopen(opened().filter((name) => name !== short(id)));

const reopen = (names) => {
  const parameters = asked();
  if (names.length) parameters.set("open", names.join(","));
  history.pushState(null, "", here(parameters));
  load();
};

// Who changes two fields quickly means both: the earlier of the two questions is given up while its names are looked up.
const change = async () => {
  const signal = turns.begin(), before = written();
  page.setAttribute("aria-busy", "true");
  const address = here(await wanted(signal));
  if (signal.aborted) return;
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  await load(signal, before);
};

const time = slider(field("asOf"), change);
suggesting(form, document.getElementById("actors"), terms);
form.addEventListener("change", (event) => {
  if (event.target.type !== "range") change();
});
form.addEventListener("submit", (event) => { event.preventDefault(); change(); });
addEventListener("popstate", () => load());
document.addEventListener("click", (event) => {
  const anchor = event.target.closest?.("a.ego");
  if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", anchor.href);
  load();
  if (anchor.closest("#relations")) page.scrollIntoView({ block: "start" });
});
// What was written before this script was there stays too.
load(turns.begin(), Object.fromEntries(NAMES.map((name) => [name, field(name).defaultValue])));
