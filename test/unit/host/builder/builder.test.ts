import { describe, expect, it } from 'vitest';
import {
  type BuildRequest,
  buildxArgs,
  engineArgs,
  engineConfig,
} from '../../../../src/host/builder/index.ts';

const REQUEST: BuildRequest = {
  dockerfile: '/images/python/Dockerfile',
  context: '/images/python/context',
  contexts: {
    toolbox: `oci-layout:///toolbox@sha256:${'0'.repeat(64)}`,
    'packages-static': '/images/contexts/1',
  },
  buildArgs: { STATIC_EPOCH: '1760000000' },
  annotations: { 'org.opencontainers.image.title': 'python' },
  platform: 'linux/amd64',
  sourceDateEpoch: 1760000000,
  layoutDir: '/images/python/layout',
  compression: 'gzip',
  engineImage: 'ingot.local/python:0123',
};

const PLACES = {
  toolsDir: '/tools',
  dataDir: '/cache/engine',
  runtimeDir: '/run/ingot-1',
  bridge: 'ingot-1',
  buildCacheBytes: 8_000_000_000,
};

describe('the builder', () => {
  it('builds without a network, for the layout and the engine alike', async () => {
    await expect(`${buildxArgs(REQUEST).join('\n')}\n`).toMatchFileSnapshot(
      '../../../golden/argv/buildx.txt',
    );
  });

  it('loads nothing into the engine without a name', () => {
    const { engineImage: _, ...request } = REQUEST;
    expect(buildxArgs(request).filter((arg) => arg.includes('type=image'))).toEqual([]);
  });

  it('starts its engine in namespaces of its own', async () => {
    await expect(`${engineArgs('/run/ingot-1/engine.json').join('\n')}\n`).toMatchFileSnapshot(
      '../../../golden/argv/engine.txt',
    );
  });

  it("touches neither the host's firewall nor its bridges", () => {
    expect(engineConfig(PLACES)).toMatchObject({ bridge: 'none', iptables: false, ip6tables: false });
  });
});
