import { cpus } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { freshMachine } from '../support/ingot.ts';
import { toolsFolder } from '../support/tools.ts';
import { difference } from './diff.ts';
import { gates } from './gate.ts';
import { images as imagesPart } from './images.ts';
import { lifecycles } from './lifecycle.ts';
import { nights } from './nights.ts';
import { opensslNight } from './openssl.ts';
import { scans } from './scans.ts';
import { signing } from './signing.ts';
import { verification } from './verify.ts';

// Everything side by side in one run, so that the ratios hold when the machine's speed drifts.
// `npm run bench` measures the whole catalog; `npm run bench -- python-3.13` images alone.

const named = process.argv.slice(2);
await toolsFolder();
const warm = await freshMachine();
// downloads are not what is measured: they are in every machine's cache from here on
await warm.ingotThatExits(0, ['nightly', ...named]);
console.log(`${String(cpus().length)} cores, ${cpus()[0]?.model ?? 'unknown processor'}`);
const misses: string[] = [];
const always = [lifecycles, gates, signing, verification, difference, scans];
for (const part of isDeepStrictEqual(named, [])
  ? [...always, opensslNight, nights, imagesPart]
  : [...always, imagesPart]) {
  const found = await part(warm, named);
  console.log(`\n${found.lines.join('\n')}`);
  misses.push(...found.misses);
}
await warm.remove();
if (misses.length > 0) {
  console.log(`\nnot as it has to be:\n${misses.join('\n')}`);
  process.exitCode = 1;
}
