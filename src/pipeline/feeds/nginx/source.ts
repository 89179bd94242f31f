import { type NginxItem, readNginxAdvisories } from '../../../formats/nginx/read-advisories.ts';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { FeedSource, Normalised, ReadContext } from '../model.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { feedErrors } from '../reading/errors.ts';
import { filesOf } from '../reading/files-of.ts';
import { maxRecordBytes } from '../reading/limits.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseNginx } from './normalise.ts';

export const nginx: FeedSource = {
  id: 'nginx',
  title: 'nginx',
  licence: 'BSD-2-Clause',
  attribution: 'Advisories by the nginx project.',
  homepage: 'https://nginx.org/en/security_advisories.html',
  defaultUrl: 'https://raw.githubusercontent.com/nginx/nginx.org/main/xml/en/security_advisories.xml',
  intervalMs: 3_600_000,
  optIn: null,
  read: (context) => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { clock, signal }: ReadContext): AsyncGenerator<Normalised> {
  const context = { source: nginx.id, now: clock.now() };
  for await (const file of filesOf(path, signal)) {
    const content = await file.read();
    if (content === null)
      throw new AppError(feedErrors.tooLarge, `${file.name} is larger than ${maxRecordBytes} bytes`);
    for (const item of itemsIn(file.name, content.toString('utf8'))) yield normalised(item, context);
  }
}

/** One broken document is the whole feed. */
function itemsIn(name: string, xml: string): readonly NginxItem[] {
  try {
    return readNginxAdvisories(xml);
  } catch (error) {
    throw new AppError(feedErrors.unreadable, `${name}: ${messageOf(error)}`, {
      cause: error,
      hint: 'The download may have been cut off, or the address leads to something else; the next sync tries again.',
    });
  }
}

function normalised(item: NginxItem, context: NormaliseContext): Normalised {
  const raw = JSON.stringify(item.raw);
  try {
    return { kind: 'record', record: normaliseNginx(item, context), raw };
  } catch (error) {
    return { kind: 'rejected', id: (item.cve ?? item.name).slice(0, 200), reason: messageOf(error), raw };
  }
}
