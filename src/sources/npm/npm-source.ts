import type { Options, Packument } from 'pacote';
import { onceEach, type NetworkRoute } from '../../model/index.ts';
import { npmError } from './npm-error.ts';
import { npmRoute, type NpmOptions } from './options.ts';

/** One published version, as the registry's packument describes it. */
export interface NpmVersion {
  readonly version: string;
  /** `sha512-…`; versions without one cannot be locked and are not listed. */
  readonly integrity: string;
  /** ISO instant. */
  readonly published: string;
  readonly deprecated: boolean;
}

export interface NpmTarball {
  readonly package: string;
  readonly version: string;
  readonly integrity: string;
}

/** The npm registry the host is configured for. Packuments are asked for once per source, so once per run. */
export interface NpmSource {
  versions(name: string): Promise<readonly NpmVersion[]>;
  /** Gives the tarball's bytes to `store`, from the start again after a failure. `store` must check the integrity. */
  tarball<T>(tarball: NpmTarball, store: (chunks: AsyncIterable<Uint8Array>) => Promise<T>): Promise<T>;
}

export interface NpmSourceOptions {
  readonly options: NpmOptions;
  /** Folder of the packument cache, which makes requests conditional. */
  readonly cache: string;
  readonly signal: AbortSignal;
}

/** npm waits 10 s and then 60 s by default, also when it was cancelled meanwhile. */
const RETRY_PAUSES = { minTimeout: 500, maxTimeout: 2000 };

export function createNpmSource(settings: NpmSourceOptions): NpmSource {
  return new PacoteSource(settings);
}

class PacoteSource implements NpmSource {
  readonly #options: Options & { readonly fullMetadata: true };
  readonly #route: NetworkRoute;
  readonly #cache: string;
  readonly #signal: AbortSignal;
  readonly #before: Date | undefined;
  /** Several images ask for the same. */
  readonly versions = onceEach((name: string) => this.#versions(name));
  readonly #packument = onceEach((name: string) => this.#ask(name));

  constructor({ options, cache, signal }: NpmSourceOptions) {
    // preferOnline revalidates what is cached; fullMetadata has the publication times.
    const ours = {
      preferOnline: true,
      fullMetadata: true,
      retry: { ...(options['retry'] as object | undefined), ...RETRY_PAUSES },
      packumentCache: new Map<string, Packument>(),
      signal,
    };
    this.#options = { ...options, ...ours } as Options & { readonly fullMetadata: true };
    this.#route = npmRoute(options);
    this.#cache = cache;
    this.#signal = signal;
    this.#before = options['before'] instanceof Date ? options['before'] : undefined;
  }

  async #versions(name: string): Promise<readonly NpmVersion[]> {
    const packument = await this.#packument(name);
    return Object.values(packument.versions).flatMap(({ version, dist, deprecated }) => {
      const integrity = dist.integrity ?? '';
      const published = new Date(packument.time[version] ?? Number.NaN);
      if (
        !integrity.startsWith('sha512-') ||
        Number.isNaN(published.getTime()) ||
        this.#isTooYoung(published)
      ) {
        return [];
      }
      return [
        { version, integrity, published: published.toISOString(), deprecated: isDeprecated(deprecated) },
      ];
    });
  }

  async tarball<T>(
    { package: name, version, integrity }: NpmTarball,
    store: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T> {
    const spec = `${name}@${version}`;
    const { default: pacote } = await import('pacote');
    this.#signal.throwIfAborted();
    try {
      await this.#packument(name);
      // Without npm's cache folder: the content cache keeps the tarball, and once is enough.
      const options = { ...this.#options, integrity, cache: undefined };
      return await pacote.tarball.stream(
        spec,
        (stream) => {
          // A failure before `store` reads would have no listener and end the process; reading still meets it,
          // since minipass tells late listeners of an error.
          stream.on('error', () => undefined);
          return store(stream);
        },
        options,
      );
    } catch (error) {
      this.#signal.throwIfAborted();
      throw npmError(spec, this.#route, error);
    }
  }

  /** npm's `before` and `min-release-age`: a company may want versions to ripen. */
  #isTooYoung(published: Date): boolean {
    return this.#before !== undefined && published > this.#before;
  }

  async #ask(name: string): Promise<Packument> {
    const { default: pacote } = await import('pacote');
    this.#signal.throwIfAborted();
    try {
      return await pacote.packument(name, { ...this.#options, cache: this.#cache });
    } catch (error) {
      this.#signal.throwIfAborted();
      throw npmError(name, this.#route, error);
    }
  }
}

/** npm writes a reason; some registries write `false` or an empty text for "not". */
function isDeprecated(deprecated: unknown): boolean {
  return deprecated !== undefined && deprecated !== false && deprecated !== '';
}
