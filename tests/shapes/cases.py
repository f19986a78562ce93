"""Mistakes that the shapes must catch, and near misses that must pass: each is one edit to world.ttl."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    name: str
    gone: tuple[str, ...]
    come: tuple[str, ...]
    found: tuple[str, ...]
    says: str

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def case(name: str, gone: str = "", come: str = "", found: str = "", says: str = "") -> Case:
    """Parts are written one a line; `found` names every result the edit must lead to, and no other may come."""
    gone_, come_, found_ = (
        tuple(line.strip() for line in t.strip().splitlines() if line.strip()) for t in (gone, come, found)
    )
    return Case(name, gone_, come_, found_, says)


_ROW = "<https://w3id.org/onrecord/document/post/row>"
_SAME = """identity:two a rec:Identity .
identity:two rdf:subject {} .
identity:two rdf:predicate owl:sameAs .
identity:two rdf:object {} .
identity:two rec:assessedBy <https://w3id.org/onrecord/editor/ed> .
identity:two rec:assessedOn "2025-09-02"^^xsd:date .
identity:two rec:note "So it says."@en ."""
_RELAY = "<https://w3id.org/onrecord/rendering/ann/relay-"

WRONG = [
    # Identities
    case("person merged with an institution", "", _SAME.format("actor:ann", "actor:gazette"), "identity/two -", "of different kinds"),
    case("group merged with an institution", "", _SAME.format("actor:people", "actor:land"), "identity/two -", "of different kinds"),
    case("place merged with a state", "", _SAME.format("place:land", "actor:land"), "identity/two -", "of different kinds"),
    case("events merged", "", _SAME.format("event:strike", "event:talks"), "identity/two subject\nidentity/two object", "actor/<slug>"),
    case("merged with nothing that is described", "", _SAME.format("actor:ann", "actor:nobody"), "identity/two object", "which a record describes"),
    case("merged with itself", "", _SAME.format("actor:ann", "actor:ann"), "identity/two subject", "names one thing twice"),
    case("identity on nobody's word", "identity:paper rec:assessedBy *", "", "identity/paper assessedBy", "Say who says"),
    case("identity on no day", "identity:paper rec:assessedOn *", "", "identity/paper assessedOn", "Say when"),
    case("identity on no ground", "identity:paper rec:note *", "", "identity/paper -", "on what ground"),
    case("identity of one thing", "identity:paper rdf:object *", "", "identity/paper object", "'otherThing'"),
    case("identity of three things", "", "identity:paper rdf:object actor:land .", "identity/paper object", "three things are two identities"),
    case("identity that says neither", "identity:paper rdf:predicate *", "identity:paper rdf:predicate rec:contradicts .",
         "identity/paper predicate", "'relation: sameAs'"),
    # Statements and renderings
    case("statement without speaker", "statement:ann rec:speaker actor:ann .", "",
         "statement/ann speaker", "one speaker"),
    case("statement without rendering", "statement:ann rec:rendering rendering:ann .\nstatement:ann rec:rendering rendering:row .", "",
         "statement/ann rendering\nrendering/ann ^rendering\nrendering/row ^rendering", "add 'rendering:'"),
    case("statement without evidence", "rendering:ann rec:evidence excerpt:said .", "", "rendering/ann evidence", "add 'evidence:"),
    case("rendering in no document version", "rendering:ann rec:reportedIn version:1 .", "", "rendering/ann reportedIn", "'reportedIn'"),
    case("rendering without a mode", "rendering:ann rec:mode rec:Direct .", "", "rendering/ann mode", "Partial or Indirect"),
    case("evidence from another version", "rendering:ann rec:reportedIn version:1 .", "rendering:ann rec:reportedIn version:2 .",
         "rendering/ann -", "the version it is reported in"),
    case("speaking in somebody else's post", "tenure:ann rec:holder actor:ann .",
         'actor:bob a rec:Person .\nactor:bob rdfs:label "Bob"@en .\ntenure:ann rec:holder actor:bob .',
         "statement/ann -", "post of their own"),
    case("two speakers", "", "statement:ann rec:speaker actor:people .",
         "statement/ann speaker\nstatement/ann -", "more than one 'speaker'"),
    case("said on a moment", "statement:ann rec:saidOn *", 'statement:ann rec:saidOn "2025-08-28T09:00:00Z"^^xsd:dateTime .',
         "statement/ann saidOn", "written 2025-08-28"),
    case("said on no day of the calendar", "statement:ann rec:saidOn *", 'statement:ann rec:saidOn "2025-02-30"^^xsd:date .',
         "statement/ann saidOn", "written 2025-08-28"),
    case("two wordings in one rendering", "", 'rendering:ann rec:text "zehn Drohnen"@de .', "rendering/ann text", "another rendering"),
    case("rendering of two statements", "",
         "statement:two a rec:Statement .\nstatement:two rec:speaker actor:people .\nstatement:two rec:rendering rendering:ann .",
         "rendering/ann ^rendering", "words one statement"),
    # Excerpts
    case("offsets that do not fit the words", "excerpt:said rec:end 20 .", "excerpt:said rec:end 21 .",
         "excerpt/said -", "has 10 characters, but its offsets 10 to 21 span 11"),
    case("passage beyond the end of the text", "version:1 rec:characters 100 .", "version:1 rec:characters 43 .",
         "excerpt/own -", "ends at 44, but the version's text has only 43"),
    case("passage before the beginning of the text", "excerpt:said rec:start 10 .\nexcerpt:said rec:end 20 .",
         "excerpt:said rec:start -1 .\nexcerpt:said rec:end 9 .", "excerpt/said start", "a whole number from 0"),
    case("offsets that are moments", "excerpt:own rec:start 30 .\nexcerpt:own rec:end 44 .",
         'excerpt:own rec:start "2025-08-28T00:00:00Z"^^xsd:dateTime .\nexcerpt:own rec:end "2025-08-29T00:00:00Z"^^xsd:dateTime .',
         "excerpt/own start\nexcerpt/own end", "a whole number from 0"),
    case("offset that is a moment", "excerpt:own rec:end 44 .", 'excerpt:own rec:end "2025-08-29T00:00:00Z"^^xsd:dateTime .',
         "excerpt/own end", "a whole number"),
    case("excerpt of no length", "excerpt:own rec:exact *\nexcerpt:own rec:end 44 .", 'excerpt:own rec:exact "" .\nexcerpt:own rec:end 30 .',
         "excerpt/own exact", "word for word"),
    case("text of no length", "version:2 rec:characters 100 .", "version:2 rec:characters 0 .", "document/gazette-report/2 characters", "above 0"),
    case("passage of a full text without offsets", "excerpt:own rec:start 30 .\nexcerpt:own rec:end 44 .", "", "excerpt/own -", "has both offsets"),
    case("passage of a full text that begins nowhere", "excerpt:own rec:start 30 .", "", "excerpt/own -", "has both offsets"),
    case("passage that begins and does not end", "", "excerpt:row rec:start 3 .", "excerpt/row -", "both or neither"),
    case("excerpt without words", "excerpt:said rec:exact *", "", "excerpt/said exact", "word for word"),
    case("excerpt of nothing", "excerpt:own rec:ofVersion version:1 .", "", "excerpt/own ofVersion", "one version"),
    # Sources
    case("hash that is none", "version:1 rec:sha256 *", 'version:1 rec:sha256 "c0ffee" .', "document/gazette-report/1 sha256", "64 hex"),
    case("hash with a line break behind it", "version:1 rec:sha256 *", f'version:1 rec:sha256 "{"a" * 64}\\n" .', "document/gazette-report/1 sha256", "64 hex"),
    case("hash in capitals", "version:1 rec:sha256 *", f'version:1 rec:sha256 "{"A" * 64}" .', "document/gazette-report/1 sha256", "lower case"),
    case("full text without a hash", "version:1 rec:sha256 *", "", "document/gazette-report/1 -", "sha256sum"),
    case("licence that is no address", "version:1 rec:textLicence *", 'version:1 rec:textLicence "CC0"^^xsd:anyURI .',
         "document/gazette-report/1 textLicence", "address of the licence"),
    case("full text of unknown length", "version:1 rec:characters 100 .", "", "document/gazette-report/1 -", "'readAs: Passages'"),
    case("version of which it is not said what was read", "version:2 rec:readAs rec:FullText .", "", "document/gazette-report/2 readAs",
         "QuotationOnly, TableRow or AddressOnly"),
    case("version read in two ways", "", "version:2 rec:readAs rec:Passages .", "document/gazette-report/2 readAs", "more than one 'readAs'"),
    case("row of no table", f"{_ROW} rec:readIn document:table .", "", "document/post/row -", "by its table and key"),
    case("row without a key", f'{_ROW} rec:rowKey "7" .', "", "document/post/row -", "'rowKey'"),
    case("published at a moment of another day", "version:1 rec:publishedAt *",
         'version:1 rec:publishedAt "2025-08-27T22:00:00Z"^^xsd:dateTime .', "document/gazette-report/1 -", "'published' is 2025-08-28"),
    case("said at a moment of another day", "statement:ann rec:saidAt *",
         'statement:ann rec:saidAt "2025-08-29T00:10:00+03:00"^^xsd:dateTime .', "statement/ann -", "'saidOn' is 2025-08-28"),
    case("address of a version that is none", "version:1 rec:url *", 'version:1 rec:url "report.html"^^xsd:anyURI .',
         "document/gazette-report/1 url", "https://"),
    case("document without publisher", "document:gazette-report rec:publisher actor:gazette .", "",
         "document/gazette-report publisher", "who answers for the document"),
    case("address that is none", "document:gazette-report rec:url *", 'document:gazette-report rec:url "javascript:alert(1)"^^xsd:anyURI .',
         "document/gazette-report url", "https://"),
    case("address with a line break behind it", "document:gazette-report rec:url *",
         'document:gazette-report rec:url "https://gazette.example/1\\n"^^xsd:anyURI .', "document/gazette-report url", "without spaces, line breaks"),
    case("address with a space", "document:gazette-report rec:url *",
         'document:gazette-report rec:url "https://gazette.example/a b"^^xsd:anyURI .', "document/gazette-report url", "written %20"),
    case("language that is a country", "document:gazette-report rec:language *",
         'document:gazette-report rec:language "ua"^^xsd:language .', "document/gazette-report language", "write 'uk'"),
    # Claims
    case("claim no one asserts", "statement:ann rec:asserts claim:culprit .", "", "claim/culprit -", "Nobody makes this claim"),
    case("claim without stance", "claim:wish rec:stance rec:Doubts .", "", "claim/wish stance", "Denies or Doubts"),
    case("claim on another's word than the speaker's", "claim:wish rec:claimant actor:ann .", "claim:wish rec:claimant actor:people .",
         "statement/ann -", "on its speaker's word"),
    case("own voice on another's word than the publisher's", "claim:hit rec:claimant actor:gazette .", "claim:hit rec:claimant actor:ann .",
         "claim/hit -", "on its publisher's word"),
    case("own voice without evidence", "claim:hit rec:evidence excerpt:own .", "", "claim/hit evidence", "rests on its words"),
    case("at least above at most", "claim:drones rec:atLeast 10 .", "claim:drones rec:atLeast 13 .", "claim/drones atLeast", "exchange or correct"),
    case("negative count", "claim:drones rec:atLeast 10 .", "claim:drones rec:atLeast -1 .", "claim/drones atLeast", "0 or more"),
    case("negative upper bound", "claim:drones rec:atLeast 10 .\nclaim:drones rec:atMost 12 .", "claim:drones rec:atMost -1 .",
         "claim/drones atMost", "0 or more"),
    case("thing as a value", "claim:date rec:value *", "claim:date rec:value place:town .", "claim/date value", "a thing goes into 'object'"),
    case("count that is no whole number", "claim:drones rec:atLeast 10 .", "claim:drones rec:atLeast 9.5 .", "claim/drones atLeast", "whole number"),
    case("count without a number", "claim:either rec:atLeast 3 .", "", "claim/either -", "A count needs a number"),
    case("alternatives of which there is one", "claim:either rec:weaponOneOf weapon:two .", "", "claim/either weaponOneOf", "two or more"),
    case("estimate with a bound", "", "claim:roughly rec:atLeast 20 .", "claim/roughly atLeast", "sets no bounds"),
    case("estimate that is no whole number", "claim:roughly rec:estimate 30 .", "claim:roughly rec:estimate 30.5 .", "claim/roughly estimate", "whole number"),
    case("aimed at and hit in one claim", "", "claim:hit rec:targetRole rec:aimedAt .", "claim/hit targetRole", "is two claims"),
    case("as of bounds in the wrong order", "claim:drones rec:asOfUntil *",
         'claim:drones rec:asOfUntil "2025-08-28T08:59:00+03:00"^^xsd:dateTime .', "claim/drones asOfFrom", "exchange or correct"),
    case("moment as ontology 0.1 had it", "", 'claim:drones rec:asOf "2025-08-28T09:00:00+03:00"^^xsd:dateTime .',
         "claim/drones asOf", "use rec:asOfFrom and rec:asOfUntil"),
    case("passed on as ontology 0.1 had it", "", "rendering:ann rec:via actor:people .", "rendering/ann via", "use rec:relay"),
    case("two measures at once", "", "claim:drones rec:measure rec:killed .", "claim/drones measure", "what is counted"),
    case("held responsible for nothing", "claim:culprit rec:concerns event:strike .", "", "claim/culprit concerns", "for what"),
    case("attitude toward nothing", "claim:wish rec:toward topic:talks .", "", "claim/wish toward", "toward what"),
    case("moment without a time zone", "claim:drones rec:asOfFrom *", 'claim:drones rec:asOfFrom "2025-08-28T09:00:00"^^xsd:dateTime .',
         "claim/drones asOfFrom", "time zone"),
    case("judgement that rests on nothing", "assessment:drones rec:basis claim:either .", "", "assessment/drones -", "what it rests on"),
    case("relation between claims that is none", "relation:hit-culprit rdf:predicate rec:contradicts .",
         "relation:hit-culprit rdf:predicate rec:concerns .", "relation/hit-culprit predicate", "one of rec:contradicts"),
    case("relation between claims from nowhere", "relation:hit-culprit rec:derivedBy rule:either-or .", "", "relation/hit-culprit -", "who states it and when"),
    case("relation stated without a ground", "relation:stated rec:basis claim:hit .", "", "relation/stated -", "what it rests on"),
    case("relation stated on no day", "relation:stated rec:assessedOn *", "", "relation/stated -", "who states it and when"),
    case("judged by a topic", "assessment:by-editor rec:assessedBy *", "assessment:by-editor rec:assessedBy topic:talks .",
         "assessment/by-editor assessedBy", "an editor or actor"),
    # Relays
    case("relays at one place in the order", f"{_RELAY}2> rec:position 2 .", f"{_RELAY}2> rec:position 1 .", "rendering/ann -", "the same 'position', 1"),
    case("relay before the first", f"{_RELAY}1> rec:position 1 .", f"{_RELAY}1> rec:position 0 .", "rendering/ann/relay-1 position", "from 1"),
    case("relay by nobody", f"{_RELAY}1> rec:by actor:people .", "", "rendering/ann/relay-1 by", "who passed it on"),
    case("relay of no rendering", f"rendering:ann rec:relay {_RELAY}1> .", "", "rendering/ann/relay-1 ^relay", "belongs to one rendering"),
    case("channel that is an actor", "rendering:ann rec:channel *", "rendering:ann rec:channel actor:gazette .", "rendering/ann channel", "a Platform"),
    # Events
    case("event that ends before it begins", "event:strike rec:end *", 'event:strike rec:end "2025-08-26T00:00:00+03:00"^^xsd:dateTime .',
         "event/strike begin", "cannot end before it begins"),
    case("event that ends before it begins on another clock", "event:strike rec:end *",
         'event:strike rec:end "2025-08-27T12:30:00+04:00"^^xsd:dateTime .', "event/strike begin", "cannot end before it begins"),
    case("event that ends before it begins, before our era", "event:strike rec:begin *\nevent:strike rec:end *",
         'event:strike rec:begin "-0043-03-15T12:00:00Z"^^xsd:dateTime .\nevent:strike rec:end "-0044-03-15T12:00:00Z"^^xsd:dateTime .',
         "event/strike begin", "cannot end before it begins"),
    case("event that ends before it begins, ten thousand years on", "event:strike rec:begin *\nevent:strike rec:end *",
         'event:strike rec:begin "10000-01-01T00:00:00Z"^^xsd:dateTime .\nevent:strike rec:end "9999-12-31T23:59:59Z"^^xsd:dateTime .',
         "event/strike begin", "cannot end before it begins"),
    case("moment that no calendar has", "event:strike rec:begin *", 'event:strike rec:begin "2025-8-28T00:00:00Z"^^xsd:dateTime .',
         "event/strike begin", "cannot be read as xsd:dateTime"),
    case("begin that is a bare date", "event:strike rec:begin *", 'event:strike rec:begin "2025-08-27"^^xsd:date .', "event/strike begin", "datePrecision: Day"),
    case("begin without a time zone", "event:strike rec:begin *", 'event:strike rec:begin "2025-08-27T12:00:00"^^xsd:dateTime .',
         "event/strike begin", "with its time zone"),
    case("event without an end", "event:strike rec:end *", "", "event/strike end", "one 'end'"),
    case("strike nowhere", "event:strike rec:place place:town .", "", "event/strike place", "where the strike was"),
    case("kind of thing as target", "event:strike rec:target place:town .", "event:strike rec:target rec:residentialBuilding .",
         "event/strike target", "TargetClaim"),
    # Actors, tenures, places, weapons
    case("actor without a label", 'actor:people rdfs:label "The people"@en .', "", "actor/people label", "name people know it by"),
    case("two labels in one language", "", 'actor:ann rdfs:label "Anne"@en .', "actor/ann label", "'label' stands twice in 'en'. A thing has one label"),
    case("label without a language", "", 'actor:ann rdfs:label "Anne" .', "actor/ann label", "with its language"),
    case("blank label", "", 'actor:ann rdfs:label "  "@de .', "actor/ann label", "not blank"),
    case("label with a form feed", "", 'actor:ann rdfs:label "An\\fna"@de .', "actor/ann label", "U+000C, which XML cannot hold"),
    case("note with a carriage return", "", 'actor:ann rec:note "A\\r\\nB"@de .', "actor/ann note", "Line breaks are U+000A"),
    case("label in a country's language", "", 'actor:ann rdfs:label "Ганна"@ua .', "actor/ann label", "write 'uk'"),
    case("label in no language", "", 'actor:ann rec:note "Anne"@english .', "actor/ann note", "No language has the tag 'english'"),
    case("identity that is a text", "", 'actor:ann owl:sameAs "Q1" .', "actor/ann sameAs", "wd:Q"),
    case("tenure that overlaps itself", "",
         'tenure:again a rec:Tenure .\ntenure:again rec:holder actor:ann .\ntenure:again rec:institution actor:ministry .\n'
         'tenure:again rec:post "Speaker"@en .\ntenure:again rec:from "2023-01-01"^^xsd:date .',
         "tenure/again -\ntenure/ann -", "merge the two"),
    case("tenure that overlaps itself, ten thousand years on", "tenure:ann rec:until *",
         'tenure:ann rec:until "12000-01-01"^^xsd:date .\n'
         'tenure:again a rec:Tenure .\ntenure:again rec:holder actor:ann .\ntenure:again rec:institution actor:ministry .\n'
         'tenure:again rec:post "Speaker"@en .\ntenure:again rec:from "10500-01-01"^^xsd:date .',
         "tenure/again -\ntenure/ann -", "merge the two"),
    case("tenure that never began or ended overlaps every other", 'tenure:ann rec:until "2024-01-01"^^xsd:date .',
         'tenure:again a rec:Tenure .\ntenure:again rec:holder actor:ann .\ntenure:again rec:institution actor:ministry .\n'
         'tenure:again rec:post "Speaker"@en .', "tenure/again -\ntenure/ann -", "merge the two"),
    case("tenure that ends before it begins", "tenure:ann rec:until *", 'tenure:ann rec:until "2019-01-01"^^xsd:date .', "tenure/ann from", "cannot end before"),
    case("tenure that ends before it begins, before our era", "tenure:ann rec:from *\ntenure:ann rec:until *",
         'tenure:ann rec:from "-0043-03-15"^^xsd:date .\ntenure:ann rec:until "-0044-03-15"^^xsd:date .', "tenure/ann from", "cannot end before"),
    case("tenure that may end before it begins, for all its time zones say", "tenure:ann rec:from *\ntenure:ann rec:until *",
         'tenure:ann rec:from "2020-01-01"^^xsd:date .\ntenure:ann rec:until "2020-01-01Z"^^xsd:date .', "tenure/ann from", "cannot end before"),
    case("tenure of a group", "tenure:ann rec:holder actor:ann .", "tenure:ann rec:holder actor:people .",
         "tenure/ann holder\nstatement/ann -", "is a group."),
    case("place without coordinates or parent", "place:town rec:within place:land .", "", "place/town -", "cannot be found on a map"),
    case("latitude out of range", "place:land rec:latitude 49.5 .", "place:land rec:latitude 90.1 .", "place/land latitude", "from -90 to 90"),
    case("longitude out of range", "place:land rec:longitude 32.5 .", "place:land rec:longitude -180.5 .", "place/land longitude", "from -180 to 180"),
    case("latitude far south", "place:land rec:latitude 49.5 .", "place:land rec:latitude -90.1 .", "place/land latitude", "from -90 to 90"),
    case("longitude far east", "place:land rec:longitude 32.5 .", "place:land rec:longitude 180.5 .", "place/land longitude", "from -180 to 180"),
    case("longitude alone", "place:land rec:latitude 49.5 .", "", "place/land latitude", "A longitude alone"),
    case("latitude alone", "place:land rec:longitude 32.5 .", "", "place/land longitude", "A latitude alone"),
    case("weapon that flies no one knows how", "weapon:one rec:category rec:drone .", "", "weapon/one category", "how the weapon flies"),
    # What the ontology does not know (graph/validation/wellformed.py)
    case("unknown class", "actor:ann a rec:Person .", "actor:ann a rec:Persn .",
         "actor/ann type\ntenure/ann holder\nstatement/ann speaker\nclaim/drones claimant\nclaim/either claimant\n"
         "claim/culprit claimant\nclaim/wish claimant\nclaim/roughly claimant\nassessment/drones assessedBy\nevent/talks participant",
         "did you mean rec:Person?"),
    case("unknown property", "statement:ann rec:speaker actor:ann .", "statement:ann rec:speeker actor:ann .",
         "statement/ann speeker\nstatement/ann speaker", "did you mean rec:speaker?"),
    case("unknown property of another vocabulary", "", '<https://w3id.org/onrecord/actor/ann> <http://xmlns.com/foaf/0.1/nick> "A" .',
         "actor/ann nick", "knows no property"),
    case("unknown word of a closed list", "claim:drones rec:measure rec:launched .", "claim:drones rec:measure rec:launchd .",
         "claim/drones measure", "did you mean rec:launched?"),
    case("word of another closed list", "rendering:ann rec:mode rec:Direct .", "rendering:ann rec:mode rec:killed .",
         "rendering/ann mode", "rec:killed is a measure."),
    case("new word for a closed list", "", 'topic:rage a rec:Attitude .', "topic/rage type",
         "data cannot add to them"),
    case("data about the ontology's own names", "", 'rec:Person rec:note "Mine."@en .', "ns#Person -", "change ontology/ instead"),
    case("property on the wrong kind of thing", "", "claim:date rec:speaker actor:ann .", "claim/date speaker",
         "belongs to a statement; this is a property claim"),
    case("property of several kinds on the wrong kind of thing", "", "actor:ann rec:evidence excerpt:own .", "actor/ann evidence",
         "belongs to an attitude claim, a property claim, a quantity claim, a rendering"),
    case("kind left open", "actor:people a rec:Group .", "actor:people a rec:Actor .", "actor/people type", "Group, Institution, NewsOutlet"),
    case("two kinds that exclude each other", "", "actor:ann a rec:State .", "actor/ann type", "Nothing is both a person and a state"),
    case("thing of no kind", "topic:talks a rec:Topic .", "", "topic/talks type\nstatement/ann about\nclaim/wish toward", "add 'type:'"),
]  # fmt: skip

FINE = [
    case("the world as it is"),
    case("passages read, with offsets and without", "version:1 rec:readAs rec:FullText .\nexcerpt:own rec:start 30 .\nexcerpt:own rec:end 44 .",
         "version:1 rec:readAs rec:Passages ."),
    case("address only, no hash", "version:2 rec:readAs rec:FullText .\nversion:2 rec:sha256 *\nversion:2 rec:characters 100 .",
         "version:2 rec:readAs rec:AddressOnly ."),
    case("published to the minute alone", "version:1 rec:published *", ""),
    case("published at the last minute of the day", "version:1 rec:publishedAt *",
         'version:1 rec:publishedAt "2025-08-28T23:59:00-04:00"^^xsd:dateTime .'),
    case("as of one minute", "claim:drones rec:asOfUntil *", 'claim:drones rec:asOfUntil "2025-08-28T09:00:00+03:00"^^xsd:dateTime .'),
    case("as of, one bound known", "claim:drones rec:asOfFrom *", ""),
    case("relays of which one between is not known", f"{_RELAY}2> rec:position 2 .", f"{_RELAY}2> rec:position 3 ."),
    case("words as a value, with their language", "claim:date rec:value *", 'claim:date rec:value "удары успешные"@ru .'),
    case("relation stated on the ground of a note", "relation:stated rec:basis claim:hit .", 'relation:stated rec:note "The same office, later."@en .'),
    case("judged by an actor", "assessment:by-editor rec:assessedBy *", "assessment:by-editor rec:assessedBy actor:gazette ."),
    case("exact count", "claim:drones rec:atMost 12 .", "claim:drones rec:atMost 10 ."),
    case("count of nought", "claim:drones rec:atLeast 10 .", "claim:drones rec:atLeast 0 ."),
    case("upper bound alone", "claim:drones rec:atLeast 10 .", ""),
    case("three alternatives", "", 'weapon:three a rec:WeaponType .\nweapon:three rdfs:label "Three"@en .\n'
         "weapon:three rec:category rec:drone .\nclaim:either rec:weaponOneOf weapon:three ."),
    case("moment in universal time", "event:strike rec:begin *", 'event:strike rec:begin "2025-08-27T09:00:00Z"^^xsd:dateTime .'),
    case("event of long ago", "event:strike rec:begin *\nevent:strike rec:end *",
         'event:strike rec:begin "-0044-03-15T12:00:00Z"^^xsd:dateTime .\nevent:strike rec:end "-0043-03-15T12:00:00Z"^^xsd:dateTime .'),
    case("event that ends in the year 10000", "event:strike rec:end *", 'event:strike rec:end "10000-01-01T00:00:00Z"^^xsd:dateTime .'),
    case("event that ends in the year 9999999", "event:strike rec:end *", 'event:strike rec:end "9999999-01-01T00:00:00+03:00"^^xsd:dateTime .'),
    case("tenure of long ago", "tenure:ann rec:from *\ntenure:ann rec:until *",
         'tenure:ann rec:from "-0044-03-15"^^xsd:date .\ntenure:ann rec:until "0000-01-01"^^xsd:date .'),
    case("event that ends at midnight of its day", "event:strike rec:end *", 'event:strike rec:end "2025-08-27T24:00:00+03:00"^^xsd:dateTime .'),
    case("passage with a form feed", "excerpt:own rec:exact *\nexcerpt:own rec:end 44 .",
         'excerpt:own rec:exact "a\\f\\r\\nb" .\nexcerpt:own rec:end 35 .'),
    case("text of two lines", "", 'actor:ann rec:note "A.\\n\\tB."@de .'),
    case("event of one moment", "event:strike rec:end *", 'event:strike rec:end "2025-08-27T12:00:00+03:00"^^xsd:dateTime .'),
    case("event that ends earlier by the clock but not in time", "event:strike rec:end *",
         'event:strike rec:end "2025-08-27T11:30:00+02:00"^^xsd:dateTime .'),
    case("handover to oneself on one day", "",
         'tenure:again a rec:Tenure .\ntenure:again rec:holder actor:ann .\ntenure:again rec:institution actor:ministry .\n'
         'tenure:again rec:post "Speaker"@en .\ntenure:again rec:from "2024-01-01"^^xsd:date .'),
    case("two posts at once", "", 'tenure:other a rec:Tenure .\ntenure:other rec:holder actor:ann .\n'
         'tenure:other rec:institution actor:ministry .\ntenure:other rec:post "Deputy minister"@en .'),
    case("successor in the same post", "", 'actor:bob a rec:Person .\nactor:bob rdfs:label "Bob"@en .\ntenure:bob a rec:Tenure .\n'
         'tenure:bob rec:holder actor:bob .\ntenure:bob rec:institution actor:ministry .\ntenure:bob rec:post "Speaker"@en .'),
    case("persons merged", "", 'actor:bob a rec:Person .\nactor:bob rdfs:label "Bob"@en .\n' + _SAME.format("actor:ann", "actor:bob")),
    case("state merged with a government body", "", _SAME.format("actor:land", "actor:ministry")),
    case("two that are said to be different in one more identity", "", _SAME.format("actor:land", "actor:ministry").replace("sameAs", "differentFrom")),
    case("several other names in one language", "", 'actor:ann skos:altLabel "A."@en .'),
    case("tag with a region", "", 'actor:ann rec:note "Colour."@en-GB .'),
    case("language with a longer code", "", 'actor:ann skos:altLabel "Anna"@crh .'),
    case("document without a language", "document:gazette-report rec:language *", ""),
    case("place with coordinates and parent", "", "place:town rec:latitude 50.0 .\nplace:town rec:longitude -180.0 ."),
    case("passage of characters that take two units in UTF-16", "excerpt:own rec:exact *\nexcerpt:own rec:end 44 .",
         'excerpt:own rec:exact "🎖🎖 удар" .\nexcerpt:own rec:end 37 .'),
    case("passage that ends the text", "version:1 rec:characters 100 .", "version:1 rec:characters 44 ."),
    case("joint statement of a group", "statement:ann rec:speaker actor:ann .\nstatement:ann rec:speakingAs tenure:ann .\nclaim:roughly rec:claimant actor:ann .\n"
         "claim:drones rec:claimant actor:ann .\nclaim:either rec:claimant actor:ann .\nclaim:culprit rec:claimant actor:ann .\nclaim:wish rec:claimant actor:ann .",
         "statement:ann rec:speaker actor:people .\nclaim:drones rec:claimant actor:people .\nclaim:either rec:claimant actor:people .\n"
         "claim:culprit rec:claimant actor:people .\nclaim:wish rec:claimant actor:people .\nclaim:roughly rec:claimant actor:people ."),
    case("statement on an unknown day", "statement:ann rec:saidOn *\nstatement:ann rec:saidAt *", ""),
    case("judgement that rests on a note", "assessment:drones rec:basis claim:either .", 'assessment:drones rec:note "One source."@en .'),
    case("property claim without an object", "claim:date rec:object place:town .\nclaim:date rec:value *", ""),
]  # fmt: skip
