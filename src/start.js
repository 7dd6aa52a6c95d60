#!/usr/bin/env node
// In JavaScript, so that any Node can read it and say that it is too old, and none has to load its type stripper: what
// that makes of every other file is kept, and loading it takes a tenth of a second.
import { readdirSync, statSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The first that can be told to trust the system's certificates (`tls.setDefaultCACertificates`). */
const OLDEST_NODE = '24.5';
const USAGE = 2;

/** Node looks at each file's text again: a change counts at once. Where nothing can be kept, all is compiled each time. */
function keepCompiledCode() {
  // ingot's cache folder, as src/host/paths.ts has it
  const { XDG_CACHE_HOME: cache = '', HOME: home = '' } = process.env;
  const base = path.isAbsolute(cache) ? cache : path.join(home, '.cache');
  if (path.isAbsolute(base)) {
    module.enableCompileCache(path.join(base, 'ingot/compiled'));
  }
}

/** A folder's own time is that of the last name that came or went. */
function isOlder(file, ms) {
  const found = statSync(file, { throwIfNoEntry: false });
  return (
    found !== undefined &&
    found.mtimeMs < ms &&
    (!found.isDirectory() || readdirSync(file).every((name) => isOlder(path.join(file, name), ms)))
  );
}

/** What `npm ci` bundled, as long as no source was written since: a few large files are read in a third of the time. */
function entryPoint() {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const bundle = path.join(root, 'dist/main.js');
  const bundled = statSync(bundle, { throwIfNoEntry: false });
  const sources = ['package.json', 'bundle.js', 'src'].map((name) => path.join(root, name));
  const isCurrent = bundled !== undefined && sources.every((source) => isOlder(source, bundled.mtimeMs));
  return isCurrent ? pathToFileURL(bundle).href : './main.ts';
}

if (process.versions.node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) < 0) {
  console.error(`ingot: cannot start: expected Node ${OLDEST_NODE} or newer, got ${process.versions.node}`);
  console.error('  hint: run "npm ci" in the repository, then "npx ingot", which runs the Node it brought');
  process.exitCode = USAGE;
} else {
  keepCompiledCode();
  await import(entryPoint());
}
