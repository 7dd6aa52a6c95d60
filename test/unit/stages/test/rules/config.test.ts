import { describe, expect, test } from 'vitest';
import { brokenRules, EPOCH } from '../../../../support/golden-image.ts';
import type { Change } from '../../../../support/golden-image.ts';

interface Case {
  readonly summary: string;
  readonly change: Change;
  readonly expected: Record<string, string>;
}

describe('configuration', () => {
  test.each<Case>([
    {
      summary: 'a user by name',
      change: { config: { User: 'nonroot' } },
      expected: { 'config-user': 'nonroot' },
    },
    { summary: 'no user', change: { config: { User: '' } }, expected: { 'config-user': 'no user' } },
    { summary: 'root', change: { config: { User: '0:0' } }, expected: { 'config-user': '0:0' } },
    {
      summary: 'shell forms',
      change: {
        config: { Entrypoint: ['/bin/sh', '-c', 'x'], Healthcheck: { Test: ['CMD-SHELL', 'curl'] } },
      },
      expected: { 'config-no-shell-form': '/bin/sh -c x, CMD-SHELL curl' },
    },
    {
      summary: 'variables that hold secrets, by their names only',
      change: {
        config: { Env: ['API_TOKEN=abc', 'DB_PASSWORD=', 'GPG_KEY=0A', 'TOKEN_FILE=/run/x', 'PATH=/'] },
      },
      expected: { 'config-no-secrets': 'API_TOKEN, DB_PASSWORD' },
    },
    {
      summary: 'volumes where the engine mounts its own',
      change: { config: { Volumes: { '/proc/x': {}, '/': {}, '/dev': {}, '/device': {}, '/data': {} } } },
      expected: { 'config-volumes': '/, /dev, /proc/x' },
    },
    {
      summary: 'layers that are not copied',
      change: {
        history: [
          { created_by: 'LABEL a=b', empty_layer: true },
          { created_by: 'COPY /layer/ / # buildkit' },
          { created_by: 'WORKDIR /home/nonroot' },
          { created_by: 'ADD x.tar / # buildkit' },
          { created_by: 'RUN /bin/sh -c apt-get update # buildkit' },
        ],
      },
      expected: {
        'config-history': 'ADD x.tar / # buildkit, RUN /bin/sh -c apt-get update # buildkit',
      },
    },
    {
      summary: 'another created date',
      change: { created: 0 },
      expected: {
        'config-created': `1970-01-01T00:00:00.000Z, not ${new Date(EPOCH * 1000).toISOString()}`,
      },
    },
    {
      summary: 'another platform',
      change: { architecture: 'linux/arm64' },
      expected: { 'config-platform': 'linux/arm64' },
    },
  ])('$summary', async ({ change, expected }) => {
    expect(await brokenRules(change)).toEqual(expected);
  });
});
