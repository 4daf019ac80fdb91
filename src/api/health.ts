import { sql } from 'drizzle-orm';
import { type RequestHandler, Router } from 'express';
import type { Application } from '../application.js';

/**
 * `/health/live`: the process answers; restart it when this does not. `/health/ready`: it can serve, so send it
 * requests; 503 while it stops or its database does not answer.
 */
export function health(application: Application, isStopping: () => boolean): RequestHandler {
  const router = Router();
  router.get('/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/ready', async (_request, response) => {
    if (isStopping()) {
      response.status(503).json({ status: 'stopping' });
      return;
    }
    try {
      await application.database.rows(sql`select 1`);
      response.json({ status: 'ready' });
    } catch (err) {
      application.log.warn({ err }, 'The database does not answer');
      response.status(503).json({ status: 'the database does not answer' });
    }
  });
  return router;
}
