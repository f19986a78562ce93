// The editor: CodeMirror in a shadow root, where its styles are adopted sheets and need no exception from the policy.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { styleTags, tags } from "@lezer/highlight";
import { SparqlLanguage } from "codemirror-lang-sparql";
import { declaration } from "./completion.js";

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--surface)", fontSize: ".92rem", minHeight: "250px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "250px", maxHeight: "60vh" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 55%, transparent)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--accent-soft)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--mark)", color: "var(--mark-ink)" },
  ".cm-tooltip": { backgroundColor: "var(--surface)", color: "var(--ink)", border: "1px solid var(--line-strong)", borderRadius: "5px" },
  ".cm-tooltip-autocomplete ul li": { padding: "2px 8px", color: "var(--ink)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
  ".cm-completionInfo": { maxWidth: "340px", padding: "6px 10px", fontFamily: "var(--sans)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad)", backgroundImage: "none" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "light-dark(#7a2a9b, #d9a3f2)", fontWeight: "600" },
  { tag: tags.variableName, color: "light-dark(#1b57b3, #8ab6ff)" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "light-dark(#00675c, #4fc9bb)" },
  { tag: [tags.string], color: "light-dark(#8a3a12, #f39a63)" },
  { tag: [tags.integer, tags.float, tags.bool], color: "light-dark(#00675c, #a3d36e)" },
  { tag: [tags.comment, tags.annotation], color: "var(--muted)", fontStyle: "italic" },
]);

// The language leaves prefixed names outside of paths without a style.
const sparql = new LanguageSupport(SparqlLanguage.configure({ props: [styleTags({ "PrefixedName/...": tags.namespace, A_predicate: tags.keyword })] }));

// A browser that replaces a selection keeps the styles of what was there in a style attribute, which the policy forbids.
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
    const change = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, change))) view.dispatch(change());
    event.preventDefault();
    return true;
  },
});

/** Put an editor into an element; `run` is called on Ctrl-Enter, `changed` after each change. */
export const edit = (host, { text, label, completion, prefixes, run, changed }) => {
  const root = host.attachShadow({ mode: "open" });
  const declare = EditorState.transactionFilter.of((change) => {
    if (!change.docChanged || !change.isUserEvent("input")) return change;
    const end = change.newSelection.main.head, written = change.newDoc.sliceString(Math.max(0, end - 40), end);
    const prefix = /(?:^|[^\w<?$:-])([a-z][\w-]*):$/i.exec(written)?.[1];
    if (prefix && /PREFIX\s+\S*$/i.test(written)) return change;
    const line = prefix && declaration(change.newDoc.toString(), prefix, prefixes);
    return line ? [change, { changes: { from: 0, insert: line }, sequential: true }] : change;
  });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(), highlightActiveLineGutter(),
        sparql, syntaxHighlighting(colours), theme, EditorView.lineWrapping, lintGutter(), declare, replacing,
        autocompletion({ override: [completion], icons: false }),
        // Tab stays free to leave the editor with.
        keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => { if (update.docChanged) changed(update.state.doc.toString()); }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    focus: () => view.focus(),
    /** Another text in its place; undo brings the old one back. */
    set(next) {
      if (next !== view.state.doc.toString()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    /** Mark an error at a line and column, which count from 1; nothing where there is no place. */
    mark(problem) {
      const found = [];
      if (problem?.line) {
        const line = view.state.doc.line(Math.min(problem.line, view.state.doc.lines));
        // Columns count characters, positions UTF-16 units.
        const before = [...line.text].slice(0, (problem.column ?? 1) - 1).join("").length;
        const from = Math.min(line.from + before, line.to);
        found.push({ from, to: Math.min(Math.max(from + 1, from), line.to), severity: "error", message: problem.message });
      }
      view.dispatch(setDiagnostics(view.state, found));
      if (found.length) view.dispatch({ selection: { anchor: found[0].from }, scrollIntoView: true });
    },
  };
};
