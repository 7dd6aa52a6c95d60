import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { platformOfHost } from '../../src/host/host-platform.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { tripletOf } from '../../src/oci/index.ts';
import { debianTools } from '../support/debian-tools.ts';
import { kubernetesTools, type KubernetesTools } from '../support/kubernetes-tools.ts';
import { REPOSITORY } from '../support/repository.ts';
import { textOf } from '../support/source-tree.ts';

describe('manifests for Kubernetes', () => {
  let tools: KubernetesTools;

  beforeAll(async () => {
    tools = await kubernetesTools();
  });

  test.each(['nightly', 'schedule', 'in-use'])('kubeconform takes deploy/kubernetes/%s', async (name) => {
    const manifests = await tools.render(path.join(REPOSITORY, 'deploy/kubernetes', name));
    await expect(tools.check(manifests)).resolves.toBeUndefined();
  });

  test.each(['nightly', 'schedule'])('%s does without emulation as the documents say', async (name) => {
    const overlay = await mkdtemp(path.join(tmpdir(), 'ingot-overlay-'));
    onTestFinished(() => rm(overlay, { recursive: true, force: true }));
    const shipped = path.relative(overlay, path.join(REPOSITORY, 'deploy/kubernetes', name));
    const patches = /```yaml\n(?<patches>[^`]+)```/.exec(textOf('docs/schedule.md'))?.groups?.['patches'];
    const text = `resources: [${shipped}]\n${patches ?? ''}`;
    await writeFile(path.join(overlay, 'kustomization.yaml'), text);
    const manifests = await tools.render(overlay);
    expect(manifests).not.toContain('initContainers');
    await expect(tools.check(manifests)).resolves.toBeUndefined();
  });

  test.each([
    { mistake: 'an unknown field', from: 'timeZone:', to: 'timezone:' },
    { mistake: 'a wrong type', from: 'backoffLimit: 1', to: 'backoffLimit: often' },
    { mistake: 'no such API', from: 'batch/v1', to: 'batch/v1beta1' },
  ])('kubeconform refuses $mistake', async ({ from, to }) => {
    const manifests = await tools.render(path.join(REPOSITORY, 'deploy/kubernetes/nightly'));
    expect(manifests).toContain(from);
    await expect(tools.check(manifests.replace(from, to))).rejects.toThrow('kubeconform');
  });
});

describe('the unit for systemd', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ingot-unit-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** systemd's own opinion; `/opt/ingot` is where this repository is. */
  async function verify(text: string): Promise<string> {
    const tools = await debianTools({ suite: 'bookworm', packages: ['systemd', 'libsystemd-shared'] });
    const file = path.join(folder, 'ingot-schedule.service');
    await writeFile(file, text.replaceAll('/opt/ingot', REPOSITORY));
    const libraries = path.join(tools, 'usr/lib', tripletOf(platformOfHost()), 'systemd');
    const runner = createProcessRunner({ LD_LIBRARY_PATH: libraries });
    const { stdout, stderr } = await runner.run(
      [path.join(tools, 'usr/bin/systemd-analyze'), 'verify', '--man=no', file],
      { accepts: [1] },
    );
    return `${stdout}${stderr}`;
  }

  test('systemd-analyze has nothing against it', async () => {
    expect(await verify(textOf('deploy/systemd/ingot-schedule.service'))).toBe('');
  });

  test('systemd-analyze tells a mistake', async () => {
    const unit = textOf('deploy/systemd/ingot-schedule.service').replace('KillMode=mixed', 'KillMode=gently');
    expect(await verify(unit)).toContain('Failed to parse kill mode');
  });
});
