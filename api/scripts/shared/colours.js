// The style sheet's colours, for what is drawn on a canvas.

const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** rgb() of the ink that a class gives, in the scheme shown now. */
export const ofClass = (name) => {
  const probe = document.createElement("i");
  probe.className = name;
  probe.hidden = true;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return plain(colour);
};

// Computed colours may be written in ways that only a browser reads.
const plain = (colour) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
  return `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
};

/** Whether the page is shown dark. */
export const isDark = () => {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
};

/** Call when the scheme changes, by the switch or by the system. */
export const onScheme = (call) => {
  document.addEventListener("themechange", call);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", call);
};
