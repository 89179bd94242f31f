import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Log } from './index.ts';
import { plainText } from './plain-text.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

const secretNames = ['token', 'password', 'secret', 'authorization', 'cookie', 'apiKey'];

/** Log lines on stderr (or `stream`): JSON, or with `pretty` one readable line each. Fields named like secrets are blanked. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly pretty: boolean;
  readonly stream?: NodeJS.WritableStream;
}): Log {
  const target = options.stream ?? process.stderr;
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
    },
    options.pretty ? prettyLines(target) : target,
  );
  return {
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  };
}

const marks: Readonly<Record<string, string>> = { warn: 'warning: ', error: 'error: ' };

function prettyLines(target: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write: (line: string | Buffer, _encoding, done) => {
      target.write(prettyLine(String(line)), () => done());
    },
  });
}

function prettyLine(line: string): string {
  const { level, time, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = String(time).slice(11, 19);
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${shown(value)}`);
  return `${clock} ${marks[String(level)] ?? ''}${plainText(String(message))}${plainText(rest.join(''))}\n`;
}

function shown(value: unknown): string {
  return typeof value === 'string' && !/\s/.test(value) ? value : JSON.stringify(value);
}
