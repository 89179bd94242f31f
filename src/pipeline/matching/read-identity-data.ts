import { z } from 'zod';
import { jsonOrNull } from '../../foundation/json.ts';
import type { PurlProducts } from './identity-data.ts';
import type { VendorProduct } from './vendor-names.ts';

/** `"haxx","curl"`, one pair a line after a heading: https://github.com/tiiuae/cpedict, with the escapes of CPE. Other lines are left out. */
export function* readDictionary(text: string): Generator<VendorProduct> {
  for (const line of text.split('\n').slice(1)) {
    const [, vendor, product] =
      /^"((?:[^"]|"")*)","((?:[^"]|"")*)"\r?$/.exec(line) ?? /^([^,"]+),([^,"]+?)\r?$/.exec(line) ?? [];
    if (vendor && product) yield { vendor: unescaped(vendor), product: unescaped(product) };
  }
}

/** `erlang\/otp` is written so; records are read without. */
function unescaped(text: string): string {
  return text.replaceAll('""', '"').replaceAll(/\\(.)/g, '$1');
}

const PurlLine = z.object({
  vendor: z.string().min(1).max(300),
  product: z.string().min(1).max(300),
  purls: z.array(z.string().max(500)).max(10_000),
});

/** `{"vendor":"haxx","product":"curl","purls":["pkg:github/curl/curl"]}` a line: https://github.com/scanoss/purl2cpe. */
export function* readPurlProducts(text: string): Generator<PurlProducts> {
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const parsed = PurlLine.safeParse(jsonOrNull(line));
    if (parsed.success) yield parsed.data;
  }
}
