// Run by `npm ci`: what ingot starts from, in fewer and larger files (docs/decisions/0044-bundled-at-installation.md).
import { renameSync, rmSync } from 'node:fs';
import { build } from 'rolldown';

const DIST = 'dist';
/** The bundle appears whole or not at all. */
const UNFINISHED = 'node_modules/.cache/ingot-bundle';

/** What nearly every command loads. Others are large and loaded where they are used, or look for files beside them. */
const BUNDLED = /^(?:canonicalize|commander|p-limit|semver|tar-stream|undici|yaml|zod)(?:\/|$)/;
const PACKAGE = /^(?:@[^/]+\/)?[a-z]/;

await build({
  input: 'src/main.ts',
  platform: 'node',
  external: (id) => PACKAGE.test(id) && !BUNDLED.test(id),
  output: {
    dir: UNFINISHED,
    cleanDir: true,
    entryFileNames: 'main.js',
    chunkFileNames: '[name]-[hash].js',
  },
});
rmSync(DIST, { recursive: true, force: true });
renameSync(UNFINISHED, DIST);
