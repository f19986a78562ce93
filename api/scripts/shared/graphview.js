// A network on the page: sigma where there is WebGL, else the same as SVG.
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeDoubleArrowProgram, EdgeRectangleProgram } from "sigma/rendering";
import { ofClass, onScheme } from "./colours.js";
import { el } from "./dom.js";
import { DrawnGraph } from "./drawngraph.js";
import { Names } from "./names.js";
import { ShapeProgram } from "./shapes.js";
import { toPNG, toSVG } from "./tosvg.js";

const FONT = 'system-ui, "Noto Sans", "DejaVu Sans", sans-serif';

// Of so few, each has its name; of more, those that have room.
const FEW = 30;
// How far a name stays from the sides of the drawing, and how high a line of it is, in pixels.
const EDGE = 8, LINE = 15;
// Of more, names may stand on other marks: to look at them all would take longer than to draw them.
const LOOKED_AT = 300;

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
    this.sigma.on("beforeRender", () => { this.names = null; });
    this.sigma.on("clickNode", ({ node }) => this.chosen("node", node));
    this.sigma.on("clickEdge", ({ edge }) => this.chosen("edge", edge));
    this.sigma.on("clickStage", () => this.chosen(null, null));
    const point = (on) => () => { this.place.classList.toggle("pointing", on); };
    for (const kind of ["Node", "Edge"]) {
      this.sigma.on(`enter${kind}`, point(true));
      this.sigma.on(`leave${kind}`, point(false));
    }
    this.sigma.refresh({ skipIndexation: true });
  }

  // Around a few there has to be room for the names outside; of many, most names stand inside, and fewer are shown.
  room() {
    const few = this.nodes.length <= FEW;
    return { stagePadding: few ? Math.min(132, Math.max(64, this.place.clientWidth * 0.22)) : Math.min(64, this.place.clientWidth * 0.12), labelDensity: few ? 2 : 1 };
  }

  // Before the first name of a picture is written, when its places are known: what names have to keep off, first of all the name
  // of who is spoken of.
  arrange() {
    const context = this.measuring ??= document.createElement("canvas").getContext("2d");
    context.font = `600 12.5px ${FONT}`;
    this.names = new Names({ width: this.place.clientWidth, height: this.place.clientHeight, line: LINE, edge: EDGE, measure: (text) => context.measureText(text).width });
    this.framed = null;
    if (this.nodes.length > LOOKED_AT) return;
    const marks = new Map(this.nodes.map(({ id, label }) => {
      const data = this.sigma.getNodeDisplayData(id);
      return [id, { label, ...this.sigma.framedGraphToViewport(data), size: this.sigma.scaleSize(data.size) }];
    }));
    for (const { x, y, size } of marks.values()) this.names.take({ x: x - size, y: y - size, width: 2 * size, height: 2 * size });
    const spoken = marks.get(this.picked);
    if (spoken) this.framed = this.names.put(spoken.label, { ...spoken, size: spoken.size * 1.28 + 4, left: this.graph.getNodeAttributes(this.picked).left, must: true });
  }

  // Names stand outside: to the left of what is on the left, where there is room. Who is spoken of has its name in a frame.
  label(context, data, settings, framed = false) {
    // Sigma draws once while it is made.
    if (!this.sigma || !data.label || (data.highlighted && !framed)) return;
    context.font = `${settings.labelWeight} ${settings.labelSize}px ${settings.labelFont}`;
    if (!this.names) this.arrange();
    const { x, y, size, left } = data;
    const put = (framed && data.highlighted && this.framed) || this.names.put(data.label, { x, y, size: framed ? size * 1.28 + 4 : size, left, must: framed || data.forceLabel, above: framed });
    if (!put) return;
    if (framed) {
      context.fillStyle = this.background;
      context.strokeStyle = this.ink;
      context.lineWidth = 1;
      context.beginPath();
      context.roundRect(put.x - 4, put.y - 3, put.width + 8, put.height + 5, 4);
      context.fill();
      context.stroke();
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(x, y, size * 1.28 + 2.5, 0, 2 * Math.PI);
      context.stroke();
    }
    context.fillStyle = this.ink;
    put.lines.forEach((line, at) => {
      const from = put.x + 3 * size < x ? put.x + put.width - context.measureText(line).width : put.x;
      context.fillText(line, from, put.y + LINE * (at + 0.78));
    });
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

  // What is taken away has the shape of what is shown.
  taken() {
    const { clientWidth, clientHeight } = this.place;
    return [1200, Math.round(1200 * Math.min(1.6, Math.max(0.5, clientHeight / clientWidth || 0.67)))];
  }

  svg() {
    return new XMLSerializer().serializeToString(this.drawing(...this.taken()));
  }

  png() {
    return toPNG(this.drawing(...this.taken()), ...this.taken());
  }

  /** How wide the drawing is for its height. */
  get shape() {
    return this.place.clientWidth / (this.place.clientHeight || 1);
  }

  close() {
    this.sigma?.kill();
  }
}
