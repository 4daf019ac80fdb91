import { defineConfig } from 'drizzle-kit';

// `npm run migration -- --name what_changes` writes the next migration from src/database/tables.ts.
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/database/tables.ts',
  out: './migrations',
});
