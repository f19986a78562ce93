// Bars and lines: plain SVG, redrawn when its place changes width; the colours are the style sheet's.
import { el, number, svg } from "../../shared/dom.js";
import { moment } from "../columns.js";

const HEIGHT = 330, LEFT = 56, RIGHT = 14, TOP = 12, BOTTOM = 46;
// A figure of more digits than fit is written with a power of ten.
const figure = (value) => (Math.abs(value) >= 1e12 ? value.toExponential(2) : number(value));
const MOST_BARS = 120, MOST_SERIES = 9;

/** Round steps that cover the figures, 0 among them. */
export const scale = (values) => {
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const rough = high / 4 - low / 4 || 0.25, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough);
  const from = Math.floor(low / step) * step, ticks = [];
  for (let at = from; ticks.length < 12; at += step) {
    ticks.push(Number(at.toPrecision(12)));
    if (at >= high && ticks.length > 1) break;
  }
  return ticks;
};

/** {series, points: [{x, label, series, value, colour}], unit}: the first figure, by label or x, apart by the next label. */
export const read = ({ answer, columns, terms, hide }, lines) => {
  const usable = (at) => !hide.includes(answer.variables[at]);
  const numbers = columns.of("number").filter(usable), dates = columns.of("date").filter(usable);
  const labels = columns.of("text", "thing", "mixed", "date").filter(usable);
  const x = lines ? dates[0] ?? numbers[0] : dates[0] ?? labels[0];
  const value = numbers.find((at) => at !== x);
  const apart = labels.find((at) => at !== x);
  const points = answer.rows.filter((row) => row[x] && row[value]).map((row) => ({
    x: columns.kinds[x] === "date" ? moment(row[x].value) : columns.kinds[x] === "number" ? Number(row[x].value) : NaN,
    label: terms.text(row[x]),
    series: apart === undefined ? "" : terms.text(row[apart]),
    value: Number(row[value].value),
    colour: columns.colour(row),
  })).filter((point) => Number.isFinite(point.value) && (!lines || Number.isFinite(point.x)));
  // What has the fewest different values makes the series; labels that are many make bars.
  const distinct = (key) => new Set(points.map((point) => point[key])).size;
  if (!lines && dates.length === 0 && apart !== undefined && distinct("series") > MOST_SERIES && distinct("label") <= MOST_SERIES) {
    points.forEach((point) => { [point.label, point.series] = [point.series, point.label]; });
  } else if (distinct("series") > MOST_SERIES) points.forEach((point) => { if (!lines) point.label = `${point.label} · ${point.series}`; point.series = ""; });
  return { points, series: [...new Set(points.map((point) => point.series))].sort(), unit: answer.variables[value], of: answer.variables[x], dated: columns.kinds[x] === "date" };
};

// Actors on a side have that side's colour everywhere; the others share what is left.
const SIDES = { "ukrainian side": 0, "russian side": 1, "third party": 6 };
const REST = [2, 3, 4, 5, 7, 8, 0, 1, 6];
const coloured = (series) => {
  const others = series.filter((name) => !(name.toLowerCase() in SIDES)), sided = others.length < series.length;
  return (name) => `k${SIDES[name.toLowerCase()] ?? (sided ? REST : [0, 1, 2, 3, 4, 5, 6, 7, 8])[others.indexOf(name) % 9]}`;
};

const legend = (series) => (series.length < 2 ? null : el("ul", { class: "legend plain" }, ...series.map((name) =>
  el("li", { class: "tag" }, el("i", { class: `swatch ${coloured(series)(name)}` }), name || "none"))));

const frame = (width, ticks, y) => svg("g", {}, ...ticks.map((tick) => svg("g", {},
  svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
  svg("text", { x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, figure(tick)))));

const vertical = (ticks) => (value) => HEIGHT - BOTTOM - ((value / 4 - ticks[0] / 4) / (ticks.at(-1) / 4 - ticks[0] / 4 || 1)) * (HEIGHT - TOP - BOTTOM);
const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const drawBars = (data, width) => {
  const labels = [...new Set(data.points.map((point) => point.label))].slice(0, MOST_BARS);
  const ticks = scale(data.points.map((point) => point.value)), y = vertical(ticks);
  const band = (width - LEFT - RIGHT) / labels.length, bar = Math.max(1, Math.min(46, (band * 0.8) / data.series.length));
  const every = Math.ceil(64 / band), colour = coloured(data.series);
  const bars = data.points.filter((point) => labels.includes(point.label)).map((point) => {
    const at = data.series.indexOf(point.series), middle = LEFT + band * (labels.indexOf(point.label) + 0.5);
    const top = Math.min(y(point.value), y(0));
    return svg("rect", { class: colour(point.series), fill: point.colour ?? "currentColor", x: middle + (at - data.series.length / 2) * bar, y: top,
      width: Math.max(1, bar - 1), height: Math.max(1, Math.abs(y(0) - y(point.value))) },
    svg("title", {}, [point.label, point.series, figure(point.value)].filter(Boolean).join(" · ")));
  });
  const names = labels.map((label, at) => (at % every ? null : svg("text", { x: LEFT + band * (at + 0.5), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" },
    svg("title", {}, label), cut(label, Math.max(4, Math.floor((band * every) / 7))))));
  return [frame(width, ticks, y), ...bars, ...names];
};

const drawLines = (data, width) => {
  const ticks = scale(data.points.map((point) => point.value)), y = vertical(ticks);
  const xs = data.points.map((point) => point.x), low = Math.min(...xs), high = Math.max(...xs);
  const x = (value) => LEFT + 8 + ((value - low) / (high - low || 1)) * (width - LEFT - RIGHT - 16);
  const colour = coloured(data.series);
  const lines = data.series.map((name) => {
    const own = data.points.filter((point) => point.series === name).sort((a, b) => a.x - b.x);
    return svg("g", { class: colour(name) },
      svg("polyline", { fill: "none", stroke: "currentColor", "stroke-width": 2, points: own.map((point) => `${x(point.x)},${y(point.value)}`).join(" ") }),
      ...own.map((point) => svg("circle", { cx: x(point.x), cy: y(point.value), r: 3, fill: point.colour ?? "currentColor" },
        svg("title", {}, [point.label, point.series, figure(point.value)].filter(Boolean).join(" · ")))));
  });
  const count = Math.max(2, Math.floor(width / 150));
  const days = high - low > 2 * 864e5;
  const written = (value) => (!data.dated ? number(Number(value.toPrecision(6))) : new Date(value).toISOString().slice(days ? 0 : 5, days ? 10 : 16).replace("T", " "));
  const names = high === low ? [low] : Array.from({ length: count }, (_, at) => low + ((high - low) * at) / (count - 1));
  return [frame(width, ticks, y), ...lines, ...names.map((value, at) => svg("text", { x: x(value), y: HEIGHT - BOTTOM + 18,
    "text-anchor": at === 0 && names.length > 1 ? "start" : at === names.length - 1 && at ? "end" : "middle" }, written(value)))];
};

export const chart = (into, given, lines) => {
  const data = read(given, lines), draw = lines ? drawLines : drawBars;
  if (!data.points.length) {
    into.append(el("p", { class: "muted" }, "No row has both a figure and what to put it beside."));
    return;
  }
  const drawing = svg("svg", { role: "img", "aria-label": `${data.unit} by ${data.of}: ${lines ? "lines" : "bars"} of ${data.points.length} figures. The table says the same.` });
  const holder = el("figure", { class: "chart" }, legend(data.series), drawing, el("figcaption", { class: "muted small" }, `${data.unit} by ${data.of}`));
  into.append(holder);
  const redraw = () => {
    const width = Math.max(280, holder.clientWidth - 30);
    drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    drawing.replaceChildren(...draw(data, width).filter(Boolean));
  };
  redraw();
  const observer = new ResizeObserver(redraw);
  observer.observe(holder);
  return () => observer.disconnect();
};
