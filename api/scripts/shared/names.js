// Names beside what they name in a drawing: on one line or two, on the side that has room, over nothing else.

const LONGEST = 60;

/** A name as one line, or two, or cut, by what `fits` says of a line. */
export const inLines = (name, fits) => {
  const text = name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
  if (fits(text)) return [text];
  const halves = [...text.matchAll(/\s+/g)].map(({ index, 0: gap }) => [text.slice(0, index), text.slice(index + gap.length)]);
  const even = (pair) => Math.max(...pair.map(({ length }) => length));
  const whole = halves.filter((pair) => pair.every(fits)).sort((one, other) => even(one) - even(other))[0];
  if (whole) return whole;
  const shortened = (line) => {
    for (let end = line.length - 1; end > 0; end -= 1) if (fits(`${line.slice(0, end).trimEnd()}…`)) return `${line.slice(0, end).trimEnd()}…`;
    return "…";
  };
  const [first, second] = halves.filter(([line]) => fits(line)).at(-1) ?? [];
  return first ? [first, shortened(second)] : [shortened(text)];
};

const overlap = (one, other) => one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;

/** Puts the names of one drawing, width by height, one after another; each keeps off what was there before. */
export class Names {
  /** `measure` says how wide a text is; a line is `line` high; names stay `edge` from the sides. */
  constructor({ width, height, line, edge, measure }) {
    Object.assign(this, { width, height, line, edge, measure, taken: [] });
  }

  /** Nothing is written over this. */
  take(box) {
    this.taken.push(box);
  }

  /** Where to write the name of what is at (x, y) and so large: {lines, x, y, width, height}, null where there is no room; with `must` it is written all the same, and with `above` over all else. */
  put(name, { x, y, size, left, must, above = false }) {
    const away = size + 6, { edge } = this;
    const beside = (onLeft) => {
      const room = (onLeft ? x : this.width - x) - away - edge;
      return this.box(name, room, (width, height) => [onLeft ? x - away - width : x + away, y - height / 2]);
    };
    const over = (above) => this.box(name, this.width / 2, (width, height) => [
      Math.max(edge, Math.min(x - width / 2, this.width - width - edge)), above ? y - size - 4 - height : y + size + 4]);
    const places = [beside(left), beside(!left), over(false), over(true)];
    const inside = places.filter((place) => place.whole && place.y >= 0 && place.y + place.height <= this.height);
    const own = (box) => box.x < x && x < box.x + box.width && box.y < y && y < box.y + box.height;
    const free = inside.find((place) => above || !this.taken.some((box) => !own(box) && overlap(box, place)));
    const found = free ?? (must ? inside[0] ?? places[0] : null);
    if (found && !above) this.take(found);
    return found;
  }

  box(name, room, at) {
    const lines = inLines(name, (text) => this.measure(text) <= room);
    const width = Math.max(...lines.map(this.measure)), height = lines.length * this.line;
    const [x, y] = at(width, height);
    return { lines, x, y, width, height, whole: !lines.at(-1).endsWith("…") || name.length > LONGEST && room > 0 };
  }
}
