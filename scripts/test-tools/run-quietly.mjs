import { spawn } from 'node:child_process';

/** Runs a program to its end and resolves to its stdout; rejects with what it complained of. Bounded in time. */
export function runQuietly(program, args, { timeoutMs, cwd, uid, gid, environment = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      uid,
      gid,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-4000)));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve(stdout);
      const lines = stderr.trim().split('\n');
      const cause = lines.findLast((line) => /^(E|error): /.test(line)) ?? lines.at(-1);
      reject(new Error(`${program} ${code === null ? 'took too long' : `failed: ${cause || `status ${code}`}`}`));
    });
  });
}
