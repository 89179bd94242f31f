import { createHash } from 'node:crypto';

/**
 * Which key made a detached signature as it stands in a git tag; nothing is verified, it is only read who says so:
 *
 *     -----BEGIN PGP SIGNATURE-----
 *
 *     iQIzBAABCgAdFiEE…            (a signature packet, whose issuer is in a subpacket)
 *     =Xz1q
 *     -----END PGP SIGNATURE-----
 *
 * https://www.rfc-editor.org/rfc/rfc9580#name-signature-packet-type-id-2 (OpenPGP) and OpenSSH's PROTOCOL.sshsig
 */
export function signatureKey(armoured: string): string | null {
  const [, kind, body = ''] = /-----BEGIN (PGP|SSH) SIGNATURE-----\r?\n([\s\S]{1,20000}?)-----END/.exec(armoured) ?? [];
  if (kind === 'PGP') return openPgpIssuer(bytesOf(body));
  if (kind === 'SSH') return sshKey(bytesOf(body));
  return null;
}

/** Without armour headers and the checksum. */
function bytesOf(body: string): Buffer {
  const lines = body.split(/\r?\n/).filter((line) => line !== '' && !line.includes(': ') && !line.startsWith('='));
  return Buffer.from(lines.join(''), 'base64');
}

const issuerFingerprint = 33;
const issuerKeyId = 16;

function openPgpIssuer(packet: Buffer): string | null {
  const body = packetBody(packet);
  if (body === null || body[0] !== 4 || body.length < 6) return null;
  const hashedEnd = 6 + body.readUInt16BE(4);
  const hashed = subpackets(body.subarray(6, hashedEnd));
  const unhashed = hashedEnd + 2 <= body.length ? subpackets(body.subarray(hashedEnd + 2)) : [];
  const all = [...hashed, ...unhashed];
  const fingerprint = all.find(({ type }) => type === issuerFingerprint)?.data.subarray(1);
  const found = fingerprint ?? all.find(({ type }) => type === issuerKeyId)?.data;
  return found === undefined || found.length < 8 ? null : found.toString('hex').toUpperCase();
}

function packetBody(packet: Buffer): Buffer | null {
  const [head = 0, first = 0] = packet;
  if ((head & 0xc0) === 0xc0) {
    if ((head & 0x3f) !== 2) return null;
    return packet.subarray(first < 192 ? 2 : first < 224 ? 3 : 6);
  }
  if ((head & 0xbc) !== 0x88) return null;
  const lengthBytes = [1, 2, 4, 0][head & 3] ?? 0;
  return packet.subarray(1 + lengthBytes);
}

function subpackets(bytes: Buffer): readonly { readonly type: number; readonly data: Buffer }[] {
  const found: { type: number; data: Buffer }[] = [];
  let at = 0;
  while (at < bytes.length) {
    const first = bytes[at] ?? 0;
    let size = first;
    if (first < 192) at += 1;
    else if (first < 255) {
      size = ((first - 192) << 8) + (bytes[at + 1] ?? 0) + 192;
      at += 2;
    } else {
      if (at + 5 > bytes.length) break;
      size = bytes.readUInt32BE(at + 1);
      at += 5;
    }
    if (size === 0 || at + size > bytes.length) break;
    found.push({ type: (bytes[at] ?? 0) & 0x7f, data: bytes.subarray(at + 1, at + size) });
    at += size;
  }
  return found;
}

/** `SHA256:…` of the public key, as ssh-keygen shows it. */
function sshKey(blob: Buffer): string | null {
  if (blob.toString('latin1', 0, 6) !== 'SSHSIG' || blob.length < 14) return null;
  const end = 14 + blob.readUInt32BE(10);
  if (end > blob.length) return null;
  return `SHA256:${createHash('sha256').update(blob.subarray(14, end)).digest('base64').replace(/=+$/, '')}`;
}
