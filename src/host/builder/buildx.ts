import type { Compression, Platform } from '../../model/index.ts';

/** One platform of one image. All paths are absolute. */
export interface BuildRequest {
  readonly dockerfile: string;
  /** Folder of the main build context. */
  readonly context: string;
  /** Named build contexts: name → folder, or `oci-layout://folder@digest`. */
  readonly contexts: Readonly<Record<string, string>>;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly platform: Platform;
  /** Seconds since 1970: `created` of the config and its history. */
  readonly sourceDateEpoch: number;
  /** Folder that gets the OCI layout; nothing is written without one. */
  readonly layoutDir?: string;
  /** What is not published saves the time. */
  readonly compression: Compression | 'uncompressed';
  /** Name in the engine's own store, so that the test stage can run it; nothing is loaded without one. */
  readonly engineImage?: string;
  /** Nothing that was built before is believed. */
  readonly noCache?: true;
}

/** Arguments of a hermetic `buildx build`: no network even where a step forgets to say so. */
export function buildxArgs(request: BuildRequest): readonly string[] {
  return [
    'build',
    '--builder=default',
    '--progress=plain',
    '--provenance=false',
    '--sbom=false',
    '--network=none',
    ...(request.noCache ? ['--no-cache'] : []),
    `--platform=${request.platform}`,
    `--file=${request.dockerfile}`,
    ...pairs('--build-context', request.contexts),
    `--build-arg=SOURCE_DATE_EPOCH=${String(request.sourceDateEpoch)}`,
    ...pairs('--build-arg', request.buildArgs),
    ...pairs('--annotation', request.annotations),
    ...layoutOutput(request),
    ...engineOutput(request),
    request.context,
  ];
}

function layoutOutput(request: BuildRequest): readonly string[] {
  const { layoutDir } = request;
  return layoutDir === undefined ? [] : [`--output=type=oci,tar=false,dest=${layoutDir},${layers(request)}`];
}

function engineOutput(request: BuildRequest): readonly string[] {
  const { engineImage } = request;
  return engineImage === undefined
    ? []
    : [`--output=type=image,name=${engineImage},unpack=true,${layers(request)}`];
}

/**
 * The same for every output, so that the engine runs the very manifest that is published. Layers of a base that is
 * not published anew stay as they are.
 */
function layers({ compression }: BuildRequest): string {
  const forced = compression === 'uncompressed' ? '' : ',force-compression=true';
  return `compression=${compression}${forced},oci-mediatypes=true`;
}

function pairs(flag: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${flag}=${name}=${value}`);
}
