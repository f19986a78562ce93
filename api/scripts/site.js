// On every page: the switch between light, dark and what the system wants, and search as one types.
import { seeking } from "./shared/seeking.js";

const KEY = "onrecord-theme";
const root = document.documentElement;
const button = document.getElementById("theme");

// Storage may be refused; the page then follows the system.
const kept = (use) => { try { return use(localStorage); } catch { return null; } };
const set = (theme) => {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
};

set(kept((storage) => storage.getItem(KEY)));
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = getComputedStyle(root).colorScheme === "dark"
      || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    const theme = dark ? "light" : "dark";
    set(theme);
    kept((storage) => storage.setItem(KEY, theme));
    // What draws for itself (the network, charts) reads its colours again.
    document.dispatchEvent(new CustomEvent("themechange"));
  });
}

const form = document.querySelector("form.seek, form.find");
if (form) seeking(form);
