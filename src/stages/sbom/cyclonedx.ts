import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import type { SbomComponent } from './components.ts';
import { TOOL_NAME } from './subject.ts';
import type { SbomSubject } from './subject.ts';
import { uuidOf } from './uuid.ts';

/** CycloneDX 1.6 JSON. Deterministic: lists are in our own order, since the library sorts by the host's locale. */
export function toCycloneDx(subject: SbomSubject): object {
  const image = imageComponent(subject);
  const components = new Map(subject.graph.components.map((item) => [item.ref, toComponent(item)]));
  for (const item of subject.graph.components) {
    connect(components.get(item.ref), item.dependsOn, components);
  }
  connect(image, subject.graph.topLevel, components);
  const tool = new Models.Component(Enums.ComponentType.Application, TOOL_NAME);
  const bom = new Models.Bom({
    serialNumber: `urn:uuid:${uuidOf(`${subject.manifest} cyclonedx`)}`,
    components: new Models.ComponentRepository(components.values()),
    metadata: new Models.Metadata({
      timestamp: subject.created,
      component: image,
      tools: new Models.Tools({ components: new Models.ComponentRepository([tool]) }),
    }),
  });
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: false });
  return JSON.parse(text) as object;
}

function connect(
  from: Models.Component | undefined,
  refs: readonly string[],
  components: ReadonlyMap<string, Models.Component>,
): void {
  for (const ref of refs) {
    const to = components.get(ref);
    if (to !== undefined) {
      from?.dependencies.add(to.bomRef);
    }
  }
}

function imageComponent(subject: SbomSubject): Models.Component {
  return new Models.Component(Enums.ComponentType.Container, subject.repository, {
    bomRef: subject.purl,
    version: subject.version,
    purl: subject.purl,
    description: `${subject.title} (${subject.platform})`,
    hashes: new Models.HashDictionary([
      [Enums.HashAlgorithm['SHA-256'], subject.manifest.slice('sha256:'.length)],
    ]),
  });
}

function toComponent(item: SbomComponent): Models.Component {
  const properties =
    item.source === undefined ? [] : [new Models.Property('ingot:source-package', item.source)];
  return new Models.Component(
    item.kind === 'library' ? Enums.ComponentType.Library : Enums.ComponentType.Application,
    item.name,
    {
      bomRef: item.ref,
      version: item.version,
      purl: item.purl,
      supplier: new Models.OrganizationalEntity({ name: item.supplier }),
      hashes: new Models.HashDictionary([[Enums.HashAlgorithm[item.hash.algorithm], item.hash.hex]]),
      properties: new Models.PropertyRepository(properties),
    },
  );
}
