// The query page: an editor in place of the text area, and the answer as a table or a picture without leaving the page.
import { copying, el, number } from "../shared/dom.js";
import { Terms } from "../shared/terms.js";
import { address, ask, MOST_BYTES, Problem } from "./ask.js";
import { citing } from "./cite.js";
import { classes } from "./classes.js";
import { Columns, VIEWS } from "./columns.js";
import { completing } from "./completion.js";
import { defaultView, withView } from "./defaultview.js";
import { edit } from "./editor.js";
import { chart } from "./views/chart.js";
import { table } from "./views/table.js";
import { timeline } from "./views/timeline.js";

const DRAW = {
  Table: table,
  Timeline: timeline,
  BarChart: (into, given) => chart(into, given, false),
  LineChart: (into, given) => chart(into, given, true),
  Graph: async (into, given) => (await import("./views/graph.js")).graph(into, given),
  Map: async (into, given) => (await import("./views/map.js")).map(into, given),
};

const page = document.getElementById("querypage");
const form = page.querySelector("form");
const output = document.getElementById("answer");
const downloads = form.querySelector(".downloads");
const status = form.querySelector("[role=status]");
const run = form.querySelector("[type=submit]");
const { base, prefixes, tables, graphs } = page.dataset;
const terms = new Terms(base, JSON.parse(prefixes));
const formats = { solutions: JSON.parse(tables), boolean: JSON.parse(tables), graph: JSON.parse(graphs) };

// What is shown now: the query it answers, the view, and what has to be undone before another is drawn.
let shown = { query: null, answer: null, view: "Table", undo: null };
let asking = null;
const version = new URLSearchParams(location.search).get("version");

const here = (query, view) => address(withView(query, view), version ? { version } : {});
const remember = (query, view, replace) => {
  const next = here(query, view);
  if (next !== location.pathname + location.search) history[replace ? "replaceState" : "pushState"](null, "", next);
};

const field = form.querySelector("textarea");
const host = el("div", { class: "editor" });
const completion = completing(terms);
const editor = edit(host, {
  text: field.value.trimEnd(), label: "Query", prefixes: terms.prefixes, completion: completion.source,
  run: () => submit(), changed: (text) => { field.value = text; },
});
form.querySelector("label").hidden = true;
field.hidden = true;
field.after(host);
host.addEventListener("focusin", completion.load, { once: true });

const cancel = el("button", { type: "button", class: "btn", hidden: true, click: () => asking?.abort() }, "Cancel");
const share = el("button", { type: "button", class: "btn" }, "Copy link");
copying(share, () => location.origin + here(editor.text(), shown.view));
run.after(cancel, share);

const show = async (view) => {
  const { answer } = shown, { layer, hide } = defaultView(shown.query);
  const columns = new Columns(answer), fitting = columns.fitting();
  shown.undo?.();
  shown = { ...shown, view: fitting.includes(view) ? view : "Table", undo: null };
  const panel = el("div", { id: "view", role: "tabpanel", "aria-label": VIEWS[shown.view] });
  const tabs = Object.entries(VIEWS).map(([name, words]) => el("button", {
    type: "button", role: "tab", "aria-selected": String(name === shown.view), "aria-controls": "view", disabled: !fitting.includes(name),
    tabindex: name === shown.view ? "0" : "-1", title: fitting.includes(name) ? null : "This answer has not what that view needs",
    click: () => { remember(shown.query, name); show(name).then(() => output.querySelector("[aria-selected=true]")?.focus()); },
  }, words));
  const bar = el("div", { class: "tabs", role: "tablist", "aria-label": "Show as", keydown: (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key], open = tabs.filter((tab) => !tab.disabled);
    if (step) open[(open.indexOf(document.activeElement) + step + open.length) % open.length].focus();
  } }, ...tabs);
  output.replaceChildren(bar, panel, citing(shown.query, answer));
  const wanted = shown;
  const undo = await DRAW[shown.view](panel, { answer, columns, terms, hide, layer });
  // Another view may have been chosen while this one was being brought.
  if (shown === wanted) shown.undo = undo ?? null;
  else undo?.();
};

const failed = (problem) => {
  shown = { ...shown, query: null, answer: null };
  const place = problem.line ? `Line ${problem.line}${problem.column ? `, column ${problem.column}` : ""}` : null;
  output.replaceChildren(el("div", { class: "error", role: "alert", id: "problem" },
    el("p", {}, el("strong", {}, problem.title), place ? ` · ${place}` : null), el("p", { class: "value" }, problem.message)));
  editor.mark(problem);
};

const answered = async (query, answer, milliseconds, view) => {
  const parameters = version ? { version } : {};
  downloads.replaceChildren(...(formats[answer.kind] ?? formats.solutions).map(([name, type]) =>
    el("a", { class: "btn", href: address(query, { ...parameters, accept: type }) }, name)));
  const size = { solutions: "row", graph: "triple" }[answer.kind];
  status.textContent = `${size ? `${number(answer.rows.length)} ${size}${answer.rows.length === 1 ? "" : "s"} in ` : ""}${Math.round(milliseconds)} ms, version ${answer.version}`;
  shown = { ...shown, query, answer };
  if (answer.kind === "boolean") output.replaceChildren(el("p", { class: "card" }, el("strong", {}, answer.truth ? "Yes" : "No")), citing(query, answer));
  else if (answer.kind === "large") output.replaceChildren(el("p", { class: "card" }, `The result is more than ${MOST_BYTES / 2 ** 20} MiB, more than a page can show well. Download it, or add a LIMIT.`));
  else await show(view);
};

/** Ask, and show the answer; the address says what is shown. */
const submit = async ({ push = true } = {}) => {
  const query = editor.text(), view = defaultView(query).view ?? (push ? shown.view : "Table");
  asking?.abort();
  const mine = asking = new AbortController();
  editor.mark(null);
  output.setAttribute("aria-busy", "true");
  cancel.hidden = false;
  status.textContent = "Asking …";
  const began = performance.now();
  try {
    const answer = await ask(query, version, mine.signal);
    if (asking !== mine) return;
    if (push) remember(query, view);
    await answered(query, answer, performance.now() - began, view);
  } catch (error) {
    if (asking !== mine) return;
    downloads.replaceChildren();
    const cancelled = error.name === "AbortError";
    status.textContent = cancelled ? "Cancelled." : "";
    if (cancelled) output.replaceChildren();
    else failed(error instanceof Problem ? error : new Problem({ title: "The service cannot be reached", detail: `${error.message} Try again.` }));
    if (push && !cancelled) remember(query, view);
  } finally {
    if (asking === mine) {
      asking = null;
      cancel.hidden = true;
      output.removeAttribute("aria-busy");
    }
  }
};

/** What the address says, after going back or forward, or after an example was chosen. */
const restore = () => {
  const query = new URLSearchParams(location.search).get("query");
  // What is still asked for another address must not come into this one.
  asking?.abort();
  if (query === null) return;
  editor.set(query.trimEnd());
  submit({ push: false });
};

form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
addEventListener("popstate", restore);
page.addEventListener("click", (event) => {
  const chosen = event.target.closest?.("a.ask");
  if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", chosen.href);
  restore();
  host.scrollIntoView({ block: "nearest" });
});

const { title, line, column, detail } = page.dataset;
if (title) {
  editor.mark({ line: Number(line) || null, column: Number(column) || null, message: detail });
} else restore();
classes(document.getElementById("classes"), terms);
