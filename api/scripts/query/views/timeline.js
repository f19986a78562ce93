// An answer in order of time: a list of days, each with what the row says besides.
import { el, number } from "../../shared/dom.js";
import { moment } from "../columns.js";

const MOST = 500;

export const timeline = (into, { answer, columns, terms, hide }) => {
  const [at] = columns.of("date");
  // What scripts cannot place in time stands last.
  const when = (row) => { const found = moment(row[at].value); return Number.isNaN(found) ? Number.MAX_VALUE : found; };
  const dated = answer.rows.filter((row) => row[at]).sort((a, b) => when(a) - when(b));
  const others = answer.variables.map((_, index) => index).filter((index) => index !== at && !hide.includes(answer.variables[index]) && answer.variables[index] !== "rgb");
  into.append(el("ol", { class: "moments" }, ...dated.slice(0, MOST).map((row) => el("li", {},
    el("time", { datetime: row[at].value }, row[at].value.replace("T", " ").replace(/:00(?:\.0+)?(?=Z|[+-]|$)/, "")),
    ...others.filter((index) => row[index]).map((index) => el("div", {},
      columns.kinds[index] === "number" ? el("span", { class: "muted" }, `${answer.variables[index]}: `) : null, terms.element(row[index])))))));
  const without = answer.rows.length - dated.length;
  if (without) into.append(el("p", { class: "muted" }, `${number(without)} ${without === 1 ? "row has" : "rows have"} no date.`));
  if (dated.length > MOST) into.append(el("p", { class: "muted" }, `The first ${number(MOST)} of ${number(dated.length)} are shown.`));
};
