// What the columns of an answer hold, and which views can show it.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger",
  "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"].map((name) => XSD + name));
const DATES = new Set(["date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"].map((name) => XSD + name));
const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";
const POINT = /^(?:<[^>]*>\s*)?POINT\s*Z?\s*\(\s*(-?[\d.]+(?:e-?\d+)?)\s+(-?[\d.]+(?:e-?\d+)?)/i;
const DATE = /^(-?)(\d{4,6})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d:\d\d:\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?$/;
const HEX = /^[0-9a-f]{6}$/i;

const kindOf = (term) => {
  if (term.type !== "literal") return "thing";
  if (NUMBERS.has(term.datatype)) return "number";
  if (DATES.has(term.datatype)) return "date";
  if (term.datatype === WKT) return "place";
  return "text";
};

/** The views there are: the name the Wikidata Query Service gives it, and the words on its tab. */
export const VIEWS = { Table: "Table", Map: "Map", Timeline: "Timeline", Graph: "Graph", BarChart: "Bars", LineChart: "Lines" };

/** A year, month, date or moment as milliseconds; without a zone it is taken as in UTC. NaN where it is none, or beyond what scripts count. */
export const moment = (value) => {
  const found = DATE.exec(value);
  if (!found) return NaN;
  const [, sign, year, month = "01", day = "01", time = "00:00:00", zone = "Z"] = found;
  // Scripts want six digits of years that have not four.
  const written = sign || year.length > 4 ? `${sign || "+"}${year.padStart(6, "0")}` : year;
  return Date.parse(`${written}-${month}-${day}T${time}${zone}`);
};

/** [longitude, latitude] of a WKT point on Earth, or null. */
export const point = (value) => {
  const found = POINT.exec(value);
  return found ? onEarth([Number(found[1]), Number(found[2])]) : null;
};

const onEarth = ([longitude, latitude]) => (Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90 ? [longitude, latitude] : null);

export class Columns {
  /** `hidden` are variables that a view shall not show (#defaultView's "hide"). */
  constructor(answer) {
    this.answer = answer;
    // A column is of a kind if all its values are, but those that are missing.
    this.kinds = answer.variables.map((_, at) => {
      const kinds = new Set(answer.rows.slice(0, 2000).map((row) => row[at]).filter(Boolean).map(kindOf));
      return kinds.size === 1 ? [...kinds][0] : kinds.size ? "mixed" : "empty";
    });
  }

  /** The columns of a kind, by their place. */
  of(...kinds) {
    return this.kinds.flatMap((kind, at) => (kinds.includes(kind) && this.answer.variables[at] !== "rgb" ? [at] : []));
  }

  named(name) {
    return this.answer.variables.indexOf(name);
  }

  /** The colour a row wants, ?rgb, as #rrggbb; null where it has none. */
  colour(row) {
    const value = row[this.named("rgb")]?.value ?? "";
    return HEX.test(value) ? `#${value}` : null;
  }

  /** Where a row lies: the place of its WKT point, or of ?latitude and ?longitude (also ?lat, ?long, ?lon, ?lng). */
  positions() {
    const [wkt] = this.of("place");
    if (wkt !== undefined) return (row) => (row[wkt] ? point(row[wkt].value) : null);
    const find = (names) => this.of("number").find((at) => names.includes(this.answer.variables[at].toLowerCase()));
    const latitude = find(["latitude", "lat"]), longitude = find(["longitude", "long", "lon", "lng"]);
    if (latitude === undefined || longitude === undefined) return null;
    return (row) => (row[latitude] && row[longitude] ? onEarth([Number(row[longitude].value), Number(row[latitude].value)]) : null);
  }

  /** The views that have what they need. */
  fitting() {
    const { kind, rows } = this.answer;
    if (kind === "graph") return rows.length ? ["Table", "Graph"] : ["Table"];
    if (!rows.length) return ["Table"];
    const numbers = this.of("number").length, dates = this.of("date").length;
    const labels = this.of("text", "thing", "date", "mixed").length;
    return [
      "Table",
      ...(this.positions() ? ["Map"] : []),
      ...(dates ? ["Timeline"] : []),
      ...(this.edges() ? ["Graph"] : []),
      ...(numbers && labels ? ["BarChart"] : []),
      ...((dates && numbers) || numbers > 1 ? ["LineChart"] : []),
    ];
  }

  /** The two columns that a graph's edges run between: things, or where there are none two texts with ?edgeLabel or ?relation between. */
  edges() {
    const things = this.of("thing");
    if (things.length > 1) return things.slice(0, 2);
    const label = this.edgeLabel();
    const texts = this.of("text", "thing", "mixed").filter((at) => at !== label);
    return label >= 0 && texts.length > 1 ? texts.slice(0, 2) : null;
  }

  edgeLabel() {
    return Math.max(this.named("edgeLabel"), this.named("relation"));
  }
}
