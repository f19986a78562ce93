// A slider over days, beside the field for one of them; without a day in the field all days count.
import { el } from "./dom.js";

const DAY = 864e5;
const written = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const counted = (text) => Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY);

export const daySlider = (field, changed) => {
  const range = el("input", { type: "range", step: 1, "aria-label": "As of, as a slider", disabled: true });
  const clear = el("button", { type: "button", class: "btn", hidden: true, click: () => { field.value = ""; changed(); } }, "All days");
  const told = () => range.setAttribute("aria-valuetext", field.value || "all days");
  field.closest("label").after(range, clear);
  range.addEventListener("input", () => { field.value = written(range.valueAsNumber); told(); });
  range.addEventListener("change", () => changed());
  return {
    /** The first and the last of these days are its ends. */
    between(days) {
      const found = days.filter((day) => /^\d{4}-\d\d-\d\d/.test(day ?? "")).map(counted);
      const [first, last] = found.reduce(([least, most], day) => [Math.min(least, day), Math.max(most, day)], [Infinity, -Infinity]);
      range.disabled = !(first < last);
      if (found.length) Object.assign(range, { min: first, max: last });
    },
    /** Stand where the field says. */
    show() {
      range.value = field.value ? counted(field.value) : range.max;
      told();
      clear.hidden = !field.value;
    },
  };
};
