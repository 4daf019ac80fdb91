import { existsSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = resolve(root, 'src') + sep;

/**
 * Tests import ../src/X.js and get dist/X.js, natively: what runs is what ships, worker threads find their files, and
 * a module has one state however it was reached.
 */
const compiled: Plugin = {
  name: 'compiled',
  enforce: 'pre',
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith('.')) return null;
    const target = resolve(dirname(importer), source);
    if (!target.startsWith(src)) return null;
    const file = resolve(root, 'dist', relative(src, target));
    if (!existsSync(file))
      throw new Error(`${relative(root, target)} was not compiled: no ${relative(root, file)}`);
    return { id: pathToFileURL(file).href, external: true };
  },
};

export default defineConfig({
  root,
  plugins: [compiled],
  // Else Vite takes the package's other build for some of its importers, and a schema of the one is none to the other.
  resolve: { alias: [{ find: /^graphql$/, replacement: resolve(root, 'node_modules/graphql/index.js') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    execArgv: ['--enable-source-maps'],
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
