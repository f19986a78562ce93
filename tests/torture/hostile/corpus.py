"""Hostile queries, each with what must become of it.

A query of this corpus is refused before it runs, stopped at a limit while it does, or harmless: answered at once
and completely. What may be either of two on machines of different speed is marked so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

REFUSED: Final = frozenset({400, 413})
# 501: the engine dies of sorting what it has no order for, at times before its time is over.
STOPPED: Final = frozenset({501, 503, 504, 507})
HARMLESS: Final = frozenset({200})

_ALL: Final = "?s ?p ?o"


@dataclass(frozen=True)
class Case:
    """One hostile query. Long texts are made when they are needed."""

    name: str
    text: Callable[[], str | bytes]
    outcome: frozenset[int]

    def body(self) -> bytes:
        """What to send."""
        text = self.text()
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _product(factors: int, head: str = "(COUNT(*) AS ?n)", tail: str = "") -> str:
    patterns = " . ".join(f"?s{i} ?p{i} ?o{i}" for i in range(factors))
    return f"SELECT {head} {{ {patterns} }} {tail}"


def _deep(opening: str, closing: str, depth: int, head: str = "ASK { ", inside: str = "") -> str:
    return head + opening * depth + inside + closing * depth + " }"


def _chain(expression: str, length: int, first: str = "'x'") -> str:
    binds = "".join(f" BIND({expression.replace('#', f'?v{i}')} AS ?v{i + 1})" for i in range(length))
    return f"SELECT (STRLEN(?v{length}) AS ?n) {{ BIND({first} AS ?v0){binds} }}"


_Text = str | Callable[[], str | bytes]
_Texts = list[tuple[str, _Text]]


def _case(outcome: frozenset[int], name: str, text: _Text) -> Case:
    return Case(name, text if callable(text) else lambda: text, outcome)


_TIME: Final[_Texts] = [
    ("product of four, counted", _product(4)),
    ("product of six, one row", _product(6, "*", "LIMIT 1 OFFSET 99999999999")),
    ("product, distinct rows", _product(3, "DISTINCT *")),
    ("product, count of distinct", _product(4, "(COUNT(DISTINCT ?s0) AS ?n)")),
    ("product, count of distinct rows", _product(4, "(COUNT(DISTINCT *) AS ?n)")),
    ("product, grouped", _product(3, "?s0 ?s1 (COUNT(*) AS ?n)", "GROUP BY ?s0 ?s1")),
    ("product, grouped by all", _product(3, "?o0 ?o1 ?o2", "GROUP BY ?o0 ?o1 ?o2")),
    ("product, ordered", _product(3, "*", "ORDER BY ?o2 DESC(?s1)")),
    ("product, ordered, one row", _product(3, "*", "ORDER BY RAND() LIMIT 1")),
    ("product, strings joined", _product(3, "(GROUP_CONCAT(STR(?o0)) AS ?n)")),
    ("product, sampled", _product(4, "(SAMPLE(?o3) AS ?n)")),
    ("product, summed with a filter", _product(4, "(SUM(?o0) AS ?n)", "HAVING (SUM(?o1) > 0)")),
    ("product behind ASK", "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(CONCAT(STR(?a), STR(?f), STR(?i), STR(?l)) = 'no') }"),
    ("product with a filter nothing passes", "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a = <urn:no> || ?i = <urn:no>) }"),
    ("product of subselects", "SELECT (COUNT(*) AS ?n) { { SELECT ?a { ?a ?b ?c } } { SELECT ?d { ?d ?e ?f } } { SELECT ?g { ?g ?h ?i } } { SELECT ?j { ?j ?k ?l } } }"),
    ("product of ordered subselects", "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } ORDER BY ?c } { SELECT * { ?d ?e ?f } ORDER BY ?f } { SELECT * { ?g ?h ?i } ORDER BY ?i } }"),
    ("product of graphs", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } GRAPH ?j { ?m ?n2 ?o } }"),
    ("product of unions", "SELECT (COUNT(*) AS ?n) { { ?a ?b ?c } UNION { ?c ?b ?a } { ?d ?e ?f } UNION { ?f ?e ?d } { ?g ?h ?i } UNION { ?i ?h ?g } ?j ?k ?l }"),
    ("product less a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?b ?x . ?d ?y ?z . ?u ?v ?w } }"),
    ("product of optionals", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i OPTIONAL { ?j ?k ?l } } } }"),
    ("EXISTS over a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c FILTER EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?d = ?i && ?f = ?a && ?e = ?c) } }"),
    ("NOT EXISTS over a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?x ?y ?z FILTER NOT EXISTS { ?d ?e ?f . ?g ?h ?i FILTER(?d = ?z && ?f = <urn:no>) } }"),
    ("path through everything, both ends open", "SELECT (COUNT(*) AS ?n) { ?x (<urn:a>|!<urn:a>)* ?y . ?y (<urn:a>|!<urn:a>)* ?z . ?z (<urn:a>|!<urn:a>)* ?w }"),
    ("path of paths", "SELECT (COUNT(*) AS ?n) { ?x ((<urn:a>|!<urn:a>)+/(^<urn:a>|!^<urn:a>)+)* ?y }"),
    ("path there and back", "SELECT (COUNT(*) AS ?n) { ?x ((!<urn:a>)/(^(!<urn:a>)))*/((!<urn:a>)/(^(!<urn:a>)))* ?y }"),
    ("path joined to itself", "SELECT (COUNT(*) AS ?n) { ?a (!<urn:a>)* ?b . ?c (!<urn:a>)* ?d . ?e (!<urn:a>)* ?f FILTER(?b != ?d && ?d != ?f) }"),
    ("regular expression over a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER REGEX(CONCAT(STR(?a), STR(?f), STR(?i)), '(.*)(.*)(.*)(.*)x$') }"),
    ("similar strings over a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(CONTAINS(LCASE(STR(?c)), LCASE(STR(?f))) && ENCODE_FOR_URI(STR(?i)) = SHA512(STR(?c))) }"),
    ("hashes over a product", "SELECT (MAX(SHA512(CONCAT(STR(?c), STR(?f), STR(?i)))) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    ("VALUES times everything", lambda: "SELECT (COUNT(*) AS ?n) { VALUES ?v { " + "1 " * 20_000 + "} ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    ("VALUES times VALUES", lambda: "SELECT (COUNT(*) AS ?n) { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 3000}}}" for i in range(8)) + " }"),
    ("star of 100 patterns", lambda: "SELECT * { " + " . ".join(f"?s ?p{i} ?o{i}" for i in range(100)) + " }"),
    ("chain of 100 patterns", lambda: "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?v{i} ?p{i} ?v{i + 1}" for i in range(100)) + " }"),
    ("cycle of 60 patterns", lambda: "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?v{i} ?p{i} ?v{(i + 1) % 60}" for i in range(60)) + " }"),
    ("DESCRIBE of everything", "DESCRIBE ?s ?o ?x { ?s ?p ?o . ?x ?y ?z . ?a ?b ?c }"),
    ("CONSTRUCT of a product", "CONSTRUCT { ?a ?e ?i . ?d ?h ?c . ?g ?b ?f } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    ("CONSTRUCT of blank nodes without end", "CONSTRUCT { [] ?b [] . [ ?e ?f ] ?h [ ?b ( ?a ?d ?g ) ] } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
    ("product, as many rows as there are", _product(3, "*", "LIMIT 9223372036854775807")),
    ("booleans compared over a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER((?a = ?d) < (?f = ?i)) }"),
    ("different terms joined over a product", _product(4, "(GROUP_CONCAT(DISTINCT ?o0) AS ?n)")),
    ("computed patterns over a product", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER REGEX(STR(?c), CONCAT('^', STR(?f), '$')) }"),
    ("a back-reference that backtracks without end", lambda: "ASK { FILTER REGEX('" + "a" * 200 + "b', '^((a|aa)+)\\\\1c$') }"),
    ("a computed pattern that backtracks without end", lambda: "ASK { FILTER REGEX('" + "a" * 200 + "b', CONCAT('^(a|aa)+', '$')) }"),
    ("a computed REPLACE that backtracks without end", lambda: "SELECT (REPLACE('" + "a" * 200 + "b', CONCAT('(a|aa)+', '$'), 'x') AS ?n) {}"),
    ("product, from the far end", _product(4, "*", "LIMIT 9223372036854775807 OFFSET 9223372036854775807")),
]  # fmt: skip

_MEMORY: Final[_Texts] = [
    ("CONCAT doubling 40 times", _chain("CONCAT(#, #)", 40)),
    ("CONCAT growing tenfold", _chain("CONCAT(#, #, #, #, #, #, #, #, #, #)", 12)),
    ("REPLACE growing", _chain("REPLACE(#, 'x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')", 9)),
    ("REPLACE with groups growing", _chain("REPLACE(#, '(x+)', '$1$1$1$1$1$1$1$1')", 14)),
    ("computed REPLACE growing", _chain("REPLACE(#, CONCAT('', 'x'), 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')", 9)),
    ("computed REPLACE with groups growing", _chain("REPLACE(#, CONCAT('(x', '+)'), '$1$1$1$1$1$1$1$1')", 14)),
    ("STRDT growing", _chain("STR(STRDT(CONCAT(STR(#), STR(#)), <urn:t>))", 40)),
    ("STRLANG growing", _chain("STRLANG(CONCAT(STR(#), STR(#)), 'en')", 40)),
    ("ENCODE_FOR_URI growing", _chain("ENCODE_FOR_URI(CONCAT(#, #))", 36, "'%'")),
    ("IRI growing", _chain("STR(IRI(CONCAT(#, #)))", 40, "'http://x/'")),
    ("GROUP_CONCAT with a long separator", lambda: "SELECT (GROUP_CONCAT(?o; SEPARATOR='" + "x" * 30_000 + "') AS ?n) { ?s ?p ?o . ?a ?b ?c }"),
    ("GROUP_CONCAT doubled", "SELECT (STRLEN(CONCAT(?x, ?x, ?x, ?x, ?x, ?x)) AS ?n) { { SELECT (GROUP_CONCAT(CONCAT(STR(?s), STR(?o), STR(?x0))) AS ?x) { ?s ?p ?o . ?x0 ?y ?z . ?u ?v ?w } } }"),
]  # fmt: skip

_BACKTRACKING: Final[_Texts] = [
    (
        "repetition of repetitions",
        "ASK { FILTER REGEX('aaaa', '((((a{1,1000}){1,1000}){1,1000}){1,1000}){1,1000}') }",
    ),
    ("a thousand to the third", "ASK { FILTER REGEX('aaaa', '(((a{1000}){1000}){1000})') }"),
    ("a class repeated", "ASK { FILTER REGEX('aaaa', '((\\\\pL{500}){500}){500}') }"),
]

_DEEP: Final = [
    *((f"{name} {depth:,} deep", opening, closing, depth) for depth in (700, 4_000, 68_000, 1_000_000)
      for name, opening, closing in (("braces", "{", "}"),)),
    ("brackets of an expression", "(", ")", 15_000),
    ("square brackets", "[ <urn:p> ", "]", 700),
    ("collections", "(", ")", 700),
    ("nested OPTIONAL", "OPTIONAL {", "}", 700),
    ("nested GRAPH", "GRAPH ?g {", "}", 700),
    ("nested MINUS", "MINUS {", "}", 700),
    ("nested EXISTS", "FILTER EXISTS {", "}", 700),
    ("nested subselects", "{ SELECT * {", "} }", 700),
]  # fmt: skip

_LONG: Final[_Texts] = [
    ("50 MB of text", lambda: b"SELECT * { ?s ?p '" + b"x" * (50 << 20) + b"' }"),
    ("50 MB of spaces", lambda: b" " * (50 << 20) + b"ASK {}"),
    ("65 KB of comments", lambda: "#\n" * 33_000 + "ASK {}"),
    ("200 patterns", lambda: "SELECT * { " + " . ".join(f"?s ?p{i} ?o{i}" for i in range(200)) + " }"),
    ("200 predicates of one subject", lambda: "SELECT * { ?s " + " ; ".join(f"?p{i} ?o{i}" for i in range(200)) + " }"),
    ("200 objects of one predicate", lambda: "SELECT * { ?s ?p " + " , ".join(f"?o{i}" for i in range(200)) + " }"),
    ("path of 3,000 steps", lambda: "SELECT * { ?s " + "/".join(["<urn:p>"] * 3000) + " ?o }"),
    ("path of 3,000 alternatives", lambda: "SELECT * { ?s " + "|".join(["<urn:p>"] * 3000) + " ?o }"),
    ("an IRI of 66 KB", lambda: "ASK { <http://x/" + "a" * 66_000 + "> ?p ?o }"),
    ("a literal of 66 KB", lambda: "ASK { ?s ?p '" + "a" * 66_000 + "' }"),
]  # fmt: skip

_BROKEN: Final[_Texts] = [
    ("a NUL byte", lambda: b"ASK { ?s ?p \0 }"),
    ("invalid UTF-8", lambda: b"ASK { ?s ?p '\xff\xfe\xc3(' }"),
    ("UTF-8 cut short", lambda: b"ASK { ?s ?p '\xe2\x82' }"),
    ("an overlong encoding", lambda: b"ASK { ?s ?p '\xc0\x80' }"),
    ("half a surrogate pair", lambda: b"ASK { ?s ?p '\xed\xa0\x80' }"),
    ("UTF-16", lambda: "ASK { ?s ?p ?o }".encode("utf-16")),
    ("a surrogate written as an escape", r"ASK { ?s ?p '\ud800' }"),
    ("an escape beyond Unicode", r"ASK { ?s ?p '\UFFFFFFFF' }"),
    ("a string without end", "ASK { ?s ?p \"\"\"abc }"),
    ("only opening brackets", lambda: "{" * 60_000),
    ("only closing brackets", lambda: "}" * 60_000),
    ("nothing", ""),
    ("an update where queries are asked", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"),
    ("an unknown function", "SELECT * { BIND(<urn:no-function>(1) AS ?x) }"),
    ("limit beyond all numbers", "SELECT * { ?s ?p ?o } LIMIT 999999999999999999999999999999"),
]  # fmt: skip

_RIGHT: Final[_Texts] = [
    ("FROM a file", "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
    ("FROM NAMED a file", "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }"),
    ("GRAPH of a file", "SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }"),
    ("integers past all bounds", "SELECT ?x { BIND(9223372036854775807 + 1 AS ?x) }"),
    ("integers past all bounds, multiplied", "SELECT ?x { BIND(-9223372036854775807 * 9223372036854775807 AS ?x) }"),
    ("the least integer over minus one", "SELECT ?x { BIND(-9223372036854775808 / -1 AS ?x) }"),
    ("division by nothing", "SELECT ?x { BIND(1 / 0 AS ?x) BIND(1.0 / 0.0 AS ?y) BIND(1e0 / 0e0 AS ?z) }"),
    ("a date past all dates", "SELECT ?x { BIND('999999999-01-01T00:00:00Z'^^<http://www.w3.org/2001/XMLSchema#dateTime> AS ?x) }"),
    ("SUBSTR far outside", "SELECT ?x { BIND(SUBSTR('abc', -9223372036854775808, 9223372036854775807) AS ?x) }"),
    ("ROUND of a huge number", "SELECT ?x { BIND(ROUND(1e308 * 10) AS ?x) BIND(ABS(-9223372036854775808) AS ?y) }"),
    ("REGEX with an expression that is none", "SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), '(((') } LIMIT 1"),
    ("REGEX with classic backtracking", lambda: "ASK { FILTER REGEX('" + "a" * 5000 + "b', '^(a+)+$') }"),
    ("a cast of nonsense", "SELECT * { BIND(<http://www.w3.org/2001/XMLSchema#integer>('zzz') AS ?x) }"),
]  # fmt: skip

_EITHER: Final[_Texts] = [
    ("1+1+1… without brackets", lambda: "SELECT ?x { BIND(" + "+".join(["1"] * 30_000) + " AS ?x) }"),
    ("1*1*1… without brackets", lambda: "SELECT ?x { BIND(" + "*".join(["1"] * 30_000) + " AS ?x) }"),
    ("a||a||a… without brackets", lambda: "SELECT * { ?a ?b ?c FILTER(" + "||".join(["?a"] * 20_000) + ") } LIMIT 1"),
    ("a&&a&&a… without brackets", lambda: "SELECT * { ?a ?b ?c FILTER(" + "&&".join(["?a"] * 20_000) + ") } LIMIT 1"),
    ("a=a=a…", lambda: "SELECT * { FILTER(" + "=".join(["1"] * 30_000) + ") }"),
    ("!!!! 30,000 times", lambda: "ASK { FILTER(" + "!" * 30_000 + "true) }"),
    ("---- 30,000 times", lambda: "ASK { FILTER(" + "-" * 30_000 + "1 = 1) }"),
    ("- - - 30,000 times", lambda: "ASK { FILTER(" + "- " * 30_000 + "?x = 1) }"),
    ("++++ 30,000 times", lambda: "ASK { FILTER(" + "+" * 30_000 + "1 = 1) }"),
    ("^^^^ in a path, 30,000 times", lambda: "ASK { ?s " + "^" * 30_000 + "<urn:p> ?o }"),
    ("**** in a path, 30,000 times", lambda: "ASK { ?s <urn:p>" + "*" * 30_000 + " ?o }"),
    ("UNION 8,000 times", lambda: "ASK { " + "UNION".join(["{}"] * 8_000) + " }"),
    ("UNION of patterns 90 times", lambda: "SELECT (COUNT(*) AS ?n) { " + "UNION".join(["{ ?s ?p ?o }"] * 90) + " }"),
    ("OPTIONAL 5,000 times in a row", lambda: "ASK { " + "OPTIONAL {} " * 5_000 + " }"),
    ("MINUS 5,000 times in a row", lambda: "ASK { " + "MINUS {} " * 5_000 + " }"),
    ("FILTER 6,000 times in a row", lambda: "ASK { " + "FILTER(1) " * 6_000 + " }"),
    ("EXISTS 3,000 times in a row", lambda: "ASK { FILTER(" + "||".join(["EXISTS {}"] * 3_000) + ") }"),
    ("BIND 2,000 times in a row", lambda: "ASK { " + " ".join(f"BIND(1 AS ?v{i})" for i in range(2_000)) + " }"),
    ("IF within IF, 190 deep", lambda: "ASK { FILTER(" + "IF(true, " * 190 + "1" + ", 1)" * 190 + ") }"),
    ("IN with 10,000 values", lambda: "SELECT * { ?s ?p ?o FILTER(?o IN (" + ",".join(map(str, range(10_000))) + ")) } LIMIT 1"),
    ("COALESCE of 10,000", lambda: "ASK { FILTER(COALESCE(" + ",".join(["?x"] * 10_000) + ")) }"),
    ("CONCAT of 10,000", lambda: "SELECT (CONCAT(" + ",".join(["'x'"] * 10_000) + ") AS ?n) {}"),
    ("5,000 columns", lambda: "SELECT " + " ".join(f"?v{i}" for i in range(5_000)) + " { ?v0 ?v1 ?v2 }"),
    ("5,000 sort keys", lambda: "SELECT * { ?s ?p ?o } ORDER BY " + " ".join(["?s"] * 5_000)),
    ("5,000 group keys", lambda: "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY " + " ".join(["?s"] * 5_000)),
    ("4,000 expressions in the head", lambda: "SELECT " + " ".join(f"(1 AS ?v{i})" for i in range(4_000)) + " {}"),
    ("2,000 prefixes", lambda: "".join(f"PREFIX p{i}: <http://x/{i}/>\n" for i in range(2_000)) + "ASK {}"),
    ("1,000 FROMs", lambda: "SELECT * " + "".join(f"FROM <http://x/{i}> " for i in range(1_000)) + "{ ?s ?p ?o }"),
    ("1,000 FROM NAMEDs", lambda: "SELECT * " + "".join(f"FROM NAMED <http://x/{i}> " for i in range(1_000)) + "{ GRAPH ?g { ?s ?p ?o } }"),
    ("a variable name of 60 KB", lambda: "SELECT * { ?" + "v" * 60_000 + " ?p ?o } LIMIT 1"),
    ("a prefix name of 30 KB", lambda: "PREFIX " + "p" * 30_000 + ": <urn:> ASK { ?s " + "p" * 30_000 + ":x ?o }"),
    ("a language tag of 60 KB", lambda: "SELECT * { ?s ?p 'x'@" + "-".join(["abcdefgh"] * 6_600) + " }"),
    ("VALUES of 6,000 rows", lambda: "SELECT * { VALUES (?a ?b) { " + "(1 2) " * 6_000 + "} }"),
    ("VALUES of 5,000 columns", lambda: "SELECT * { VALUES (" + " ".join(f"?v{i}" for i in range(5_000)) + ") { } }"),
    ("comparisons within comparisons, 190 deep", lambda: "ASK { FILTER(" + "(" * 190 + "?x" + " < ?y)" * 190 + ") }"),
    ("?a/?a/?a… without brackets", lambda: "ASK { FILTER(" + "/".join(["?a"] * 10_000) + ") }"),
    ("casts within casts, 190 deep", lambda: "ASK { FILTER(" + "xsd:integer(" * 190 + "?x" + ")" * 190 + ") }"),
    ("regular expressions, 2,000 different ones", lambda: "ASK { FILTER(" + "||".join(f"REGEX('a', 'a.{i}')" for i in range(2_000)) + ") }"),
    ("classes of classes, 3,000 of them", lambda: "ASK { FILTER REGEX('a', '" + "[a-z-[a-y-[b-x]]]" * 3_000 + "') }"),
    ("replacements with 10,000 references", lambda: "ASK { FILTER(REPLACE('a', '(a)', '" + "$1" * 10_000 + "') = 'a') }"),
    ("paths of length zero, 90 of them", lambda: "ASK { " + " ".join(f"<urn:x{i}> <urn:p>* ?v{i} ." for i in range(90)) + " }"),
    ("names with dots, 6,000 of them", lambda: "ASK { VALUES ?x { " + "rec:a.b.c " * 6_000 + "} }"),
    ("GRAPH ?g around VALUES, 60 times", lambda: "ASK { " + "GRAPH ?g { VALUES ?x { 1 } } " * 60 + "}"),
    ("escapes, 6,000 of them", lambda: "ASK { ?s ?p ?" + "\\u0061" * 6_000 + " }"),
    ("REDUCED of a short path", "SELECT REDUCED * { ?x (<urn:a>|!<urn:a>)* ?y } LIMIT 1"),
]  # fmt: skip

_MAY_BE_READ: Final = HARMLESS | REFUSED | STOPPED

QUERIES: Final[tuple[Case, ...]] = (
    *(_case(STOPPED, *pair) for pair in (*_TIME, *_MEMORY)),
    *(_case(_MAY_BE_READ, *pair) for pair in (*_BACKTRACKING, *_EITHER)),
    *(
        _case(REFUSED, name, partial(_deep, opening, closing, depth))
        for name, opening, closing, depth in _DEEP
    ),
    *(_case(REFUSED, *pair) for pair in (*_LONG, *_BROKEN)),
    *(_case(HARMLESS, *pair) for pair in _RIGHT),
)
"""Every hostile query that stays at home; those that try to reach outside are in tests.torture.hostile.outreach."""
