import { expect, test } from 'vitest';
import { chooseBuilder, decideBuilder } from '../../../src/cli/open-builder.ts';
import type { FactoryErrorCode } from '../../../src/model/index.ts';

const ROOT = { platform: 'linux', canEmbed: true };
const USER = { platform: 'linux', canEmbed: false };
const MAC = { platform: 'darwin', canEmbed: false };

test.each([
  { asked: undefined, host: ROOT, kind: 'embedded' },
  { asked: undefined, host: USER, kind: 'engine' },
  { asked: 'engine', host: ROOT, kind: 'engine' },
  { asked: 'engine', host: USER, kind: 'engine' },
  { asked: 'embedded', host: ROOT, kind: 'embedded' },
] as const)('INGOT_BUILDER=$asked on $host is $kind', ({ asked, host, kind }) => {
  expect(decideBuilder(asked, host)).toBe(kind);
});

test.each<{ asked?: string; host: typeof ROOT; code: FactoryErrorCode }>([
  { asked: 'embedded', host: USER, code: 'HOST_UNSUPPORTED' },
  { asked: 'docker', host: ROOT, code: 'USAGE' },
  { host: MAC, code: 'HOST_UNSUPPORTED' },
])('INGOT_BUILDER=$asked on $host is refused: $code', ({ asked, host, code }) => {
  expect(() => decideBuilder(asked, host)).toThrow(expect.objectContaining({ code }));
});

test('an engine that does not answer is named', async () => {
  const environment = {
    INGOT_BUILDER: 'engine',
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    HOME: '/nowhere',
  };
  const request = { environment } as unknown as Parameters<typeof chooseBuilder>[0];
  await expect(chooseBuilder(request)).rejects.toMatchObject({
    code: 'HOST_UNSUPPORTED',
    message: expect.stringContaining('unix:///nowhere/docker.sock') as string,
  });
});
