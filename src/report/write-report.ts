import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../files/index.ts';
import { FactoryError, storageError, storageFailure } from '../model/index.ts';
import { reportMarkdown } from './markdown.ts';
import type { Report } from './schema.ts';

export interface WrittenReport {
  readonly json: string;
  readonly markdown: string;
}

/** Makes `<outDir>/<run id>`. Called first: a run that cannot tell its result should not start. */
export async function openRunFolder(outDir: string, runId: string): Promise<string> {
  const folder = path.join(outDir, runId);
  await explained(outDir, runId, () => mkdir(folder, { recursive: true }));
  return folder;
}

/**
 * Writes `<outDir>/<run id>/report.{json,md}` and points `<outDir>/latest` at the run. Whoever reads
 * while it is written sees the run before this one, whole.
 */
export async function writeReport(outDir: string, report: Report): Promise<WrittenReport> {
  const folder = await openRunFolder(outDir, report.runId);
  const written = { json: path.join(folder, 'report.json'), markdown: path.join(folder, 'report.md') };
  await explained(outDir, report.runId, async () => {
    await writeWhole(written.markdown, reportMarkdown(report));
    await writeWhole(written.json, `${JSON.stringify(report, null, 2)}\n`);
    await pointAt(path.join(outDir, 'latest'), report.runId);
  });
  return written;
}

async function explained(outDir: string, runId: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const { message, hint = '' } = storageFailure(cause) ?? storageError(outDir, outDir, cause);
    throw new FactoryError('STORAGE_FAILED', `cannot write the report of run "${runId}": ${message}`, {
      hint,
      cause,
    });
  }
}

/** rename(2) replaces the old link in one step; symlink(2) cannot. */
async function pointAt(link: string, target: string): Promise<void> {
  const part = `${link}.${target}.part`;
  await rm(part, { force: true });
  await symlink(target, part);
  await rename(part, link);
}
