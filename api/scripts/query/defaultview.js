// The comment that says how an answer is to be shown, as in the Wikidata Query Service: #defaultView:Map{"layer":"?kind","hide":"?place"}
import { VIEWS } from "./columns.js";

const LINE = /^[ \t]*#[ \t]*defaultView:([A-Za-z]+)[ \t]*(\{.*\})?[ \t]*$/m;
const SAME = { AreaChart: "LineChart", ScatterChart: "LineChart", Coordinates: "Map" };

/** {view, layer, hide}: the view's name or null, the variable that tells layers apart, the variables to leave out. */
export const defaultView = (query) => {
  const [, name, json] = LINE.exec(query) ?? [];
  const known = Object.keys(VIEWS).find((one) => one.toLowerCase() === (SAME[name] ?? name ?? "").toLowerCase());
  let options = {};
  try { options = JSON.parse(json ?? "{}"); } catch { /* what cannot be read is left out */ }
  const names = (value) => [value].flat().filter((one) => typeof one === "string").map((one) => one.replace(/^[?$]/, ""));
  return { view: known ?? null, layer: names(options.layer)[0] ?? null, hide: names(options.hide) };
};

/** The query with that comment for another view; the options of the same view stay. */
export const withView = (query, view) => {
  const line = `#defaultView:${view}`;
  const found = LINE.exec(query);
  if (!found) return view === "Table" ? query : `${line}\n${query}`;
  if (defaultView(query).view === view) return query;
  return view === "Table" ? query.replace(/^[ \t]*#[ \t]*defaultView:.*\n?/m, "") : query.replace(LINE, line);
};
