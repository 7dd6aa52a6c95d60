import { expectEqual, matches, quoted } from './expect.ts';
import type { Miss } from './expect.ts';
import type { MetadataTest } from './schema.ts';
import { imageEnvironment } from './subject.ts';
import type { StructureSubject } from './subject.ts';

type Expectation = MetadataTest['labels'][number];

/** The image's configuration against what its stack says of it. */
export function checkMetadata(
  test: MetadataTest,
  { config }: Pick<StructureSubject, 'config'>,
): readonly Miss[] {
  const image = config.config;
  const environment = imageEnvironment(config);
  const labels = new Map(Object.entries(image.Labels));
  return [
    ...test.envVars.flatMap((expected) => expectValue('environment variable', expected, environment)),
    ...test.unboundEnvVars.flatMap(({ key }) =>
      expectAbsent('environment variable', key, [...environment.keys()]),
    ),
    ...test.labels.flatMap((expected) => expectValue('label', expected, labels)),
    ...expectWords('entrypoint', test.entrypoint, image.Entrypoint),
    ...expectWords('cmd', test.cmd, image.Cmd),
    ...test.exposedPorts.flatMap((port) =>
      expectPresent('exposed port', port, portNames(image.ExposedPorts)),
    ),
    ...test.unexposedPorts.flatMap((port) =>
      expectAbsent('exposed port', port, portNames(image.ExposedPorts)),
    ),
    ...test.volumes.flatMap((volume) => expectPresent('volume', volume, image.Volumes)),
    ...test.unmountedVolumes.flatMap((volume) => expectAbsent('volume', volume, image.Volumes)),
    ...(test.workdir === undefined ? [] : expectEqual('workdir', test.workdir, image.WorkingDir ?? '')),
    ...(test.user === undefined ? [] : expectEqual('user', test.user, image.User ?? '')),
  ];
}

function expectValue(
  what: string,
  expected: Expectation,
  values: ReadonlyMap<string, string>,
): readonly Miss[] {
  const got = values.get(expected.key);
  if (got === undefined) {
    return [{ expected: `${what} ${expected.key}`, got: 'none' }];
  }
  const isRight = expected.isRegex ? matches(expected.value, got) : expected.value === got;
  const relation = expected.isRegex ? `matches /${expected.value}/` : quoted(expected.value);
  return isRight ? [] : [{ expected: `${what} ${expected.key} ${relation}`, got: quoted(got) }];
}

function expectWords(
  what: string,
  expected: readonly string[] | undefined,
  got: readonly string[],
): readonly Miss[] {
  return expected === undefined ? [] : expectEqual(what, JSON.stringify(expected), JSON.stringify(got));
}

function expectPresent(what: string, name: string, names: readonly string[]): readonly Miss[] {
  return names.includes(name) ? [] : [{ expected: `${what} ${name}`, got: names.join(', ') || 'none' }];
}

function expectAbsent(what: string, name: string, names: readonly string[]): readonly Miss[] {
  return names.includes(name) ? [{ expected: `no ${what} ${name}`, got: name }] : [];
}

/** OCI image spec 1.1 "Properties", ExposedPorts: `8080/tcp`. A test may leave the protocol out. */
function portNames(ports: readonly string[]): readonly string[] {
  return [...new Set(ports.flatMap((port) => [port, port.replace(/\/.*/, '')]))];
}
