import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FactoryError } from '../model/index.ts';
import { findDockerfiles, unreadError } from './find-dockerfiles.ts';

/** What there is to check, and what nobody can say anything about. */
export interface ReadDockerfiles {
  readonly dockerfiles: readonly { readonly file: string; readonly text: string }[];
  readonly unread: readonly FactoryError[];
}

/** Every Dockerfile that can be read: one that cannot must not hide what is wrong with the others. */
export async function readDockerfiles(paths: readonly string[], cwd: string): Promise<ReadDockerfiles> {
  const { files, unread } = await findDockerfiles(paths, cwd);
  const dockerfiles: { file: string; text: string }[] = [];
  const failures = [...unread];
  for (const file of files) {
    try {
      dockerfiles.push({ file, text: await readFile(path.resolve(cwd, file), 'utf8') });
    } catch (cause) {
      failures.push(unreadError(file, cause));
    }
  }
  const [first] = failures;
  if (first !== undefined && dockerfiles.length === 0) {
    throw first;
  }
  return { dockerfiles, unread: failures };
}
