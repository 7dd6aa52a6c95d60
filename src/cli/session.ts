import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import pLimit from 'p-limit';
import { createBuilder } from '../host/builder/index.ts';
import { readTemplates, readTexts } from '../host/catalog-files.ts';
import { createContentCache } from '../host/content-cache.ts';
import { createFileStore } from '../host/file-store.ts';
import { createHttpClient } from '../host/http.ts';
import { startLocalRegistry } from '../host/local-registry.ts';
import { findMirrors } from '../host/mirrors.ts';
import { findNpm } from '../host/npm-location.ts';
import { ingotPaths, type IngotPaths } from '../host/paths.ts';
import { createProcessRunner, type ProcessRunner } from '../host/process.ts';
import { createCredentialSource } from '../host/registry-credentials.ts';
import { createRegistrySend } from '../host/registry-send.ts';
import { openSigningKeys } from '../host/signing-keys.ts';
import { FactoryError, type Platform, type Target } from '../model/index.ts';
import { architectureOf, createRegistryClient } from '../oci/index.ts';
import type { PlanDeps, RunDeps, ToolSource } from '../pipeline/index.ts';
import { createNpmSource, readNpmOptions } from '../sources/npm/index.ts';
import {
  createResolveDeps,
  openArchive,
  parseToolLock,
  type OpenArchive,
  type ResolveDeps,
} from '../stages/resolve/index.ts';
