// A slider over the days of the network, beside the field for the day it is shown as of.
import { el } from "../shared/dom.js";

const DAY = 864e5;
const written = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const counted = (text) => Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY);

export const slider = (field, changed) => {
  const range = el("input", { type: "range", "aria-label": "As of, as a slider", disabled: true });
  const clear = el("button", { type: "button", class: "btn", hidden: true, click: () => { field.value = ""; changed(); } }, "All days");
  field.closest("label").after(range, clear);
  let of = null;
  range.addEventListener("input", () => { field.value = written(range.valueAsNumber); });
  range.addEventListener("change", () => changed());
  return {
    /** Learn the first and the last day; of a network as of a day, from the same network without that. */
    async bounds(data, parameters) {
      const whole = new URLSearchParams(parameters);
      whole.delete("asOf");
      const key = String(whole);
      if (key !== of) {
        of = key;
        const all = parameters.has("asOf") ? await fetch(`/network.json?${whole}`).then((response) => (response.ok ? response.json() : data), () => data) : data;
        const days = all.edges.flatMap(({ because, begin, end }) => [begin, end, ...because.map(({ date }) => date)]).filter((day) => /^\d{4}-\d\d-\d\d/.test(day ?? "")).map(counted);
        range.disabled = days.length < 2;
        if (days.length) Object.assign(range, { min: Math.min(...days), max: Math.max(...days), step: 1 });
      }
      range.value = field.value ? counted(field.value) : range.max;
      range.setAttribute("aria-valuetext", field.value || "all days");
      clear.hidden = !field.value;
    },
  };
};
