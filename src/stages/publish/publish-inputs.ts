import type { GatedImage } from '../../model/index.ts';
import { pushInputs, type BuildInputFiles, type InputPushDeps } from '../../oci/index.ts';

/**
 * Keeps what an image was made from in its repository, so that the same build can be made again when upstream has
 * dropped a file. Done before anything of the image is published: a release whose inputs are lost is none.
 */
export async function publishInputs(
  image: GatedImage,
  inputs: Omit<BuildInputFiles, 'buildId'>,
  deps: InputPushDeps,
): Promise<void> {
  const { buildId } = image.tested.built.rendered;
  await pushInputs({ ...inputs, buildId }, deps);
}
