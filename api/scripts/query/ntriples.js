// Reads N-Triples as the service writes it: one triple a line, with escapes in literals.

const TERM = /\s*(?:<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?)/y;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

const plain = (text) => text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) =>
  four || eight ? String.fromCodePoint(parseInt(four || eight, 16)) : ESCAPES[one] ?? one);

/** The triples as rows of three terms. */
export const triples = (text) => text.split("\n").filter((line) => line.trim()).map((line) => {
  TERM.lastIndex = 0;
  return [0, 1, 2].map(() => {
    const [, iri, node, literal, language, datatype] = TERM.exec(line);
    if (iri !== undefined) return { type: "uri", value: plain(iri) };
    if (node !== undefined) return { type: "bnode", value: node };
    return { type: "literal", value: plain(literal), language, datatype: datatype && plain(datatype) };
  });
});
