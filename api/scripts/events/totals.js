// What is counted over some events: how many were killed, per side, and how many events that covers.

/** [{side, killed, exact, events}], the widest covered first. An event of whose whole there is a count of that side adds nothing. */
export const totals = (events) => {
  const sides = new Map(events.map(({ id, killed }) => [id, new Set(killed.map(({ side }) => side))]));
  const found = new Map();
  for (const { killed, partOf } of events) {
    for (const { side, least, exact } of killed) {
      if (partOf.some((whole) => sides.get(whole)?.has(side))) continue;
      const total = found.get(side) ?? { side, killed: 0, exact: true, events: 0 };
      found.set(side, { side, killed: total.killed + least, exact: total.exact && exact, events: total.events + 1 });
    }
  }
  return [...found.values()].sort((a, b) => b.events - a.events || (a.side ?? "~").localeCompare(b.side ?? "~"));
};

/** The day on which an event begins, in its own zone, as addresses have days; that on which it ends where no beginning is known. */
export const dayOf = ({ begin, end }) => (begin ?? end ?? "").slice(0, 10);

const DAY = 86_400_000;
const time = (day) => Date.parse(`${day}T00:00:00Z`);
const written = (moment) => new Date(moment).toISOString().slice(0, 10);

/** Equal spans of days, whole weeks or about months or years, that cover some days: [{from, to}], at most `most` of them. */
export const spans = (days, most) => {
  const known = days.filter((day) => Number.isFinite(time(day))).sort();
  if (!known.length) return [];
  const first = time(known[0]), last = time(known.at(-1)), all = (last - first) / DAY + 1;
  const length = [1, 7, 30, 91, 365, 1826].find((one) => all / one <= most) ?? Math.ceil(all / most);
  const found = [];
  for (let at = first; at <= last; at += length * DAY) found.push({ from: written(at), to: written(at + (length - 1) * DAY) });
  return found;
};
