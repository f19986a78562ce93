// Events over time, as bars by kind, with a window that is dragged open or moved by the arrow keys.
import { el, number, svg } from "../shared/dom.js";
import { dayOf, spans } from "./totals.js";

const HEIGHT = 150, BOTTOM = 22, TOP = 8, LEFT = 34, RIGHT = 10, MOST = 60;

/** {draw(events, from, to)}: `chosen(from, to)` is called with days, or with two empty texts for the whole period. */
export const timeline = (into, { colour, chosen }) => {
  let bars = [], width = 600, chosenFrom = 0, chosenTo = 0, start = null;
  const place = el("div", { class: "brush", tabindex: "0", role: "group", "aria-label": "Events over time. Left and right move the window by one bar, with Shift they widen it, Escape shows the whole period" });
  into.append(place);

  const x = (at) => LEFT + (at * (width - LEFT - RIGHT)) / Math.max(1, bars.length);
  const window_ = svg("rect", { class: "window", y: TOP, height: HEIGHT - TOP - BOTTOM });
  const framed = () => {
    window_.setAttribute("x", x(chosenFrom));
    window_.setAttribute("width", Math.max(0, x(chosenTo + 1) - x(chosenFrom)));
  };
  const tell = () => {
    const whole = chosenFrom === 0 && chosenTo === bars.length - 1;
    chosen(whole ? "" : bars[chosenFrom].from, whole ? "" : bars[chosenTo].to);
  };
  const at = (event) => {
    const box = place.getBoundingClientRect();
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT)) * bars.length)));
  };
  place.addEventListener("pointerdown", (event) => {
    if (!bars.length) return;
    start = at(event);
    [chosenFrom, chosenTo] = [start, start];
    place.setPointerCapture(event.pointerId);
    framed();
  });
  place.addEventListener("pointermove", (event) => {
    if (start === null) return;
    [chosenFrom, chosenTo] = [Math.min(start, at(event)), Math.max(start, at(event))];
    framed();
  });
  const end = (event) => {
    if (start === null) return;
    start = null;
    if (event.type === "pointerup") tell();
  };
  place.addEventListener("pointerup", end);
  place.addEventListener("pointercancel", end);
  place.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!bars.length || (!step && event.key !== "Escape")) return;
    event.preventDefault();
    const whole = chosenFrom === 0 && chosenTo === bars.length - 1;
    const within = (value) => Math.max(0, Math.min(bars.length - 1, value));
    if (!step) [chosenFrom, chosenTo] = [0, bars.length - 1];
    else if (event.shiftKey) chosenTo = Math.max(chosenFrom, within(chosenTo + step));
    else if (whole) chosenFrom = chosenTo = step > 0 ? 0 : bars.length - 1;
    else if (within(chosenFrom + step) !== chosenFrom && within(chosenTo + step) !== chosenTo) [chosenFrom, chosenTo] = [chosenFrom + step, chosenTo + step];
    framed();
    tell();
  });

  const draw = (events, from, to) => {
    width = place.clientWidth || 600;
    bars = spans(events.map(dayOf), MOST).map((span) => ({ ...span, events: events.filter((event) => dayOf(event) >= span.from && dayOf(event) <= span.to) }));
    const most = Math.max(1, ...bars.map((bar) => bar.events.length)), y = (count) => HEIGHT - BOTTOM - (count / most) * (HEIGHT - TOP - BOTTOM);
    [chosenFrom, chosenTo] = [0, bars.length - 1];
    if (from) chosenFrom = Math.max(0, bars.findIndex((bar) => bar.to >= from));
    if (to) chosenTo = Math.max(chosenFrom, bars.findLastIndex((bar) => bar.from <= to));
    framed();
    const every = Math.max(1, Math.ceil(bars.length / Math.max(2, Math.floor(width / 110))));
    place.replaceChildren(svg("svg", { width, height: HEIGHT, "aria-hidden": "true" },
      ...[0, Math.ceil(most / 2), most].filter((count, place_, all) => all.indexOf(count) === place_).map((count) => svg("g", {},
        svg("line", { class: "grid", x1: LEFT, x2: width - RIGHT, y1: y(count), y2: y(count) }), svg("text", { x: LEFT - 6, y: y(count) + 4, "text-anchor": "end" }, number(count)))),
      window_,
      ...bars.flatMap((bar, index) => {
        const kinds = new Map();
        for (const event of bar.events) kinds.set(event.kinds[0]?.id, (kinds.get(event.kinds[0]?.id) ?? 0) + 1);
        let stacked = 0;
        const wide = Math.max(1, x(index + 1) - x(index) - (bars.length > 1 ? 2 : 0));
        return [...kinds].map(([kind, count]) => {
          stacked += count;
          return svg("rect", { class: `bar ${colour(kind)}`, x: x(index) + 1, width: Math.min(wide, 48), y: y(stacked), height: y(0) - y(count) }, svg("title", {}, `${bar.from === bar.to ? bar.from : `${bar.from} to ${bar.to}`}: ${number(bar.events.length)}`));
        });
      }),
      ...bars.filter((_, index) => index % every === 0).map((bar, index) => svg("text", { x: x(index * every) + 1, y: HEIGHT - 6 }, bar.from))));
  };
  return { draw };
};
