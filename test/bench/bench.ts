import { cpus } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { freshMachine } from '../support/ingot.ts';
import { toolsFolder } from '../support/tools.ts';
import { imageLines } from './images.ts';
import { nightLines } from './nights.ts';

// Everything side by side in one run, so that the ratios hold when the machine's speed drifts.
// `npm run bench` measures the whole catalog; `npm run bench -- python-3.13` images alone.

const images = process.argv.slice(2);
await toolsFolder();
const warm = await freshMachine();
// downloads are not what is measured: they are in every machine's cache from here on
await warm.ingot(['nightly', ...images]);
console.log(`${String(cpus().length)} cores, ${cpus()[0]?.model ?? 'unknown processor'}`);
const parts = isDeepStrictEqual(images, []) ? [nightLines, imageLines] : [imageLines];
for (const part of parts) {
  console.log(`\n${(await part(warm, images)).join('\n')}`);
}
await warm.remove();
