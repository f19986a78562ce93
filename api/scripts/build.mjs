// Bundles what the pages run in a browser into ../static/dist: hashed names, a manifest of them, and the licences of all that is in them.
// Run by `make scripts` and when a wheel is built: npm ci --ignore-scripts && node build.mjs
import { readdir, readFile, rm, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "../static/dist");
// Name -> its source. What pages bring by address is built first: they have to know its hashed name.
const BY_ADDRESS = { WORKER_LAYOUT: "shared/layout.worker.js", STYLE_LEAFLET: "leaflet/dist/leaflet.css" };
const PAGES = { site: "site.js", network: "network/page.js", events: "events/page.js", asof: "asof/page.js", place: "place/page.js", query: "query/page.js" };

const common = {
  absWorkingDir: here, outdir: out, bundle: true, minify: true, format: "esm", target: "es2022", metafile: true,
  entryNames: "[name]-[hash]", chunkNames: "chunk-[hash]", assetNames: "[name]-[hash]", legalComments: "none",
  loader: { ".png": "empty", ".json": "file" }, banner: { js: "/* Licences: LICENSES.txt in this directory */" }, logLevel: "warning",
};

const outputs = (result) => Object.entries(result.metafile.outputs);
const fileOf = (result, source) => basename(outputs(result).find(([, made]) => made.entryPoint?.endsWith(source))[0]);

// The chunks an entry cannot start without: a page asks for them at once instead of one after the other.
const needed = (result, source) => {
  const made = result.metafile.outputs, found = new Set();
  const visit = (path) => made[path].imports.filter((one) => one.kind === "import-statement").forEach(({ path: next }) => {
    if (!found.has(next)) { found.add(next); visit(next); }
  });
  visit(outputs(result).find(([, one]) => one.entryPoint === source)[0]);
  return [...found].map((path) => basename(path));
};

// Each package that something was taken from, with its version and the text of its licence; no licence, no build.
const licences = async (results) => {
  const inputs = results.flatMap((result) => outputs(result).flatMap(([, made]) =>
    Object.entries(made.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)));
  const names = new Set(inputs.map((path) => /^(node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean));
  const texts = await Promise.all([...names].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(here, folder, "package.json"), "utf8"));
    const file = (await readdir(join(here, folder))).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} ${version} has no licence file: it cannot be passed on`);
    return `${name} ${version} (${license})\n\n${(await readFile(join(here, folder, file), "utf8")).trim()}\n`;
  }));
  return texts.join(`\n${"-".repeat(78)}\n\n`);
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
const brought = await build({ ...common, entryPoints: Object.values(BY_ADDRESS) });
const define = Object.fromEntries(Object.entries(BY_ADDRESS).map(([name, source]) => [name, JSON.stringify(`./${fileOf(brought, source)}`)]));
const pages = await build({ ...common, entryPoints: PAGES, splitting: true, define });

const entries = Object.fromEntries(Object.entries(PAGES).map(([name, source]) =>
  [name, { file: fileOf(pages, source), imports: needed(pages, source) }]));
await writeFile(join(out, "LICENSES.txt"), `${await licences([brought, pages])}\n${"-".repeat(78)}\n\n${await readFile(join(here, "map/LICENCES.md"), "utf8")}`);
// Last: where it stands, all the others do.
await writeFile(join(out, "manifest.json"), `${JSON.stringify(entries, null, 1)}\n`);
