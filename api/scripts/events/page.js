// The page of events: the kinds, the map, the list, the totals and the window over time follow each other and the address.
import { el, link, number } from "../shared/dom.js";
import { latest } from "../shared/latest.js";
import { Terms } from "../shared/terms.js";
import { timeline } from "./timeline.js";
import { dayOf, totals } from "./totals.js";

const MOST = 200;
const SIDES = { UkrainianSide: ["ua", "the Ukrainian side"], RussianSide: ["ru", "the Russian side"], ThirdParty: ["tp", "third parties"] };
const OTHERS = ["tp", "others"];

const page = document.getElementById("events");
const form = page.querySelector("form");
const stats = page.querySelector(".stats");
const status = page.querySelector("[role=status]");
const terms = new Terms(page.dataset.base, {});
const [from, to] = ["from", "to"].map((name) => form.elements[name]);

const turns = latest();
let all = [], whole = true, kinds = [], drawn = null;

const parameters = () => new URLSearchParams(location.search);
const off = () => new Set((parameters().get("off") ?? "").split(",").filter(Boolean));
// The sides' blue and orange are left out.
const COLOURS = ["k4", "k2", "k3", "k5", "k7", "k8", "k6"];
const colour = (kind) => COLOURS[Math.max(0, kinds.findIndex(({ id }) => id === kind)) % COLOURS.length];

const name = ({ id, label, language }) => link(terms.page(id), label, { lang: language });
const count = ({ least, exact }) => `${exact ? "" : "at least "}${number(least)}`;
const sideOf = (side) => SIDES[side] ?? OTHERS;

const entry = (event) => el("div", { class: "entry" },
  el("i", { class: `swatch ${colour(event.kinds[0]?.id)}` }), el("div", {}, name(event),
    el("p", { class: "small muted row" }, el("span", {}, event.when), ...event.kinds.map(({ label, language }) => el("span", { lang: language }, label)),
      ...event.killed.map((one) => el("a", { class: sideOf(one.side)[0], href: terms.page(one.claim) }, `${count(one)} killed, per ${sideOf(one.side)[1]}`)))));

const chosen = () => {
  const [begin, end, without] = [from.value, to.value, off()];
  return all.filter((event) => (!begin || dayOf(event) >= begin) && (!end || dayOf(event) <= end) && !(event.kinds.length && event.kinds.every(({ id }) => without.has(id))));
};

const chips = el("div", { class: "layers", role: "group", "aria-label": "Kinds" });
const list = el("ul", { class: "ruled events-list", tabindex: "0", "aria-label": "Events shown" });
const ground = el("div", { class: "map", role: "region", "aria-label": "Map of the events shown; the list beside it says the same" });
const time = el("div", { class: "card" });
page.querySelector(".drawn").append(chips, el("div", { class: "mapped" }, ground, el("div", { class: "card" }, list)));
// The list says what the table does, and more of it.
page.querySelector("table").hidden = true;
page.querySelector("nav[aria-label=Pages]")?.remove();
page.querySelector(".drawn").append(time);
time.append(stats, form);
const over = timeline(time, { colour, chosen: (begin, end) => go({ from: begin, to: end }) });

const show = () => {
  const shown = chosen(), without = off();
  chips.replaceChildren(...kinds.map((kind) => el("button", {
    type: "button", class: "btn", "aria-pressed": String(!without.has(kind.id)),
    click: () => { if (!without.delete(kind.id)) without.add(kind.id); go({ off: [...without].sort().join(",") }); },
  }, el("i", { class: `swatch ${colour(kind.id)}` }), el("span", { lang: kind.language }, kind.label))));
  list.replaceChildren(...shown.slice(0, MOST).map((event) => el("li", {}, entry(event))));
  if (shown.length > MOST) list.append(el("li", { class: "muted" }, `The latest ${MOST} of ${number(shown.length)}: narrow the period to see the others.`));
  if (!shown.length) list.append(el("li", { class: "muted" }, "No events here: widen the period, or show more kinds."));
  const stat = (figure, words, side = "") => el("div", { class: side }, el("dt", {}, words), el("dd", {}, figure));
  stats.replaceChildren(stat(number(shown.length), `${shown.length === 1 ? "event" : "events"} shown`),
    ...totals(shown).map(({ side, killed, exact, events }) => stat(count({ least: killed, exact }), `killed, per ${sideOf(side)[1]} (${number(events)} ${events === 1 ? "event" : "events"})`, sideOf(side)[0])));
  const places = shown.filter((event) => event.places.some(({ latitude, longitude }) => latitude && longitude)).length;
  status.textContent = `${number(shown.length)} ${shown.length === 1 ? "event" : "events"}, ${places === shown.length ? "all" : number(places)} of them on the map${whole ? "" : `; only the latest ${number(all.length)} of the graph are drawn: choose an earlier period to see others`}`;
  over.draw(all.filter((event) => !(event.kinds.length && event.kinds.every(({ id }) => without.has(id)))), from.value, to.value);
  drawn?.draw(shown);
};

const go = (changes) => {
  const wanted = parameters();
  for (const key of ["after", "before"]) wanted.delete(key);
  for (const [key, value] of Object.entries(changes)) {
    if (value) wanted.set(key, value);
    else wanted.delete(key);
  }
  const address = `${location.pathname}${wanted.size ? `?${wanted}` : ""}`;
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
  read();
};

const read = () => {
  const wanted = parameters();
  [from.value, to.value] = [wanted.get("from") ?? "", wanted.get("to") ?? ""];
  // Of a graph whose events are all here, a period is cut out; of a larger one, it is asked for.
  return whole ? show() : load();
};

const load = async () => {
  const signal = turns.begin();
  page.setAttribute("aria-busy", "true");
  try {
    const wanted = parameters(), asked = new URLSearchParams(whole ? [] : ["from", "to"].filter((key) => wanted.get(key)).map((key) => [key, wanted.get(key)]));
    const response = await fetch(`/events.json?${asked}`, { signal, headers: { Accept: "application/json" } });
    const body = await response.json();
    signal.throwIfAborted();
    if (!response.ok) throw new Error(body.detail ?? body.title);
    if (!asked.size) whole = body.whole;
    all = body.events;
    // What has no period of its own is asked for again, where there is more than is drawn.
    if (!whole && !asked.size && (wanted.get("from") || wanted.get("to"))) return await load();
    kinds = [...new Map(all.flatMap((event) => event.kinds).map((kind) => [kind.id, kind])).values()].sort((a, b) => a.label.localeCompare(b.label));
    [from.value, to.value] = [wanted.get("from") ?? "", wanted.get("to") ?? ""];
    show();
  } catch (error) {
    if (!signal.aborted) status.textContent = error.message;
  } finally {
    if (!signal.aborted) page.removeAttribute("aria-busy");
  }
};

form.querySelector("[type=submit]").hidden = true;
form.querySelector("a")?.remove();
form.append(el("button", { type: "button", class: "btn", click: () => go({ from: "", to: "" }) }, "Whole period"));
form.addEventListener("submit", (event) => event.preventDefault());
for (const field of [from, to]) field.addEventListener("change", () => go({ from: from.value, to: to.value }));
addEventListener("popstate", read);
let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; show(); } });

page.setAttribute("aria-busy", "true");
await load();
page.setAttribute("aria-busy", "true");
const { map } = await import("./map.js");
drawn = await map(ground, { entry, colour });
drawn.draw(chosen());
page.removeAttribute("aria-busy");
