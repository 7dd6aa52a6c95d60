import type { ConfigChange } from '../model/index.ts';
import type { OciImageConfig } from '../oci/index.ts';
import { compareText } from './read-packages.ts';

/** What the configuration says, by field; variables, labels, ports and volumes one by one. */
type Fields = ReadonlyMap<string, string>;

/** Fields that were set, unset or changed. `created` is left out: it moves with every release, and says nothing else. */
export function compareConfig(before: OciImageConfig, after: OciImageConfig): readonly ConfigChange[] {
  const old = fieldsOf(before);
  const now = fieldsOf(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .sort(compareText)
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => ({ field, ...value('before', old.get(field)), ...value('after', now.get(field)) }));
}

function value<K extends 'before' | 'after'>(
  key: K,
  text: string | undefined,
): { readonly [P in K]?: string } {
  return (text === undefined ? {} : { [key]: text }) as { readonly [P in K]?: string };
}

function fieldsOf({ os, architecture, config }: OciImageConfig): Fields {
  const { User, WorkingDir, StopSignal, Entrypoint, Cmd, Healthcheck } = config;
  const single = Object.entries({ os, architecture, User, WorkingDir, StopSignal }).flatMap(
    ([field, text]) => (text === undefined || text === '' ? [] : [[field, text] as const]),
  );
  const lists = Object.entries({ Entrypoint, Cmd, Healthcheck: Healthcheck?.Test ?? [] }).flatMap(
    ([field, words]) => (words.length === 0 ? [] : [[field, JSON.stringify(words)] as const]),
  );
  return new Map([
    ...single,
    ...lists,
    ...config.Env.map(variableOf),
    ...Object.entries(config.Labels).map(([key, text]) => [`Labels ${key}`, text] as const),
    ...config.ExposedPorts.map((port) => [`ExposedPorts ${port}`, 'open'] as const),
    ...config.Volumes.map((volume) => [`Volumes ${volume}`, 'mounted'] as const),
  ]);
}

function variableOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [`Env ${text}`, ''] : [`Env ${text.slice(0, equals)}`, text.slice(equals + 1)];
}
