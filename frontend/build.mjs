// Makes the desk's bundle from the packages that package-lock.json pins, and notes the digest of all that went in and came out.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const out = join(here, "..", "src", "leadline", "web", "static", "desk");
const copied = {
  "htmx.min.js": "htmx.org/dist/htmx.min.js",
  "htmx.LICENSE.txt": "htmx.org/LICENSE",
  "govuk-frontend.LICENSE.txt": "../govuk-frontend.LICENSE.txt",
  "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  "inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
  "inter.LICENSE.txt": "@fontsource-variable/inter/LICENSE",
};

mkdirSync(out, { recursive: true });
const built = sass.compile(join(here, "desk.scss"), { loadPaths: [modules], style: "compressed", charset: false, quietDeps: true });
for (const [what, pattern] of [["the font that may not be shipped", /gds ?transport/i], ["the crest", /crest/i], ["a foreign address", /url\((?!inter-|["']?inter-|["']?data:image\/svg)/]])
  if (pattern.test(built.css)) throw new Error(`the style sheet holds ${what}`);
writeFileSync(join(out, "desk.css"), built.css + "\n");
for (const [name, source] of Object.entries(copied)) copyFileSync(join(modules, source), join(out, name));
copyFileSync(join(here, "desk.js"), join(out, "desk.js"));

const digest = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");
const sources = ["build.mjs", "desk.js", "desk.scss", "govuk-frontend.LICENSE.txt", "package.json", "package-lock.json", ...readdirSync(join(here, "parts")).map((name) => join("parts", name))];
const listed = {
  built: Object.fromEntries(["desk.css", "desk.js", ...Object.keys(copied)].sort().map((name) => [name, digest(join(out, name))])),
  sources: Object.fromEntries(sources.sort().map((name) => [name, digest(join(here, name))])),
};
writeFileSync(join(here, "digests.json"), JSON.stringify(listed, null, 2) + "\n");
console.log(`built ${relative(process.cwd(), out)}: ${Math.round(built.css.length / 1024)} KiB of styles`);
