import { z } from 'zod';
import { SCANNERS, type ScannerSettings } from '../model/index.ts';
import { httpUrl, name, variableName } from './patterns.ts';

const FeedsFile = z.strictObject({
  'debian-tracker': httpUrl
    .default('https://security-tracker.debian.org/tracker/data/json')
    .describe("The security tracker's JSON, or a mirror of it"),
  osv: httpUrl.default('https://api.osv.dev').describe('Base URL of what speaks the API of osv.dev'),
  'known-exploited': z
    .union([httpUrl, z.literal(false)], { error: 'an address, or false' })
    .default('https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json')
    .describe("CISA's known exploited vulnerabilities, or a mirror of them; false: nobody is asked"),
});

const CommandFile = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe('Program and arguments; {sbom}, {layout}, {image} and {output} are filled in'),
  env: z.array(variableName).default([]).describe('Names of variables that it is given'),
  'timeout-seconds': z.int().min(1).default(300),
});

/** `scanners` of catalog.json. */
export type ScannersFile = z.output<typeof ScannersFile>;
export const ScannersFile = z
  .strictObject({
    on: z
      .array(z.enum(SCANNERS))
      .min(1)
      .default(['debian-archive', 'debian-tracker', 'osv'])
      .describe('Which of the scanners that ingot knows are asked, beside the commands'),
    feeds: FeedsFile.prefault({}).describe('Where their knowledge comes from, for mirrors of a company'),
    commands: z
      .record(name, CommandFile)
      .default({})
      .describe('Further scanners by name: programs that write SARIF 2.1.0'),
  })
  .prefault({})
  .describe('Who looks for known problems of images: docs/scanning.md');

export function toScannerSettings({ on, feeds, commands }: ScannersFile): ScannerSettings {
  const knownExploited = feeds['known-exploited'];
  return {
    on: [...new Set(on)],
    feeds: {
      debianTracker: feeds['debian-tracker'],
      osv: feeds.osv.replace(/\/+$/, ''),
      ...(knownExploited !== false && { knownExploited }),
    },
    commands: Object.entries(commands).map(([name, written]) => ({
      name,
      command: written.command,
      environment: written.env,
      timeoutSeconds: written['timeout-seconds'],
    })),
  };
}
