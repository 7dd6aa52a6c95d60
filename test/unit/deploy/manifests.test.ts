import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { filesBelow, textOf } from '../../support/source-tree.ts';

const files = filesBelow('deploy/kubernetes').filter((file) => !file.endsWith('kustomization.yaml'));
const Rule = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
});
const Port = z.object({ protocol: z.string(), port: z.number() });
const Manifest = z.looseObject({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  rules: z.array(Rule).optional(),
  spec: z.looseObject({}).optional(),
});
const manifests = files.flatMap((file) =>
  parseAllDocuments(textOf(file)).map((each) => Manifest.parse(each.toJS())),
);

function ofKind(kind: string): readonly z.infer<typeof Manifest>[] {
  return manifests.filter((each) => each.kind === kind);
}

describe('manifests for Kubernetes', () => {
  test('list pods and what they are made from, and have no other permission', () => {
    expect(manifests.flatMap(({ rules = [] }) => rules)).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['list'] },
      { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['list'] },
    ]);
    expect(ofKind('ClusterRoleBinding').map(({ metadata }) => metadata.name)).toEqual(['ingot-in-use']);
  });

  test('mount no token of the cluster', () => {
    expect(files.filter((file) => textOf(file).includes('automountServiceAccountToken: true'))).toEqual([]);
    const accounts = ofKind('ServiceAccount').map((each) => each['automountServiceAccountToken']);
    expect(accounts).toEqual([false, false]);
  });

  test('let out DNS, https and the Pod Identity agent; let in the port of the metrics', () => {
    const Policy = z.object({
      ingress: z.array(z.object({ ports: z.array(Port) })),
      egress: z.array(z.object({ ports: z.array(Port) })),
    });
    const { ingress, egress } = Policy.parse(ofKind('NetworkPolicy')[0]?.spec);
    expect(ingress.flatMap(({ ports }) => ports.map(({ port }) => port))).toEqual([9464]);
    expect(egress.map(({ ports }) => ports.map(({ port }) => port))).toEqual([[53, 53], [443], [80]]);
  });

  test('run the same in both ways, one pod at a time', () => {
    const Pod = z.object({
      containers: z.array(
        z.looseObject({ image: z.string(), securityContext: z.unknown(), volumeMounts: z.unknown() }),
      ),
      volumes: z.unknown(),
      serviceAccountName: z.literal('ingot'),
      terminationGracePeriodSeconds: z.number(),
    });
    const Template = z.object({ template: z.object({ spec: Pod }) });
    const nightly = z
      .object({ concurrencyPolicy: z.literal('Forbid'), jobTemplate: z.object({ spec: Template }) })
      .parse(ofKind('CronJob')[0]?.spec).jobTemplate.spec.template.spec;
    const schedule = Template.extend({ strategy: z.object({ type: z.literal('Recreate') }) }).parse(
      ofKind('Deployment')[0]?.spec,
    ).template.spec;
    function common({ containers, ...pod }: z.infer<typeof Pod>): object {
      const places = containers.map(({ image, env, securityContext, volumeMounts, resources }) => ({
        image,
        env,
        securityContext,
        volumeMounts,
        resources,
      }));
      return { ...pod, places };
    }
    expect(common(nightly)).toEqual(common(schedule));
  });
});
