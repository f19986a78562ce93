// Claims and disputes as of a day: a slider in the form, whose list follows it and the address without another page.
import { daySlider } from "../shared/dayslider.js";
import { latest } from "../shared/latest.js";

const DAYS = "SELECT (MIN(?d) AS ?first) (MAX(?d) AS ?last) { ?claim rec:asOfFrom|rec:asOfUntil ?d }";
const SOON = 250;

const form = document.querySelector("form.as-of");
const field = form?.elements.asOf;
const turns = latest();

const addressed = () => {
  const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  return `${form.getAttribute("action")}?${given}`;
};

/** Show what another page of this kind shows, in the places that differ. */
const show = async (address) => {
  const signal = turns.begin();
  const places = [...document.querySelectorAll("[data-part]")];
  places.forEach((place) => place.setAttribute("aria-busy", "true"));
  const text = await fetch(address, { signal, headers: { Accept: "text/html" } }).then((response) => (response.ok ? response.text() : null)).catch(() => null);
  if (signal.aborted) return;
  const parts = text === null ? [] : [...new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-part]")];
  if (parts.length !== places.length) {
    location.assign(address); // the page itself says what is the matter
    return;
  }
  places.forEach((place, at) => place.replaceWith(document.adoptNode(parts[at])));
};

if (field) {
  let timer;
  const days = daySlider(field, () => {
    days.show();
    clearTimeout(timer);
    timer = setTimeout(() => {
      history.pushState(null, "", addressed());
      show(addressed());
    }, SOON);
  });
  addEventListener("popstate", () => {
    field.value = (new URLSearchParams(location.search).get("asOf") ?? "").slice(0, 10);
    days.show();
    show(location.href);
  });
  const found = await fetch(`/sparql?query=${encodeURIComponent(DAYS)}`, { headers: { Accept: "application/sparql-results+json" } })
    .then((response) => (response.ok ? response.json() : null), () => null);
  const row = found?.results.bindings[0] ?? {};
  days.between([row.first?.value, row.last?.value]);
  days.show();
}
