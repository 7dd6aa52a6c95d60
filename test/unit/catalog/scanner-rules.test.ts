import { expect, test } from 'vitest';
import type { SpoiltCatalog } from '../../support/catalog-mistakes.ts';
import { problemsAfter } from '../../support/catalog-mistakes.ts';

const OWN = { command: ['own', '--sbom', '{sbom}'] };

test.each<{ summary: string; policy?: object; scanners?: object; problems: readonly string[] }>([
  {
    summary: 'what is on by default may be required',
    policy: { 'required-scanners': ['debian-archive', 'debian-tracker', 'osv'] },
    problems: [],
  },
  {
    summary: 'a command of the catalog’s own may be required',
    policy: { 'required-scanners': ['own'] },
    scanners: { commands: { own: OWN } },
    problems: [],
  },
  {
    summary: 'a scanner that is written wrong',
    policy: { 'required-scanners': ['debian-traker'] },
    problems: [
      'catalog.json: policy.required-scanners[0]: expected "debian-archive", "debian-tracker" or "osv", got "debian-traker", did you mean "debian-tracker"?',
    ],
  },
  {
    summary: 'a scanner that is off',
    policy: { 'required-scanners': ['debian-archive', 'grype'] },
    problems: [
      'catalog.json: policy.required-scanners[1]: expected a scanner that is on, got "grype": add it to scanners.on',
    ],
  },
  {
    summary: 'the default that was turned off, and is required by default',
    policy: { 'required-scanners': ['debian-archive'] },
    scanners: { on: ['osv'] },
    problems: [
      'catalog.json: policy.required-scanners[0]: expected a scanner that is on, got "debian-archive": add it to scanners.on',
    ],
  },
  {
    summary: 'a command with the name of a scanner',
    scanners: { commands: { trivy: OWN } },
    problems: [
      'catalog.json: scanners.commands.trivy: expected a name of its own, got "trivy": that scanner is turned on in scanners.on',
    ],
  },
  {
    summary: 'a placeholder that is none',
    scanners: { commands: { own: { command: ['own', '{sbon}'] } } },
    problems: [
      'catalog.json: scanners.commands.own.command[1]: expected {sbom}, {layout}, {image}, {output}, got {sbon}, did you mean "sbom"?',
    ],
  },
])('$summary', async ({ policy, scanners, problems }) => {
  function spoil(files: SpoiltCatalog): void {
    Object.assign(files['catalog.json'], policy && { policy }, scanners && { scanners });
  }
  expect(await problemsAfter(spoil)).toEqual(problems);
});
