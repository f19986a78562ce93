// A network on the page: sigma where there is WebGL, else the same as SVG.
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeDoubleArrowProgram, EdgeRectangleProgram } from "sigma/rendering";
import { ofClass, onScheme } from "./colours.js";
import { el } from "./dom.js";
import { DrawnGraph } from "./drawngraph.js";
import { ShapeProgram } from "./shapes.js";
import { toPNG, toSVG } from "./tosvg.js";

const FONT = 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif';

// Of so few, each has its name; of more, those that have room.
const FEW = 30;
// How far a name stays from the sides of the drawing, in pixels.
const EDGE = 8;

const hasWebGL = () => {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
};

export class GraphView {
  /** `chosen(kind, id)` is told what is clicked: a node, an edge, or null for the empty ground. */
  constructor(into, { title, chosen }) {
    Object.assign(this, { into, title, chosen, nodes: [], edges: [], picked: null });
    this.plain = !hasWebGL();
    this.place = el("div", { class: "drawing", role: "img", "aria-label": title });
    into.append(this.place);
    onScheme(() => this.draw());
    if (this.plain) new ResizeObserver(() => this.draw()).observe(this.place);
  }

  /** Show nodes {id, label, x, y, size, shape, colour} and edges {id, source, target, size, colour, both, directed}; `colour` is a class. */
  show(nodes, edges) {
    Object.assign(this, { nodes, edges });
    this.draw(true);
  }

  /** Mark a node or an edge as the one that is spoken of. */
  pick(id) {
    this.picked = id;
    if (this.sigma) this.sigma.refresh({ skipIndexation: true });
  }

  painted() {
    const cache = new Map();
    const paint = (name) => { if (!cache.has(name)) cache.set(name, ofClass(name)); return cache.get(name); };
    return {
      nodes: this.nodes.map((node) => ({ ...node, color: paint(node.colour) })),
      edges: this.edges.map((edge) => ({ ...edge, color: paint(edge.colour) })),
      ink: paint("ink"), background: paint("surface"), muted: paint("muted"),
    };
  }

  draw(fit) {
    const painted = this.painted();
    if (this.plain) {
      this.place.replaceChildren(this.drawing(this.place.clientWidth || 600, this.place.clientHeight || 460, this.chosen));
      return;
    }
    const xs = painted.nodes.map(({ x }) => x), middle = xs.length ? (Math.min(...xs) + Math.max(...xs)) / 2 : 0;
    const graph = new DrawnGraph(
      painted.nodes.map((node) => ({ ...node, type: "shape", left: node.x < middle - 1e-6, forceLabel: painted.nodes.length <= FEW })),
      painted.edges.map(({ both, directed, ...edge }) => ({ ...edge, type: both ? "both" : directed === false ? "line" : "arrow" })),
    );
    Object.assign(this, { graph, ink: painted.ink, background: painted.background });
    if (this.sigma) {
      this.sigma.setSettings(this.room());
      this.sigma.setGraph(graph);
      if (fit) this.fit();
      return;
    }
    this.sigma = new Sigma(graph, this.place, {
      allowInvalidContainer: true, enableEdgeEvents: true, defaultNodeType: "shape", zIndex: true, ...this.room(),
      nodeProgramClasses: { shape: ShapeProgram }, edgeProgramClasses: { arrow: EdgeArrowProgram, both: EdgeDoubleArrowProgram, line: EdgeRectangleProgram },
      labelFont: FONT, labelSize: 12.5, labelWeight: "600", labelRenderedSizeThreshold: 4, minEdgeThickness: 1.4,
      defaultDrawNodeLabel: (context, data, settings) => this.label(context, data, settings),
      defaultDrawNodeHover: (context, data, settings) => this.label(context, data, settings, true),
      nodeReducer: (id, data) => (id === this.picked ? { ...data, highlighted: true, zIndex: 2, forceLabel: true } : data),
      edgeReducer: (id, data) => (id === this.picked ? { ...data, size: data.size + 2, zIndex: 2 } : data),
    });
    this.sigma.on("clickNode", ({ node }) => this.chosen("node", node));
    this.sigma.on("clickEdge", ({ edge }) => this.chosen("edge", edge));
    this.sigma.on("clickStage", () => this.chosen(null, null));
    const point = (on) => () => { this.place.classList.toggle("pointing", on); };
    for (const kind of ["Node", "Edge"]) {
      this.sigma.on(`enter${kind}`, point(true));
      this.sigma.on(`leave${kind}`, point(false));
    }
  }

  // Around a few there has to be room for the names outside; of many, most names stand inside, and fewer are shown.
  room() {
    const few = this.nodes.length <= FEW;
    return { stagePadding: few ? Math.min(116, Math.max(96, this.place.clientWidth * 0.19)) : Math.min(64, this.place.clientWidth * 0.12), labelDensity: few ? 2 : 1 };
  }

  // Names stand outside: to the left of what is on the left. One that would leave the drawing is cut.
  label(context, data, settings, framed = false) {
    // Who is spoken of has its name in a frame.
    if (!data.label || (data.highlighted && !framed)) return;
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    const away = data.size + 6, room = (data.left ? data.x : this.place.clientWidth - data.x) - away;
    const letters = Math.floor((data.label.length * (room - 4)) / context.measureText(data.label).width);
    const most = framed ? 60 : Math.max(4, Math.min(this.place.clientWidth < 480 ? 14 : 24, letters));
    const text = data.label.length > most ? `${data.label.slice(0, most - 1)}…` : data.label;
    const width = context.measureText(text).width;
    let from = data.left ? data.x - away - width : data.x + away, { y } = data;
    if (framed && (from < EDGE || from + width > this.place.clientWidth - EDGE)) {
      // No room beside it: above it.
      from = Math.max(EDGE, Math.min(data.x - width / 2, this.place.clientWidth - width - EDGE));
      y -= data.size + 20;
    }
    if (framed) {
      context.fillStyle = this.background;
      context.strokeStyle = this.ink;
      context.lineWidth = 1;
      context.beginPath();
      context.roundRect(from - 4, y - 10, width + 8, 20, 4);
      context.fill();
      context.stroke();
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(data.x, data.y, data.size * 1.28 + 2.5, 0, 2 * Math.PI);
      context.stroke();
    }
    context.fillStyle = this.ink;
    context.fillText(text, from, y + settings.labelSize / 3);
  }

  /** Closer or further by a factor; in SVG the browser's own zoom has to do. */
  zoom(factor) {
    const camera = this.sigma?.getCamera();
    camera?.animate({ ratio: camera.ratio / factor }, { duration: 150 });
  }

  fit() {
    this.sigma?.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }, { duration: 150 });
  }

  /** What is shown, as an SVG element of its own. */
  drawing(width, height, clicked) {
    const painted = this.painted();
    if (!painted.nodes.length) return el("span");
    return toSVG({ ...painted, width, height, font: FONT, title: this.title, clicked });
  }

  svg() {
    return new XMLSerializer().serializeToString(this.drawing(1200, 800));
  }

  png() {
    return toPNG(this.drawing(1200, 800), 1200, 800);
  }

  close() {
    this.sigma?.kill();
  }
}
