import { z } from 'zod';
import { ArtifactFile } from './artifact-schema.ts';
import {
  absoluteGlob,
  absolutePath,
  accountName,
  accountNumber,
  localeName,
  name,
  packageName,
  packageRequest,
  portNumber,
  relativePath,
  signalName,
  stepName,
  timeZone,
  userAndGroup,
} from './patterns.ts';
import { environment, schemaLink } from './schema.ts';

const words = z.array(z.string());

const AccountFile = z.strictObject({
  name: accountName,
  uid: accountNumber,
  gid: accountNumber,
  home: absolutePath,
});

const VersionFile = z.union([z.strictObject({ package: packageName }), z.strictObject({ artifact: name })], {
  error: '{"package": "…"} or {"artifact": "…"}',
});

const ExampleFile = z.strictObject({
  packages: z
    .array(packageName)
    .default([])
    .describe('Debian packages unpacked under /example, for images that have no program of their own'),
  hello: z
    .strictObject({ command: words.min(1), stdout: z.string().min(1) })
    .describe('Prints stdout and exits 0'),
  server: z
    .strictObject({
      command: words,
      ready: z
        .string()
        .min(1)
        .default('ready')
        .describe('What a line of its output says as soon as it is ready'),
      port: portNumber.optional(),
      body: z.string().optional(),
    })
    .optional()
    .describe(
      'Says that it is ready, runs until its stop signal; with port, answers GET / with 200 and body',
    ),
  app: z
    .strictObject({ port: portNumber, body: z.string().min(1) })
    .optional()
    .describe('What the image that example/Dockerfile builds answers, where it is not as the server answers'),
});

const layerFields = {
  packages: z
    .array(packageRequest)
    .default([])
    .describe('Debian packages; what they depend on comes with them'),
  exclude: z
    .array(z.strictObject({ package: packageName, reason: z.string().min(1) }))
    .default([])
    .describe('Packages left out of what the packages depend on'),
  artifacts: z
    .array(ArtifactFile)
    .default([])
    .describe('Releases from elsewhere than Debian: docs/sources.md'),
  drop: z.array(absoluteGlob).default([]).describe('Globs of files left out of this layer'),
  links: z.record(absolutePath, z.string().min(1)).default({}).describe('Links made: path and target'),
  steps: z.array(stepName).default([]).describe('Steps run on the unpacked layer, in this order'),
  environment: environment.default({}),
  entrypoint: words.optional(),
  command: words.optional(),
};

/** What a stack adds for its dev images. */
export type DevFile = z.output<typeof DevFile>;
const DevFile = z.strictObject(layerFields);

/**
 * `stacks/<stack>/stack.json`: what one layer holds and how the image is configured.
 * `{{tag}}` in any string is the track's tag, so that versions never stand in a stack.
 */
export type StackFile = z.output<typeof StackFile>;
export const StackFile = z.strictObject({
  $schema: schemaLink,
  name: name.describe('The same as the folder'),
  extends: name.optional().describe('The stack whose layers lie below'),
  ...layerFields,
  repositories: z
    .array(name)
    .default([])
    .describe('Further apt repositories of the catalog, for this layer and those above'),
  reads: z
    .array(name)
    .default([])
    .describe('Stacks below whose finished layers the steps read, in /below/<stack>'),
  dev: DevFile.optional().describe("What the stack's dev images have besides, installed by dpkg"),
  workdir: absolutePath.optional(),
  user: userAndGroup.optional(),
  accounts: z.array(AccountFile).optional().describe('Besides root and nonroot'),
  'stop-signal': signalName.optional(),
  certificates: z
    .array(relativePath)
    .default([])
    .describe('PEM files beside stack.json: authorities added to what every program of the image trusts'),
  'time-zone': timeZone.optional().describe('What /etc/localtime leads to, "Europe/Berlin"; without it, UTC'),
  locale: localeName
    .optional()
    .describe('Compiled into the layer, and LANG, "de_DE.UTF-8"; without it, C.UTF-8'),
  version: VersionFile.optional().describe("What the image's version is taken from"),
  example: ExampleFile.optional().describe('What the test stage runs in the finished image'),
});
