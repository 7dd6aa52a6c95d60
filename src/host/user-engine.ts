import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { FactoryError } from '../model/index.ts';

/** The Docker engine the user works with (DOCKER_HOST, else the default socket), as `docker load` would use it. */
export async function loadIntoUserEngine(archive: AsyncIterable<unknown>): Promise<void> {
  const docker = new Docker();
  try {
    const output = await docker.loadImage(Readable.from(archive));
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(output, (error) => {
        if (error) {
          reject(error);
        } else {
          resolve();
        }
      });
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FactoryError('ENGINE_FAILED', `cannot load the image into your Docker engine: ${reason}`, {
      hint: 'is one running? DOCKER_HOST names it, else its default socket is used',
      cause,
    });
  }
}
