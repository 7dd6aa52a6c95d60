import { describe, expect, test } from 'vitest';
import { findGoSettings } from '../../../src/cli/go-settings.ts';
import type { ProcessRunner } from '../../../src/host/process.ts';
import { FactoryError, ToolError } from '../../../src/model/index.ts';

const SHIPPED = '# defaults\nGOPROXY=https://shipped.example,direct\nGOSUMDB=sum.shipped.example\n';

/** A go command that answers, or none. */
function runnerOf(stdout: string | undefined): ProcessRunner {
  return {
    run: async (argv) => {
      expect(argv).toEqual(['go', 'env', 'GOPROXY', 'GOSUMDB']);
      if (stdout === undefined) {
        throw new ToolError('spawn-failed', '"go" could not be started', { stderrTail: '' });
      }
      return { stdout, stderr: '' };
    },
    start: () => Promise.reject(new Error('nothing is started')),
  };
}

describe('findGoSettings', () => {
  test.each([
    {
      summary: 'the variables come first',
      environment: { GOPROXY: 'https://variable.example', GOSUMDB: 'sum.variable.example' },
      go: 'https://go.example\nsum.go.example\n',
      expected: { proxy: 'https://variable.example', sumdb: 'sum.variable.example' },
    },
    {
      summary: 'then the go command',
      environment: { GOPROXY: '' },
      go: 'https://go.example,direct\nsum.go.example\n',
      expected: { proxy: 'https://go.example,direct', sumdb: 'sum.go.example' },
    },
    {
      summary: "then Debian's package",
      environment: {},
      go: undefined,
      expected: { proxy: 'https://shipped.example,direct', sumdb: 'sum.golang.org' },
    },
  ])('$summary', async ({ environment, go, expected }) => {
    const runner = runnerOf(go);
    const found = await findGoSettings({ environment, runner, shippedDefaults: async () => SHIPPED });
    expect(found).toEqual(expected);
  });

  test.each([
    {
      summary: 'a package without the file',
      shippedDefaults: async () => '',
      code: 'USAGE',
    },
    {
      summary: 'a mirror that is down',
      shippedDefaults: () => Promise.reject(new FactoryError('NETWORK_FAILED', 'cannot fetch it: down')),
      code: 'NETWORK_FAILED',
    },
  ])('says that GOPROXY is missing: $summary', async ({ shippedDefaults, code }) => {
    await expect(
      findGoSettings({ environment: {}, runner: runnerOf(undefined), shippedDefaults }),
    ).rejects.toMatchObject({
      code,
      message: expect.stringContaining('GOPROXY'),
      hint: expect.stringContaining('GOPROXY'),
    });
  });
});
