import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { conditionalText } from '../conditional.ts';
import { script } from './script.ts';
import { page } from './style/page.ts';
import { parts } from './style/parts.ts';
import { tokens } from './style/tokens.ts';

/** Six arms: the mark in the header and on the browser's tab. */
export const markPath =
  'M12 2v20M3.3 7l17.4 10M20.7 7 3.3 17M9.5 3.5 12 6l2.5-2.5M9.5 20.5 12 18l2.5 2.5M3.4 10.5l3.4-.5-.9-3.6M20.6 13.5l-3.4.5.9 3.6M3.4 13.5l3.4.5-.9 3.6M20.6 10.5l-3.4-.5.9-3.6';

const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#2b8bc0" stroke-width="1.9" stroke-linecap="round"><path d="${markPath}"/></svg>`;

const files = {
  'site.css': { text: `${tokens}${page}${parts}`, contentType: 'text/css; charset=utf-8' },
  'keys.js': { text: script, contentType: 'text/javascript; charset=utf-8' },
  'mark.svg': { text: mark, contentType: 'image/svg+xml' },
} as const;

/** The address of a file, with its content in it: it may be kept for ever. */
export function assetUrl(name: keyof typeof files): string {
  return `/assets/${name}?v=${createHash('sha256').update(files[name].text).digest('hex').slice(0, 12)}`;
}

export function assetRoutes(): Hono {
  const app = new Hono();
  for (const [name, file] of Object.entries(files)) {
    app.get(`/assets/${name}`, (c) =>
      conditionalText(c, {
        ...file,
        cacheControl: c.req.query('v') ? 'public, max-age=31536000, immutable' : 'no-cache',
      }),
    );
  }
  app.get('/favicon.ico', (c) => c.redirect('/assets/mark.svg', 301));
  return app;
}
