import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Docker from 'dockerode';
import { createBuilder } from '../../src/host/builder/index.ts';
import type { Engine } from '../../src/host/builder/index.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { toolPath } from './tools.ts';

/** An engine for one test file, with nothing in it. */
export interface TestEngine extends Engine, AsyncDisposable {
  readonly docker: Docker;
  /** Makes the image of an OCI layout known to the engine; the layout's annotations name it. */
  load(layoutDir: string): Promise<void>;
}

/** @param environment added to the engine's own */
export async function startTestEngine(
  environment: Readonly<Record<string, string>> = {},
): Promise<TestEngine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ingot-engine-'));
  const runner = createProcessRunner(environment);
  const { signal } = new AbortController();
  const places = {
    toolsDir: path.resolve(await toolPath('docker'), '../../..'),
    dataDir: path.join(folder, 'data'),
    runtimeDir: path.join(folder, 'run'),
    bridge: `ingot-t${process.pid % 1_000_000}`,
    buildCacheBytes: 8_000_000_000,
  };
  const builder = createBuilder(places, { runner, signal });
  const engine = await builder.engine();
  const docker = new Docker({ socketPath: engine.socket });
  return {
    ...engine,
    docker,
    load: async (layoutDir) => {
      const archive = path.join(folder, 'image.tar');
      await runner.run(['tar', '--directory', layoutDir, '--create', '--file', archive, '.']);
      const answer = await docker.loadImage(archive);
      await new Promise((resolve, reject) => {
        answer.once('end', resolve).once('error', reject).resume();
      });
      await rm(archive);
    },
    [Symbol.asyncDispose]: async () => {
      await builder.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
