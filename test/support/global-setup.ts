import type { TestProject } from 'vitest/node';
import { compile } from './compile.js';

/** Once before all tests. What imports from src/ is loaded only when that has been compiled. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  compile();
  const { provideTemplate } = await import('./database-template.js');
  return provideTemplate(project);
}
