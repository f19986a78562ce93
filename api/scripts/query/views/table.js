// An answer as a table: the first thousand rows, sortable.
import { el, number } from "../../shared/dom.js";

const MOST = 1000;

const compare = (a, b) => {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  const [one, other] = [Number(a.value), Number(b.value)];
  return !Number.isNaN(one) && !Number.isNaN(other) && a.value.trim() && b.value.trim() ? one - other : a.value.localeCompare(b.value, "en", { numeric: true });
};

export const table = (into, { answer, columns, terms, hide }) => {
  const shown = answer.variables.map((_, at) => at).filter((at) => !hide.includes(answer.variables[at]));
  let rows = answer.rows, sorted = null;
  const body = el("tbody");
  const fill = () => body.replaceChildren(...rows.slice(0, MOST).map((row) =>
    el("tr", {}, ...shown.map((at) => el("td", { class: columns.kinds[at] === "number" ? "number" : null }, terms.element(row[at]))))));
  const heads = shown.map((at) => {
    const head = el("th", { scope: "col", class: columns.kinds[at] === "number" ? "number" : null },
      el("button", { type: "button", class: "sort", click: () => {
        const down = sorted === at && head.getAttribute("aria-sort") === "ascending";
        rows = [...answer.rows].sort((a, b) => compare(a[at], b[at]) * (down ? -1 : 1));
        heads.forEach((one) => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sorted = at;
        fill();
      } }, answer.variables[at]));
    return head;
  });
  fill();
  into.append(el("div", { class: "scroll results", tabindex: "0", role: "region", "aria-label": "Result" },
    el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body)));
  if (!rows.length) into.append(el("p", { class: "muted" }, "No rows: nothing in the graph matches."));
  if (rows.length > MOST) into.append(el("p", { class: "muted" }, `The first ${number(MOST)} of ${number(rows.length)} rows are shown; the downloads hold them all.`));
};
