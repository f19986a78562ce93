// Names of actors as they are typed, in any script and spelling; what is chosen is remembered by its IRI.
import { el } from "../shared/dom.js";
import { latest } from "../shared/latest.js";

/** The actors that a name may stand for, the likeliest first: [{id, name, reason}]. */
export const matching = async (name, signal) => {
  try {
    const response = await fetch(`/api/resolve?${new URLSearchParams({ name, kind: "actor" })}`, { signal });
    return response.ok ? (await response.json()).matches : [];
  } catch {
    return [];
  }
};

export const suggesting = (form, list, terms) => {
  const known = new Map(), turns = latest();
  let timer;
  const fields = ["ego", "to"].map((name) => form.elements[name]);
  const ask = async (text) => {
    const signal = turns.begin(), matches = await matching(text, signal);
    if (signal.aborted) return;
    for (const { id, name } of matches) known.set(name, id);
    list.replaceChildren(...matches.map(({ id, name, reason }) => el("option", { value: name, label: reason ?? terms.short(id) })));
  };
  for (const field of fields) {
    field.addEventListener("input", () => {
      clearTimeout(timer);
      const text = field.value.trim();
      if (text.length > 1 && !known.has(text)) timer = setTimeout(() => ask(text), 200);
    });
    // Before the form reads it: a name that was suggested stands for the one it was suggested for.
    field.addEventListener("change", () => {
      const id = known.get(field.value.trim());
      if (id) Object.assign(field.dataset, { iri: id, label: field.value });
    });
  }
};
