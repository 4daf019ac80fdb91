import type { RequestHandler } from 'express';
import type { Application } from '../application.js';

/** What a person sees who opens the server in a browser: what this is, and how to ask it. Nothing is loaded from elsewhere. */
export function welcomePage({ version }: Application): RequestHandler {
  return (request, response) => {
    const endpoint = `http://${request.get('host')}/graphql`;
    response
      .set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'")
      .type('html')
      .send(page(version, escaped(endpoint)));
  };
}

const example = `query {
  ask(input: { question: "who depends on the main database?", goal: "depends(Service, main_db)", route: LOGIC, first: 3 }) {
    answers { nodes { text score values proof { text } } }
    complete
  }
}`;

function page(version: string, endpoint: string): string {
  const body = escaped(JSON.stringify({ query: example.replace(/\s+/g, ' ') }).replaceAll("'", "'\\''"));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Corollary</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff; }
  pre { background: #f4f4f1; padding: 1rem; overflow-x: auto; font-size: 14px; }
  @media (prefers-color-scheme: dark) { body { color: #ddd; background: #1b1b1b; } pre { background: #262626; } a { color: #8cf; } }
</style>
<h1>Corollary ${escaped(version)}</h1>
<p>A knowledge engine: it finds facts by their meaning, reasons over them with Prolog rules, and proves each answer.
It speaks GraphQL at <code>/graphql</code>, which explains itself by introspection.</p>
<h2>A question</h2>
<pre>${escaped(example)}</pre>
<p>From a shell:</p>
<pre>curl -s ${endpoint} -H 'content-type: application/json' -d '${body}'</pre>
<p>or</p>
<pre>npx corollary ask "which incidents hit checkout while the payment provider was slow?"</pre>
<h2>Health</h2>
<p><a href="/health/live">/health/live</a> says that the process answers, <a href="/health/ready">/health/ready</a>
that it can serve.</p>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
