// What is found while somebody types in the head of a page: a list to choose from with the mouse or the arrow keys.
import { el } from "./dom.js";
import { latest } from "./latest.js";
import { Terms } from "./terms.js";

const WAIT = 150;
const MOST = 8;

export const seeking = (form) => {
  const input = form.querySelector("input[name=q]"), terms = new Terms(form.dataset.base, {});
  const list = el("ul", { id: "found", role: "listbox", "aria-label": "Found", hidden: true });
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": "found", "aria-expanded": "false", autocomplete: "off" })) input.setAttribute(name, value);
  const turns = latest();
  let timer, chosen = -1;

  const choose = (at) => {
    const all = [...list.children];
    chosen = all.length ? (at + all.length) % all.length : -1;
    all.forEach((one, place) => one.setAttribute("aria-selected", String(place === chosen)));
    if (chosen < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", all[chosen].id);
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    chosen = -1;
  };
  const show = (results) => {
    list.replaceChildren(...results.map(({ id, kind, label, own, day }, at) => el("li", {
      id: `found-${at}`, role: "option", "aria-selected": "false", "data-page": terms.page(id),
      // Before the field loses the focus, which closes the list.
      mousedown: (event) => { event.preventDefault(); location.href = terms.page(id); },
    }, el("span", { lang: own?.language }, own?.text ?? label), el("span", { class: "muted small" }, day ? `${kind}, ${day}` : kind))));
    list.hidden = !results.length;
    input.setAttribute("aria-expanded", String(results.length > 0));
    chosen = -1;
  };
  const ask = async () => {
    const signal = turns.begin(), words = input.value.trim();
    if (words.length < 2) return close();
    const found = await fetch(`/api/search?${new URLSearchParams({ q: words, limit: MOST })}`, { signal })
      .then((response) => (response.ok ? response.json() : null)).catch(() => null);
    if (found && !signal.aborted && document.activeElement === input) show(found.results.filter(({ id }) => terms.page(id)));
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) location.href = list.children[chosen].dataset.page;
    else return;
    event.preventDefault();
  });
};
