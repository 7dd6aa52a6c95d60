import type { Openers } from './factory.ts';

/** The real things, loaded when a command asks for them: `ingot --help` reads none of it. */
export const openers: Openers = {
  async openFactory(request) {
    const { openFactory } = await import('./open-factory.ts');
    return openFactory(request);
  },
  async relockTools(request) {
    const { relockTools } = await import('./lock-tools.ts');
    return relockTools(request);
  },
  async relockImages(request) {
    const { relockImages } = await import('./lock-images.ts');
    return relockImages(request);
  },
  async openReproducer(request) {
    const { openReproducer } = await import('./open-reproduction.ts');
    return openReproducer(request);
  },
  async scanReleases(request) {
    const { scanReleases } = await import('./scan-releases.ts');
    return scanReleases(request);
  },
  async openLocal(request) {
    const { openLocal } = await import('./open-local.ts');
    return openLocal(request);
  },
  async openVerifier(request) {
    const { openVerifier } = await import('./open-verifier.ts');
    return openVerifier(request);
  },
  async openEcr(request) {
    const { openEcr } = await import('./open-ecr.ts');
    return openEcr(request);
  },
  async openEcrView(request) {
    const { openEcrView } = await import('./open-ecr.ts');
    return openEcrView(request);
  },
  async openLifecycle(request) {
    const { openLifecycle } = await import('./open-lifecycle.ts');
    return openLifecycle(request);
  },
  async showImage(request) {
    const { showImage } = await import('./inspect-images.ts');
    return showImage(request);
  },
  async diffImages(request) {
    const { diffImages } = await import('./inspect-images.ts');
    return diffImages(request);
  },
  async runHadolint(files, request) {
    const { runHadolint } = await import('./run-hadolint.ts');
    return runHadolint(files, request);
  },
};
