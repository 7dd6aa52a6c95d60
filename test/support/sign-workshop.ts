import path from 'node:path';
import { createProcessRunner } from '../../src/host/process.ts';
import type { ProcessRunner } from '../../src/host/process.ts';
import type { GatedImage, PublishedImage } from '../../src/model/index.ts';
import type { ImageSigner, RegistryClient, VerifySignature } from '../../src/oci/index.ts';
import { publish } from '../../src/stages/publish/index.ts';
import { imageStatements } from '../../src/stages/sign/index.ts';
import type { SignDeps, SignInput } from '../../src/stages/sign/index.ts';
import { evidence } from './evidence.ts';
import { gatedImage } from './gated-image.ts';
import { startRealRegistry } from './real-registry.ts';
import { clientFor } from './registry.ts';
import { testPool } from './signing.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { toolPath } from './tools.ts';

export interface SignWorkshop {
  /** A folder of this test. */
  readonly folder: string;
  readonly processes: ProcessRunner;
  readonly cosign: string;
  readonly registry: RegistryClient;
  readonly image: GatedImage;
  readonly published: PublishedImage;
  readonly input: SignInput;
  depsWith(key: {
    readonly signer: ImageSigner;
    readonly verify: VerifySignature;
    readonly publicKeyFile: string;
  }): SignDeps;
}

/** Runs the task with an image published to Debian's registry, for signers and verifiers that are not ours. */
export async function inSignWorkshop(task: (workshop: SignWorkshop) => Promise<void>): Promise<void> {
  const folder = await temporaryFolder();
  const processes = createProcessRunner();
  const { signal } = new AbortController();
  const local = await startRealRegistry(path.join(folder, 'registry'));
  try {
    const image = await gatedImage();
    const [registry, pool] = [clientFor(), testPool()];
    const place = { repository: `${local.address}/golden/python`, copies: [] };
    const published = await publish(image, place, { registry, pool });
    const cosign = await toolPath('cosign');
    const platforms = image.tested.built.platforms.map(({ manifest }) => manifest);
    await task({
      folder,
      processes,
      cosign,
      registry,
      image,
      published,
      input: { published, platforms, statements: imageStatements(image, evidence()) },
      depsWith: (key) => ({ registry, pool, processes, cosign, signal, ...key }),
    });
  } finally {
    await local.stop();
  }
}
