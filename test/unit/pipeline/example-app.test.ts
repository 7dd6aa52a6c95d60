import { expect, test } from 'vitest';
import { FactoryError, type BuiltImage, type BuiltPlatform } from '../../../src/model/index.ts';
import { buildExampleApp } from '../../../src/pipeline/example-app.ts';

const BUILT = {
  layoutDir: '/run/layout',
  rendered: {
    locked: {
      entry: {
        repository: 'node-dev',
        track: '24',
        example: { app: { bases: [{ repository: 'node-dev', track: '24' }] } },
        stacks: [{ root: '/catalog', folder: 'stacks/node' }],
      },
      lock: { epoch: 1 },
    },
  },
} as unknown as BuiltImage;
const PLATFORM = {
  platform: 'linux/amd64',
  engineImage: 'ingot/node-dev:1',
  manifest: { digest: 'sha256:1' },
} as unknown as BuiltPlatform;

type Deps = Parameters<typeof buildExampleApp>[2];

function depsThat(build: (request: object) => Promise<void>): Deps {
  return { builder: { build }, signal: new AbortController().signal } as unknown as Deps;
}

test('an example is built on the image itself, from its layout', async () => {
  const requests: object[] = [];
  const deps = depsThat(async (request) => {
    requests.push(request);
  });
  expect(await buildExampleApp(BUILT, PLATFORM, deps)).toBe('ingot/node-dev:1-example');
  expect(requests).toMatchObject([
    {
      dockerfile: '/catalog/stacks/node/example/Dockerfile',
      contexts: { 'registry.example.com/golden/node-dev:24': 'oci-layout:///run/layout@sha256:1' },
    },
  ]);
});

test('where a step fails, its own Dockerfile is to be corrected: nothing of it is in the run’s folder', async () => {
  const failed = new FactoryError('BUILD_FAILED', 'cannot build "Dockerfile": RUN npm ci', {
    hint: 'look there',
  });
  const deps = depsThat(() => Promise.reject(failed));
  await expect(buildExampleApp(BUILT, PLATFORM, deps)).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    message: 'cannot build "Dockerfile": RUN npm ci',
    hint: 'correct that step of stacks/node/example/Dockerfile, or add what it needs to the image',
  });
});

test('another failure is what it is', async () => {
  const cancelled = new FactoryError('CANCELLED', 'cannot build: cancelled');
  await expect(
    buildExampleApp(
      BUILT,
      PLATFORM,
      depsThat(() => Promise.reject(cancelled)),
    ),
  ).rejects.toBe(cancelled);
});
