// A network as SVG: for saving, for PNG, and in place of WebGL. Nodes {id, label, x, y, size, shape, color}, edges {id, source, target, size, color, both}.
import { svg } from "./dom.js";
import { inLines } from "./names.js";

// About how wide a letter is, of a font that is not known here.
const LETTER = 7.4, LINE = 15;

const shapeOf = ({ shape, size, color }, x, y) => {
  if (shape === "square") return svg("rect", { x: x - size * 0.9, y: y - size * 0.9, width: size * 1.8, height: size * 1.8, fill: color });
  if (shape === "diamond") {
    const far = size * 1.28;
    return svg("path", { d: `M${x} ${y - far}L${x + far} ${y}L${x} ${y + far}L${x - far} ${y}Z`, fill: color });
  }
  return svg("circle", { cx: x, cy: y, r: size, fill: color });
};

const head = (x, y, angle, size, color) => {
  const [a, b] = [angle + 2.75, angle - 2.75].map((turn) => `${x + size * Math.cos(turn)} ${y + size * Math.sin(turn)}`);
  return svg("path", { d: `M${x} ${y}L${a}L${b}Z`, fill: color });
};

/** The drawing, width by height; `clicked` is told the kind and id of what is clicked. */
export const toSVG = ({ nodes, edges, width, height, background, ink, font, title, clicked }) => {
  const xs = nodes.map(({ x }) => x), ys = nodes.map(({ y }) => y);
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const margin = [Math.min(150, width * 0.2), 44];
  const scale = Math.min((width - 2 * margin[0]) / (right - left || 1), (height - 2 * margin[1]) / (high - low || 1));
  const middle = [(left + right) / 2, (low + high) / 2];
  const place = new Map(nodes.map((node) => [node.id, [width / 2 + (node.x - middle[0]) * scale, height / 2 - (node.y - middle[1]) * scale]]));
  const by = new Map(nodes.map((node) => [node.id, node]));
  const listen = (kind, id) => (clicked ? { class: "clickable", click: () => clicked(kind, id) } : {});
  const lines = edges.map(({ id, source, target, size, color, both, directed }) => {
    const [[x1, y1], [x2, y2]] = [place.get(source), place.get(target)];
    const angle = Math.atan2(y2 - y1, x2 - x1), arrow = 5 + size;
    const [from, to] = [by.get(source).size + 2, by.get(target).size + 2];
    const [a, b, c, d] = [x1 + from * Math.cos(angle), y1 + from * Math.sin(angle), x2 - to * Math.cos(angle), y2 - to * Math.sin(angle)];
    return svg("g", listen("edge", id),
      clicked ? svg("line", { x1: a, y1: b, x2: c, y2: d, stroke: "transparent", "stroke-width": 12 }) : null,
      svg("line", { x1: a, y1: b, x2: c, y2: d, stroke: color, "stroke-width": size }),
      directed === false ? null : head(c, d, angle, arrow, color), both ? head(a, b, angle + Math.PI, arrow, color) : null);
  });
  const named = ({ label, size }, x, y, left) => {
    const at = x + (left ? -1 : 1) * (size + 5), room = (left ? at : width - at) - 4;
    const lines = inLines(label, (text) => text.length * LETTER <= room);
    return svg("text", { x: at, y: y + 4 - ((lines.length - 1) * LINE) / 2, "text-anchor": left ? "end" : "start", fill: ink, "font-family": font, "font-size": 12.5, "font-weight": 600 },
      ...(lines.length === 1 ? lines : lines.map((line, place) => svg("tspan", { x: at, dy: place ? LINE : 0 }, place ? line : `${line} `))));
  };
  const marks = nodes.map((node) => {
    const [x, y] = place.get(node.id), left = x < width / 2 - 1;
    return svg("g", listen("node", node.id), svg("title", {}, node.label), shapeOf(node, x, y),
      named(node, x, y, left));
  });
  return svg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title },
    svg("rect", { width, height, fill: background }), ...lines, ...marks);
};

/** The drawing as a PNG blob, twice as fine. */
export const toPNG = async (drawing, width, height) => {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawing))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 });
  canvas.getContext("2d").drawImage(image, 0, 0, width * 2, height * 2);
  return new Promise((settle) => canvas.toBlob(settle, "image/png"));
};
