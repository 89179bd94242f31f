import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

const name = 'snowguard_session';

export function sessionCookieOf(c: Context): string | null {
  return getCookie(c, name) ?? null;
}

export function setSessionCookie(
  c: Context,
  { text, lifetimeMs, secure }: { readonly text: string; readonly lifetimeMs: number; readonly secure: boolean },
): void {
  const maxAge = Math.max(1, Math.floor(lifetimeMs / 1000));
  setCookie(c, name, text, { httpOnly: true, sameSite: 'Lax', path: '/', secure, maxAge });
}

export function clearSessionCookie(c: Context, secure: boolean): void {
  deleteCookie(c, name, { path: '/', secure });
}
