import { z } from 'zod';
import { numberIn, outcomeOf, refused, unset } from '../answer.ts';
import { channelOf, type Envelope } from '../channel.ts';
import { chatRoom, plainText, simpleHtml } from '../text/plain.ts';

const settings = z.strictObject({
  /** `https://matrix.example.org`; the access token is the secret. */
  homeserver: z.url({ protocol: /^https?$/ }),
  /** `!abc:example.org` */
  room: z.string().regex(/^![^\s]{1,254}$/, 'a room id such as !abc:example.org'),
});

export const matrix = channelOf({
  id: 'matrix',
  title: 'Matrix',
  settings,
  needsAddress: false,
  together: 1,
  paceMs: 200,
  send: async ({ settings: { homeserver, room }, secret, envelope, wires, signal }) => {
    if (secret === null) return unset('the access token of Matrix');
    const path = ['rooms', room, 'send', 'm.room.message', envelope.id].map(encodeURIComponent).join('/');
    const answer = await wires.poster.post({
      // The server takes a transaction id once: a second try is no second message.
      url: `${homeserver.replace(/\/+$/, '')}/_matrix/client/v3/${path}`,
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(renderMatrix(envelope)),
      signal,
    });
    if (answer.status === 429)
      return refused(
        { ...answer, retryAfterMs: numberIn(answer.body, 'retry_after_ms') ?? answer.retryAfterMs },
        'later',
        'pace',
      );
    return outcomeOf(answer);
  },
});

/** An event of at most 65,536 bytes. https://spec.matrix.org/latest/client-server-api/#mnotice */
export function renderMatrix(envelope: Envelope) {
  return {
    msgtype: envelope.message.urgency === 'urgent' ? 'm.text' : 'm.notice',
    body: plainText(envelope, chatRoom),
    format: 'org.matrix.custom.html',
    formatted_body: simpleHtml(envelope, chatRoom),
    // Nobody is called by a name in a text of others.
    'm.mentions': {},
  };
}
