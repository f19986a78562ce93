// Elements made without markup: a text from the graph is always a text, and an address leads to the web or to this site.

const SVG = "http://www.w3.org/2000/svg";

const fill = (made, attributes, children) => {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") made.addEventListener(name, value);
    else if (name === "href" || name === "src") {
      const address = safe(value);
      if (address) made.setAttribute(name, address);
    } else if (/^on/i.test(name) || name === "style") throw new Error(`${name} is no attribute to set`);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
};

/** An element; functions among the attributes listen to the event of that name. */
export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

/** An element of a drawing. */
export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

/** The address, if following it is safe: http, https or on this site; else null. */
export const safe = (address) => {
  try {
    const url = new URL(address, document.baseURI);
    return ["http:", "https:"].includes(url.protocol) ? String(address) : null;
  } catch {
    return null;
  }
};

/** A link, or the bare text where the address is not safe. Other sites learn nothing of who comes. */
export const link = (address, text, attributes = {}) => {
  if (!address || !safe(address)) return el("span", {}, text);
  const outside = new URL(address, document.baseURI).origin !== location.origin;
  return el("a", { href: address, rel: outside ? "noopener noreferrer" : null, ...attributes }, text);
};

/** Save a text or blob under this name. */
export const download = (name, content, type = "text/plain") => {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const anchor = el("a", { download: name });
  anchor.href = address; // blob: is no address that el() takes
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

/** Copy a text; says on the button whether it worked. */
export const copying = (button, text) => {
  const label = button.textContent;
  let timer;
  button.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(text()).then(() => true, () => false);
    button.textContent = done ? "Copied" : "Cannot copy here";
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = label; }, 2000);
  });
};

/** A figure as the pages write it: 1,234. */
export const number = (value) => value.toLocaleString("en");
