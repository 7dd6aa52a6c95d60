import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runBuildx } from '../../src/host/builder/run-buildx.ts';
import { createTurns } from '../../src/host/builder/turns.ts';
import { readTemplates } from '../../src/host/catalog-files.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { readImageContent, readLayout } from '../../src/oci/index.ts';
import { fillTemplate } from '../../src/stages/render/templates.ts';
import { startTestEngine } from '../support/engine.ts';
import { freshMachine } from '../support/ingot.ts';
import { ROOT } from '../support/source-tree.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolsFolder } from '../support/tools.ts';

const { signal } = new AbortController();

test('a layer has its own date, whatever the builder copied before', async () => {
  const folder = await temporaryFolder();
  const finish = fillTemplate(await readTemplates(path.join(ROOT, 'templates')), 'partials/finish-layer', {
    epochArg: 'EPOCH',
  });
  await mkdir(path.join(folder, 'context'));
  await writeFile(
    path.join(folder, 'Dockerfile'),
    `FROM toolbox AS made
ARG EPOCH
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN --network=none <<"END"
mkdir /layer
echo same >/layer/file
${finish}
END
FROM scratch
ARG EPOCH
COPY --link --from=made /layers/$EPOCH/ /
`,
  );
  await using engine = await startTestEngine();
  const toolbox = await toolboxLayout();
  for (const [at, epoch] of [1_700_000_000, 1_750_000_000, 1_600_000_000].entries()) {
    const layoutDir = path.join(folder, String(at));
    await runBuildx(
      {
        dockerfile: path.join(folder, 'Dockerfile'),
        context: path.join(folder, 'context'),
        contexts: { toolbox },
        buildArgs: { EPOCH: String(epoch) },
        annotations: {},
        platform: engine.platform,
        sourceDateEpoch: 0,
        layoutDir,
        compression: 'gzip',
      },
      {
        toolsDir: await toolsFolder(),
        socket: engine.socket,
        runner: createProcessRunner(),
        turns: createTurns(),
        signal,
      },
    );
    const [manifest] = await readLayout(layoutDir);
    const { root } = await readImageContent(layoutDir, manifest!);
    expect(root.entries.get('/file')?.mtime).toBe(epoch);
  }
});

/** As a first run leaves it. */
async function toolboxLayout(): Promise<string> {
  const machine = await freshMachine();
  onTestFinished(() => machine.remove());
  await machine.ingot(['nightly', 'static']);
  const parent = path.join(machine.folder, 'cache/ingot/toolbox');
  const [toolbox = ''] = await readdir(parent);
  const layout = path.join(parent, toolbox, 'layout');
  const [manifest] = await readLayout(layout);
  return `oci-layout://${layout}@${manifest?.digest ?? ''}`;
}
