import type { Brand } from '../../foundation/brand.ts';
import { cleanText } from './clean.ts';

/** Well-formed XML, which only `element` makes: text cannot be taken for markup by mistake. */
export type Xml = Brand<string, 'Xml'>;

/** An element with escaped text or with other elements in it. Names are ours. */
export function element(
  name: string,
  content: string | readonly Xml[],
  attributes: Readonly<Record<string, string>> = {},
): Xml {
  const head = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const body = typeof content === 'string' ? escapeXml(content) : content.join('');
  return (body === '' ? `<${name}${head.join('')}/>` : `<${name}${head.join('')}>${body}</${name}>`) as Xml;
}

export function xmlDocument(root: Xml): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${root}\n`;
}

function escapeXml(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
