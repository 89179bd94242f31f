import type { MiddlewareHandler } from 'hono';

/** Everything a page needs comes from here; nothing else may load, and nothing inline runs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What every answer says of how it may be used. */
export function securityHeaderFields({ https }: { readonly https: boolean }): Readonly<Record<string, string>> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': contentSecurityPolicy,
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), browsing-topics=()',
    'X-Frame-Options': 'DENY',
    ...(https ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
}

export function securityHeaders(options: { readonly https: boolean }): MiddlewareHandler {
  const fields = Object.entries(securityHeaderFields(options));
  return async (c, next) => {
    await next();
    for (const [name, value] of fields) c.res.headers.set(name, value);
  };
}
