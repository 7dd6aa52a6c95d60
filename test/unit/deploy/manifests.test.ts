import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { EXIT } from '../../../src/cli/exit-code.ts';
import { filesBelow, textOf } from '../../support/source-tree.ts';

const files = filesBelow('deploy/kubernetes').filter((file) => !file.endsWith('kustomization.yaml'));
const Rule = z.strictObject({
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  verbs: z.array(z.string()),
});
const PodFailureRule = z.strictObject({
  action: z.string(),
  onPodConditions: z.array(z.strictObject({ type: z.string(), status: z.string() })).optional(),
  onExitCodes: z.strictObject({ operator: z.string(), values: z.array(z.number()) }).optional(),
});
const Volume = z.looseObject({
  name: z.string(),
  secret: z.object({ optional: z.boolean(), defaultMode: z.number() }).optional(),
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

function named(kind: string, name: string): z.infer<typeof Manifest> | undefined {
  return ofKind(kind).find(({ metadata }) => metadata.name === name);
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

  test('take a drained node for no try, and try nothing again that ends the same', () => {
    const Spec = z.object({ podFailurePolicy: z.object({ rules: z.array(PodFailureRule) }) });
    const { jobTemplate } = z
      .object({ jobTemplate: z.object({ spec: Spec }) })
      .parse(named('CronJob', 'ingot-nightly')?.spec);
    expect(jobTemplate.spec.podFailurePolicy.rules).toEqual([
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { operator: 'In', values: [EXIT.blocked, EXIT.usage, EXIT.bug] } },
    ]);
  });

  test('run the same in both ways, one pod at a time, and lose nothing with it', () => {
    const Pod = z.object({
      containers: z.array(
        z.looseObject({ image: z.string(), securityContext: z.unknown(), volumeMounts: z.unknown() }),
      ),
      initContainers: z.unknown(),
      volumes: z.array(Volume),
      serviceAccountName: z.literal('ingot'),
      terminationGracePeriodSeconds: z.number(),
    });
    const Template = z.object({ template: z.object({ spec: Pod }) });
    const nightly = z
      .object({ concurrencyPolicy: z.literal('Forbid'), jobTemplate: z.object({ spec: Template }) })
      .parse(named('CronJob', 'ingot-nightly')?.spec).jobTemplate.spec.template.spec;
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
    expect(nightly.volumes).toEqual([
      { name: 'kept', persistentVolumeClaim: { claimName: 'ingot' } },
      { name: 'signing-key', secret: { optional: true, defaultMode: 0o600 } },
    ]);
  });

  test('the guard runs by itself, as nobody, and only its own token is in it', () => {
    const guard = 'deploy/kubernetes/in-use/guard.yaml';
    const Pod = z.object({
      serviceAccountName: z.string(),
      automountServiceAccountToken: z.boolean(),
      securityContext: z.object({ runAsNonRoot: z.boolean() }),
      containers: z.tuple([
        z.object({
          command: z.array(z.string()),
          env: z.array(z.object({ name: z.string(), value: z.string() })),
          securityContext: z.unknown(),
        }),
      ]),
    });
    const Job = z.object({ template: z.object({ spec: Pod }) });
    const Spec = z.object({ schedule: z.string(), jobTemplate: z.object({ spec: Job }) });
    const [job, kubeconfig] = parseAllDocuments(textOf(guard)).map((each) => each.toJS());
    const { schedule, jobTemplate } = Spec.parse(job.spec);
    const { containers, ...pod } = jobTemplate.spec.template.spec;
    expect({ schedule, ...pod }).toEqual({
      schedule: '5 * * * *',
      serviceAccountName: 'ingot-in-use',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true },
    });
    const [{ command, env, securityContext }] = containers;
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    const context = command[command.indexOf('--kube-context') + 1];
    expect(command.slice(-1)).toEqual(['--keep']);
    const written = parse(kubeconfig.data.kubeconfig);
    expect(written.contexts.map(({ name }: { readonly name: string }) => name)).toEqual([context]);
    expect(env.find(({ name }) => name === 'KUBECONFIG')?.value).toBe('/etc/ingot/kubeconfig');
  });
});
