#!/usr/bin/env node
// In JavaScript, so that any Node can read it and say that it is too old, and none has to load its type stripper: what
// that makes of every other file is kept, and loading it takes a tenth of a second.
import module from 'node:module';
import path from 'node:path';

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

if (process.versions.node.localeCompare(OLDEST_NODE, 'en', { numeric: true }) < 0) {
  console.error(`ingot: cannot start: expected Node ${OLDEST_NODE} or newer, got ${process.versions.node}`);
  console.error('  hint: run "npm ci" in the repository, then "npx ingot", which runs the Node it brought');
  process.exitCode = USAGE;
} else {
  keepCompiledCode();
  await import('./main.ts');
}
