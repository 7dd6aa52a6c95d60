import { ToolError } from '../../src/model/index.ts';
import type { ProcessRunner } from '../../src/host/process.ts';
import { ATTACHMENT_ANNOTATION, findBundles, listAttached, parseReference } from '../../src/oci/index.ts';
import type { DigestRef } from '../../src/model/index.ts';
import type { RegistryClient } from '../../src/oci/index.ts';

/**
 * Prints what cosign prints, from what is in the registry, without looking at keys: the real one is in the
 * integration tests. Keeps the argument lists it was called with.
 */
export function fakeCosign(registry: RegistryClient): ProcessRunner & { readonly calls: string[][] } {
  const calls: string[][] = [];
  return {
    calls,
    start: () => Promise.reject(new Error('cosign is not started')),
    run: async (argv) => {
      calls.push([...argv]);
      const [, command] = argv;
      const type = argv.find((each) => each.startsWith('--type='))?.slice('--type='.length);
      const lines: string[] = [];
      for (const image of argv.filter((each) => each.includes('@sha256:'))) {
        const reference = parseReference(image);
        if (reference.kind === 'digest') {
          const isBundle = argv.includes('--new-bundle-format');
          lines.push(
            ...(isBundle
              ? await bundlesFor(reference, type, registry)
              : await outputFor(reference, command === 'verify' ? undefined : type, registry)),
          );
        }
      }
      return { stdout: lines.join('\n'), stderr: '' };
    },
  };
}

function nothingFound(): ToolError {
  const stderrTail = 'Error: no matching signatures';
  return new ToolError('exited', `"cosign" exited with 12: ${stderrTail}`, { exitCode: 12, stderrTail });
}

async function bundlesFor(
  ref: DigestRef,
  predicateType: string | undefined,
  registry: RegistryClient,
): Promise<readonly string[]> {
  const { bundles } = await findBundles(ref, (type) => type === predicateType, registry);
  if (bundles.length === 0) {
    throw nothingFound();
  }
  return bundles.map(({ envelope }) => Buffer.from(envelope).toString('utf8'));
}

async function outputFor(
  ref: DigestRef,
  predicateType: string | undefined,
  registry: RegistryClient,
): Promise<readonly string[]> {
  const layers = await listAttached(ref, predicateType === undefined ? 'sig' : 'att', registry);
  const wanted = layers.filter(
    ({ annotations }) => annotations?.[ATTACHMENT_ANNOTATION.predicateType] === predicateType,
  );
  if (wanted.length === 0) {
    throw nothingFound();
  }
  const texts: string[] = [];
  for (const { digest } of wanted) {
    const text = Buffer.from(await registry.getBlob(ref.repository, digest, 1_000_000)).toString('utf8');
    texts.push(predicateType === undefined ? `[${text}]` : text);
  }
  return texts;
}
