import { z } from 'zod';
import { parseJson } from './schema.ts';

const Words = z
  .array(z.string())
  .nullish()
  .transform((words) => words ?? []);
const Names = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((names) => Object.keys(names ?? {}).sort());

/** OCI image spec 1.1 "Image Configuration", with Docker's Healthcheck; fields we do not use are dropped. */
const OciImageConfigSchema = z.object({
  created: z.string().optional(),
  os: z.string(),
  architecture: z.string(),
  config: z
    .object({
      User: z.string().optional(),
      Env: Words,
      Entrypoint: Words,
      Cmd: Words,
      WorkingDir: z.string().optional(),
      StopSignal: z.string().optional(),
      ExposedPorts: Names,
      Volumes: Names,
      Labels: z
        .record(z.string(), z.string())
        .nullish()
        .transform((labels) => labels ?? {}),
      Healthcheck: z.object({ Test: Words }).optional(),
    })
    .prefault({}),
  history: z
    .array(z.object({ created_by: z.string().default(''), empty_layer: z.boolean().default(false) }))
    .nullish()
    .transform((steps) => steps ?? []),
});

/** An image's configuration as its config blob has it, lists that are left out as empty ones. */
export type OciImageConfig = Readonly<z.infer<typeof OciImageConfigSchema>>;

/** `what` names the bytes in the message. */
export function parseImageConfig(bytes: Uint8Array, what: string): OciImageConfig {
  return parseJson(bytes, OciImageConfigSchema, what);
}
